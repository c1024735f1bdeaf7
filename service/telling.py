"""Telling: why something was refused and what happened, in the reader's language and the procedure's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from service import words
from service.queries.clocks import RunningClock
from service.queries.events import History, PastEvent
from workflows import shelf
from workflows.calendars import calendar
from workflows.clock import LATE
from workflows.errors import GuardRefused, MoveNotOpen, Refused, RoleMissing
from workflows.events import EventKind
from workflows.history import line
from workflows.reasons import Reason
from workflows.wording import wording

PLACES = ("move", "act", "calendar", "day", "taken", "seconds")
"""What refusals carry that their sentences have places for, under the same names."""


def told(refusal: Refused, language: str) -> tuple[str, str]:
    """The title of a refusal, and a sentence that says what to do; the procedure's own words where it has some."""
    title, detail = words.problem(refusal.code, language, _values(refusal, language))
    if isinstance(refusal, GuardRefused):
        detail = words.guard(refusal.guard, refusal.needs, language, _words_of(refusal, language))
    return title, detail


def _words_of(refusal: Refused, language: str) -> Mapping[str, Any]:
    return wording(*refusal.procedure, language).words if refusal.procedure else {}


def _values(refusal: Refused, language: str) -> dict[str, str]:
    """What the sentence about a refusal has places for."""
    if isinstance(refusal, RoleMissing):
        roles = _words_of(refusal, language).get("roles", {})
        named = [roles.get(role) or words.label("role", role, language) for role in refusal.roles]
        return {"roles": words.listed(named, language)}
    if isinstance(refusal, MoveNotOpen):
        return _step(refusal, _words_of(refusal, language))
    if hasattr(refusal, "limit"):
        return {"limit": f"{refusal.limit // 1024**2} MiB"}
    found = {name: getattr(refusal, name, None) for name in PLACES}
    return {name: str(value) for name, value in found.items() if value is not None}


def _step(refusal: MoveNotOpen, known: Mapping[str, Any]) -> dict[str, str]:
    """The move, or act, and the stage by the names that the procedure gives them."""
    steps = {**known.get("acts", {}), **known.get("moves", {})}
    stages = {**known.get("endings", {}), **known.get("stages", {})}
    return {
        "move": steps.get(refusal.move, {}).get("label", refusal.move),
        "stage": stages.get(refusal.stage, {}).get("label", refusal.stage),
    }


def history_line(event: PastEvent, history: History, language: str) -> str:
    """The line that an event leaves in the history: in the procedure's words where a person acted, else in ours."""
    known = wording(history.procedure, history.version, language)
    if event.kind == EventKind.CLOCK_RANG:
        name = event.facts["clock"]
        values = {
            "clock": known.text("clocks", name, "label") or name,
            "on": event.facts["due_on"] or event.on.isoformat(),
        }
        return words.happened(_rang(event, history), language, values)
    return line(known, event.kind, event.facts, history.working_groups) or words.happened(event.kind, language)


def _rang(event: PastEvent, history: History) -> str:
    if event.facts["mark"] != LATE:
        return "clock_before"
    rule = shelf.procedure(history.procedure, history.version).clocks.get(event.facts["clock"])
    return "clock_again" if rule is not None and rule.repeats is not None else "clock_late"


def clock_reason(reason: Reason, clock: RunningClock, language: str) -> str:
    """A step of how a date came about, with fields and holidays by the names that the reader knows."""
    values = dict(reason.values)
    field = values.get("field")
    if field is not None:
        values["field"] = wording(clock.procedure, clock.version, language).text("asks", field, "label") or field
    return words.reason(reason.code, language, values, _named(reason, clock, language))


def _named(reason: Reason, clock: RunningClock, language: str) -> Iterator[tuple[date, str | None]]:
    for day, _ in reason.skipped:
        yield day, calendar(clock.calendar).holiday(day, language) if clock.calendar is not None else None
