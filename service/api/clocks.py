"""Clocks: what is due when, and why on that day."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from service.api.doors import SignedIn
from service.api.lists import Listed, WhichPage, cut, listed
from service.queries import clocks as queries
from service.queries.clocks import RunningClock
from service.telling import clock_reason
from workflows.wording import wording

router = APIRouter(tags=["clocks"])


class ClockRead(BaseModel):
    """A clock that was started on a case. All dates are dates in Europe/Brussels."""

    clock: str
    label: str
    kind: Literal["duty", "target", "standstill"]
    of: str = Field(description="The role word of who must act.")
    state: Literal["running", "suspended", "met", "missed", "stopped"]
    starts_on: date
    due_on: date | None
    rule: str | None = Field(description="How it is counted: `regulation-1182-71`, `working-days`, `calendar`.")
    calendar: str | None
    basis: str = Field(description="`policy`: a default of ours that no text prescribes; else the article.")
    why: list[str] = Field(description="How the date came about, step by step, in your language.")


@router.get("/cases/{case}/clocks", response_model=Listed[ClockRead], response_model_exclude_unset=True)
def list_clocks(case: str, request: Request, response: Response, page: WhichPage, visit: SignedIn) -> dict[str, Any]:
    """Every clock of a case that was started, the oldest first."""
    with visit.reading() as connection:
        found = queries.clocks(connection, visit.actor, case)
        language = visit.language
    cut_out = cut(found, page, lambda clock: (clock.clock,))
    return listed(request, response, cut_out, lambda clock: _shown(clock, language))


def _shown(clock: RunningClock, language: str) -> dict[str, Any]:
    label = wording(clock.procedure, clock.version, language).text("clocks", clock.clock, "label")
    return {
        "clock": clock.clock,
        "label": label or clock.clock,
        "kind": clock.kind,
        "of": clock.of,
        "state": clock.state,
        "starts_on": clock.starts_on,
        "due_on": clock.due_on,
        "rule": clock.rule,
        "calendar": clock.calendar,
        "basis": clock.basis,
        "why": [clock_reason(reason, clock, language) for reason in clock.why],
    }
