"""National measures: what each country does to carry an instrument out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from service.api.answers import answer
from service.api.body import Sent
from service.api.documentation import described
from service.api.doors import Json, SignedIn
from service.api.lists import Listed, WhichPage, listed
from service.commands.measures import RecordMeasure, record_measure
from service.queries import measures as queries
from service.queries.measures import MeasureShown
from workflows.web import LONGEST_ADDRESS

router = APIRouter(tags=["measures"])

State = Literal["not_needed", "planned", "adopted", "in_force", "declined"]


class MeasureSent(Sent):
    """A merge patch: what is left out stays. A day belongs to its state; with adopted and in_force it is required."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "state": "in_force",
                    "on": "2026-11-01",
                    "reference": "Stb. 2026, 410",
                    "url": "https://zoek.officielebekendmakingen.nl/stb-2026-410.html",
                }
            ]
        }
    )

    state: State = "planned"
    on: date | None = Field(default=None, description="Not after today.")
    reference: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    url: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ADDRESS)] | None = None


class MeasureRead(BaseModel):
    """A measure; `on` is the day of its state."""

    id: str
    instrument: str
    country: str
    title: str
    due_on: date | None
    state: State
    on: date | None
    reference: str | None
    url: str | None


@router.get("/instruments/{instrument}/measures", response_model=Listed[MeasureRead], response_model_exclude_unset=True)
def list_measures(
    instrument: str, request: Request, response: Response, page: WhichPage, visit: SignedIn
) -> dict[str, Any]:
    """What each country does to carry the instrument out, country by country."""
    with visit.reading() as connection:
        found = queries.measures(
            connection, visit.actor, instrument, limit=page.limit, place=page.place(), count=page.count
        )
    return listed(request, response, found, _shown)


@router.get("/measures/{measure}", response_model=MeasureRead, openapi_extra=described(shows_version=True))
def read_measure(measure: str, visit: SignedIn) -> Response:
    """One measure."""
    with visit.reading() as connection:
        found = queries.measure(connection, visit.actor, measure)
    return answer(_shown(found), version=found.version)


@router.patch(
    "/measures/{measure}",
    response_model=MeasureRead,
    openapi_extra=described(takes=MeasureSent, if_match=True, refuses=("role_missing", "move_not_open")),
)
def change_measure(measure: str, body: Json, visit: SignedIn) -> Response:
    """Say how far a measure is: an office for its own country, the secretary for any."""

    def asked() -> dict[str, Any]:
        return body.read(MeasureSent).model_dump(mode="json", exclude_unset=True)

    with visit.work() as work:
        record_measure(RecordMeasure(measure, visit.version, asked), work)
        found = queries.measure(work.connection, visit.actor, measure)
    return answer(_shown(found), version=found.version)


def _shown(found: MeasureShown) -> dict[str, Any]:
    return {
        "id": found.id,
        "instrument": found.instrument,
        "country": found.country,
        "title": found.title,
        "due_on": found.due_on,
        "state": found.state,
        "on": found.on,
        "reference": found.reference,
        "url": found.url,
    }
