"""Links: what a case has to do with others."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from service.api.answers import answer
from service.api.body import Code, Sent
from service.api.documentation import described
from service.api.doors import Json, SignedIn
from service.api.lists import Listed, WhichPage, cut, listed
from service.commands.links import LinkCase, link_case
from service.queries import links as queries

router = APIRouter(tags=["links"])

Kind = Literal["duplicate_of", "parent", "related", "spawned_from", "based_on"]


class LinkSent(Sent):
    """The kind of link, and the other case by id or reference."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "related", "to": "OBS-2026-0002"}]})

    kind: Kind
    to: Code


class LinkedRead(BaseModel):
    """The case at the other end."""

    id: str
    reference: str | None
    title: str


class LinkRead(BaseModel):
    """A link between two cases that you read."""

    id: str = Field(description="The same from either side.")
    kind: Kind
    to: LinkedRead
    direction: Literal["out", "in"] = Field(description="`out`: made on this case; `in`: made on the other one.")


@router.get("/cases/{case}/links", response_model=Listed[LinkRead], response_model_exclude_unset=True)
def list_links(case: str, request: Request, response: Response, page: WhichPage, visit: SignedIn) -> dict[str, Any]:
    """The links of a case, from whichever side they were made."""
    with visit.reading() as connection:
        found = queries.links(connection, visit.actor, case)
    cut_out = cut(found, page, lambda link: (link.id,))
    return listed(request, response, cut_out, asdict)


@router.post(
    "/cases/{case}/links",
    status_code=201,
    response_model=LinkRead,
    openapi_extra=described(takes=LinkSent, refuses=("role_missing", "move_not_open")),
)
def link_to_case(case: str, body: Json, visit: SignedIn) -> Response:
    """Link the case to another. The same link again answers the same, and changes nothing."""
    with visit.work(body) as work:
        seen = link_case(LinkCase(case=case, asked=lambda: body.read(LinkSent).model_dump()), work)
        kind, _, other = (seen.thing_id or "").partition("/")
        found = queries.link(work.connection, visit.actor, case, kind, other)
    return answer(found, status=seen.status, location=seen.location)
