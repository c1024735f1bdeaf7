"""Acts on a case that have no resource of their own: publishing, reporting."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import ConfigDict, StringConstraints
from starlette.responses import Response

from service.api.body import Sent
from service.api.cases import CaseRead, show_case
from service.api.documentation import described
from service.api.doors import Json, SignedIn
from service.commands.acts import AskedAct, DoAct, do_act
from service.queries.cases import find_case

router = APIRouter(tags=["moves"])

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ActSent(Sent):
    """An act: `publish` of a case's instrument, `report` on a project."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"act": "publish", "data": {"journal": "2027-2", "published_on": "2027-04-01"}},
                {"act": "report", "data": {"progress": "De proef loopt.", "plan_status": "ongoing"}},
            ]
        }
    )

    act: Name
    data: dict[str, Any] | None = None
    reason: str | None = None


@router.post(
    "/cases/{case}/acts",
    response_model=CaseRead,
    openapi_extra=described(
        takes=ActSent,
        shows_version=True,
        refuses=("unknown_act", "role_missing", "move_not_open", "guard_refused"),
    ),
)
def act_on_case(case: str, body: Json, visit: SignedIn) -> Response:
    """Do an act that has no resource of its own. It needs no If-Match, and renews the case's ETag."""

    def asked() -> AskedAct:
        sent = body.read(ActSent)
        return AskedAct(act=sent.act, data=sent.data or {}, reason=sent.reason)

    with visit.work(body) as work:
        seen = do_act(DoAct(case, asked), work)
        shown = find_case(work.connection, visit.actor, seen.thing_id or "")
    return show_case(shown, seen.status)
