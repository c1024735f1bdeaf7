"""Comments: what people say about a case."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from service.api.answers import answer
from service.api.body import Sent, Text
from service.api.documentation import described
from service.api.doors import Json, SignedIn
from service.api.lists import Listed, WhichPage, listed
from service.commands.comments import MakeComment, make_comment
from service.queries import comments as queries

router = APIRouter(tags=["comments"])

Audience = Literal["internal", "shared"]


class CommentSent(Sent):
    """What is said, and to whom: `internal` is for intake, secretary and Secretary-General to write."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "De vervoerder bevestigt dit.", "audience": "shared"}]}
    )

    text: Text
    audience: Audience


class CommentRead(BaseModel):
    """What was said. `by` is a name, `on_behalf_of` the code of an organisation."""

    id: str
    text: str
    audience: Audience = Field(description="`internal`: for the secretariat and the auditors alone.")
    by: str
    on_behalf_of: str
    at: datetime


@router.get("/cases/{case}/comments", response_model=Listed[CommentRead], response_model_exclude_unset=True)
def list_comments(case: str, request: Request, response: Response, page: WhichPage, visit: SignedIn) -> dict[str, Any]:
    """What was said about a case, the oldest first. Who only follows it reads none."""
    with visit.reading() as connection:
        found = queries.comments(connection, visit.actor, case, place=page.place(), limit=page.limit, count=page.count)
    return listed(request, response, found, asdict)


@router.post(
    "/cases/{case}/comments",
    status_code=201,
    response_model=CommentRead,
    openapi_extra=described(takes=CommentSent, refuses=("role_missing", "move_not_open")),
)
def comment_on_case(case: str, body: Json, visit: SignedIn) -> Response:
    """Say something about a case. It takes no ETag, and leaves the case's own alone."""
    with visit.work(body) as work:
        seen = make_comment(MakeComment(case=case, asked=lambda: body.read(CommentSent).model_dump()), work)
        found = queries.comment(work.connection, visit.actor, case, seen.thing_id or "")
    return answer(found, status=seen.status, location=seen.location)
