"""Consultations: who was asked what, what each has said, and what it comes to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from service.api.answers import answer
from service.api.body import Code, Sent, Text
from service.api.documentation import described
from service.api.doors import Json, SignedIn
from service.api.lists import Listed, WhichPage, listed
from service.commands.positions import GivePosition, give_position
from service.queries import consultations as queries
from service.queries.consultations import ConsultationShown, PositionShown
from workflows.decision_rule import Outcome, Reservation, Stance

router = APIRouter(tags=["consultations"])


class PositionSent(Sent):
    """What a delegation or an adviser says. `text` is required with object and reservation.

    `for` may be left out by who speaks for one organisation only; the secretary, who notes what others said, gives
    both `for` and `stated_on`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"position": "agree"},
                {
                    "position": "reservation",
                    "reservation": "parliamentary",
                    "text": "Le parlement doit encore se prononcer.",
                    "mandate_reference": "2026/114",
                    "for": "LU",
                    "stated_on": "2026-12-14",
                },
            ]
        }
    )

    position: Stance
    reservation: Reservation | None = Field(default=None, description="With the position reservation, and only then.")
    text: Text | None = None
    mandate_reference: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    organisation: Code | None = Field(default=None, alias="for")
    stated_on: date | None = Field(default=None, description="Not after today; left out: today.")


class PositionRead(BaseModel):
    """A position. `by` and `noted_by` are names: who sent it, and the secretary where she noted it."""

    id: str
    organisation: str = Field(alias="for", description="The delegation or adviser in whose name it is.")
    position: Stance
    reservation: Reservation | None
    text: str | None
    mandate_reference: str | None
    stated_on: date
    at: datetime
    by: str
    noted_by: str | None
    advice: bool = Field(description="It is shown and does not count.")
    superseded: bool = Field(description="A newer one of the same organisation stands.")
    late: bool = Field(description="Stated after the closing date.")


class ConsultationRead(BaseModel):
    """A round. While it is open, outcome and reasoning are as of now, for who reads the positions.

    Others read outcome and reasoning after closing, and no positions. A cancelled round has no outcome.
    """

    id: str
    case: str
    name: str
    round: int
    by: str = Field(description="The role that answers: delegate or minister_office.")
    question: str | None
    voters: list[str]
    advisers: list[str]
    opened_on: date
    closing_on: date | None
    open: bool
    cancelled: bool
    outcome: Outcome | None
    reasoning: list[str] = Field(description="Sentences in the reader's language.")
    blocked_by: list[str]
    silent: list[str]
    positions: list[PositionRead]


@router.get("/cases/{case}/consultations", response_model=Listed[ConsultationRead], response_model_exclude_unset=True)
def list_consultations(
    case: str, request: Request, response: Response, page: WhichPage, visit: SignedIn
) -> dict[str, Any]:
    """The rounds of a case, the oldest first."""
    with visit.reading() as connection:
        found = queries.consultations(
            connection,
            visit.actor,
            case,
            visit.language,
            limit=page.limit,
            place=page.place(),
            count=page.count,
        )
    return listed(request, response, found, _consultation)


@router.get("/consultations/{consultation}", response_model=ConsultationRead)
def read_consultation(consultation: str, visit: SignedIn) -> Response:
    """One round: what it comes to, who blocks it, who is silent."""
    with visit.reading() as connection:
        found = queries.consultation(connection, visit.actor, consultation, visit.language)
    return answer(_consultation(found))


@router.get(
    "/consultations/{consultation}/positions",
    response_model=Listed[PositionRead],
    response_model_exclude_unset=True,
)
def list_positions(
    consultation: str, request: Request, response: Response, page: WhichPage, visit: SignedIn
) -> dict[str, Any]:
    """Everything that was said, the superseded too, the oldest first."""
    with visit.reading() as connection:
        found = queries.positions(
            connection, visit.actor, consultation, limit=page.limit, place=page.place(), count=page.count
        )
    return listed(request, response, found, _position)


@router.post(
    "/consultations/{consultation}/positions",
    status_code=201,
    response_model=PositionRead,
    openapi_extra=described(takes=PositionSent, refuses=("role_missing", "consultation_closed")),
)
def add_position(consultation: str, body: Json, visit: SignedIn) -> Response:
    """Give a position, or note one as secretary. A new one supersedes the old one of the same organisation."""

    def asked() -> dict[str, Any]:
        return body.read(PositionSent).model_dump(mode="json", by_alias=True, exclude_unset=True)

    with visit.work(body) as work:
        seen = give_position(GivePosition(consultation, asked), work)
        given = queries.position(work.connection, visit.actor, str(seen.thing_id))
    return answer(_position(given), status=seen.status, location=seen.location)


def _consultation(found: ConsultationShown) -> dict[str, Any]:
    return {
        "id": found.id,
        "case": found.case,
        "name": found.name,
        "round": found.round,
        "by": found.by,
        "question": found.question,
        "voters": found.voters,
        "advisers": found.advisers,
        "opened_on": found.opened_on,
        "closing_on": found.closing_on,
        "open": found.open,
        "cancelled": found.cancelled,
        "outcome": found.outcome,
        "reasoning": found.reasoning,
        "blocked_by": found.blocked_by,
        "silent": found.silent,
        "positions": [_position(position) for position in found.positions],
    }


def _position(found: PositionShown) -> dict[str, Any]:
    return {
        "id": found.id,
        "for": found.organisation,
        "position": found.stance,
        "reservation": found.reservation,
        "text": found.text,
        "mandate_reference": found.mandate_reference,
        "stated_on": found.stated_on,
        "at": found.at,
        "by": found.by,
        "noted_by": found.noted_by,
        "advice": found.advice,
        "superseded": found.superseded,
        "late": found.late,
    }
