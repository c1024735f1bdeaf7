"""Events: what happened to a case, with the very texts that were hashed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from service.api.doors import SignedIn
from service.api.lists import Listed, WhichPage, listed
from service.queries import events as queries
from service.queries.events import History, PastEvent
from service.telling import history_line

router = APIRouter(tags=["events"])


class EventRead(BaseModel):
    """Something that happened. What was erased, or is not yours to read, is null."""

    position: int
    kind: str
    schema_: int = Field(alias="schema", description="Which keys the body of this kind has.")
    at: datetime = Field(description="When it was written down.")
    on: date = Field(description="The day on which it happened.")
    actor: str | None = Field(description="A name.")
    on_behalf_of: str | None = Field(description="The code of an organisation.")
    mandate: str | None
    words: str = Field(description="The line of history, in your language.")
    reason: str | None
    private: str | None = Field(description="Names and free words; the body holds the SHA-256 of this text.")
    body: str | None = Field(description="The text that was hashed: canonical JSON.")
    sha256: str = Field(description="Of the UTF-8 bytes of the body, in hex.")
    previous: str | None = Field(description="`sha256` of the event before it; null for the first.")


@router.get("/cases/{case}/events", response_model=Listed[EventRead], response_model_exclude_unset=True)
def list_events(case: str, request: Request, response: Response, page: WhichPage, visit: SignedIn) -> dict[str, Any]:
    """The history of a case, the oldest first. Who only follows it reads it in words."""
    with visit.reading() as connection:
        history = queries.events(connection, visit.actor, case, place=page.place(), limit=page.limit, count=page.count)
        language = visit.language
    return listed(request, response, history.page, lambda event: _shown(event, history, language))


def _shown(event: PastEvent, history: History, language: str) -> dict[str, Any]:
    return {
        "position": event.position,
        "kind": event.kind,
        "schema": event.schema,
        "at": event.at,
        "on": event.on,
        "actor": event.actor,
        "on_behalf_of": event.on_behalf_of,
        "mandate": event.mandate,
        "words": history_line(event, history, language),
        "reason": event.reason,
        "private": event.private,
        "body": event.body,
        "sha256": event.sha256,
        "previous": event.previous,
    }
