"""Moves of a case: what you could do now and what it would set off, and doing it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import Response

from service.api.body import Sent
from service.api.cases import CaseRead, show_case
from service.api.documentation import described
from service.api.doors import Json, SignedIn
from service.commands.moves import AskedMove, MoveCase, move_case
from service.queries.cases import find_case
from service.queries.moves import moves_of

router = APIRouter(tags=["moves"])

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class MoveSent(Sent):
    """A move. `data` has the form that `GET …/moves` gives as `schema`; reasons stand in `reason` only."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"move": "submit"},
                {"move": "register", "data": {"working_group": "transport", "theme": "mobility_transport"}},
                {"move": "withdraw", "reason": "De gemeenten hebben het zelf geregeld.", "on": "2026-11-23"},
            ]
        }
    )

    move: Name
    data: dict[str, Any] | None = None
    reason: str | None = None
    on: date | None = Field(default=None, description="The day on which it happened; not after today. Left out: today.")


class RecipientRead(BaseModel):
    """Somebody who would hear, in which role and language."""

    person: str
    name: str
    role: str
    language: str


class NoticeRead(BaseModel):
    """A notice that the move would set off. `to` leaves out whom only the data of the move decides."""

    notice: str
    roles: list[str]
    to: list[RecipientRead]


class ClockRead(BaseModel):
    """What would become of a clock. `due_on`: by when it would run out; null where the data of the move says it."""

    clock: str
    change: Literal["starts", "restarts", "meets", "stops", "suspends", "resumes"]
    due_on: date | None


class ConsequencesRead(BaseModel):
    """What the move would set off. `final`: the case would end; `stage`: where it would stand.

    `number`: what the instrument would be numbered, this year and if no other is numbered before.
    """

    stage: str
    notices: list[NoticeRead]
    clocks: list[ClockRead]
    waits_for: str | None
    final: bool
    number: str | None


class RefusedRead(BaseModel):
    """Why the move is not open now: the condition that is not met."""

    code: str
    title: str
    guard: str
    needs: list[str]


class MoveRead(BaseModel):
    """A move that stage and role allow; `schema` is the JSON Schema of its data."""

    model_config = ConfigDict(protected_namespaces=())

    move: str
    label: str
    help: str
    open: bool
    refused: RefusedRead | None
    reason: Literal["required", "optional"]
    form: dict[str, Any] = Field(alias="schema")
    consequences: ConsequencesRead


class MovesRead(BaseModel):
    """Everything that you could do on the case, in the order of the procedure."""

    items: list[MoveRead]


@router.get("/cases/{case}/moves", response_model=MovesRead)
def list_moves(case: str, visit: SignedIn) -> dict[str, Any]:
    """All moves that stage and your roles allow, those that a condition refuses too, with why."""
    with visit.reading() as connection:
        found = moves_of(connection, visit.actor, case, visit.today, visit.language)
    return {"items": [asdict(move) for move in found]}


@router.post(
    "/cases/{case}/moves",
    response_model=CaseRead,
    openapi_extra=described(
        takes=MoveSent,
        if_match=True,
        refuses=("unknown_move", "role_missing", "move_not_open", "guard_refused", "data_invalid"),
    ),
)
def make_move(
    case: str,
    body: Json,
    visit: SignedIn,
    dry_run: Annotated[
        Literal["true", "false"], Query(description="`true`: the same answer, but nothing is kept.")
    ] = "false",
) -> Response:
    """Move the case one step."""

    def asked() -> AskedMove:
        sent = body.read(MoveSent)
        return AskedMove(move=sent.move, data=sent.data or {}, reason=sent.reason, on=sent.on)

    dry = dry_run == "true"
    with visit.work(body, keyed=not dry) as work:
        if dry:
            work.discard()
        seen = move_case(MoveCase(case, visit.version, asked), work)
        shown = find_case(work.connection, visit.actor, seen.thing_id or "")
    return show_case(shown, seen.status)
