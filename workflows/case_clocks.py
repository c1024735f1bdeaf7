"""The clocks of a step: which start, are met, stop, wait or go on when a case moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows import clock as clocks
from workflows.case import Case
from workflows.clock import Clock, ClockState
from workflows.clock_rule import ClockKind, ClockRule, Until
from workflows.errors import CalendarUnknown
from workflows.facts import Facts, Measure
from workflows.procedure import Move, Procedure

QUIET = "quiet"
"""The clock of a case on which nothing happens; it does not make a case due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChange:
    """What happens to a clock: starts, restarts, meets, stops, suspends, resumes.

    `clock` is the clock after it; None in a preview, where the date is not known yet.
    """

    name: str
    change: str
    clock: Clock | None

    def written(self) -> dict[str, Any]:
        """As it stands in the body of an event: enough to recompute the clock."""
        return {"change": self.change, **(written(self.clock) if self.clock is not None else {"clock": self.name})}


def written(clock: Clock) -> dict[str, Any]:
    """A clock in codes and dates."""
    return {
        "clock": clock.name,
        "state": str(clock.state),
        "starts_on": clock.starts_on.isoformat(),
        "due_on": clock.due_on.isoformat() if clock.due_on else None,
        "suspended_on": clock.suspended_on.isoformat() if clock.suspended_on else None,
        "suspended_days": clock.suspended_days,
        "rung": list(clock.rung),
        "ended_on": clock.ended_on.isoformat() if clock.ended_on else None,
    }


def clock_changes(
    case: Case, facts: Facts, move: Move, stage: str, data: Mapping[str, Any] | None, on: date
) -> tuple[ClockChange, ...]:
    """What a move does to the clocks of a case. `data` None: a preview, before the dates are known.

    Raises CalendarUnknown for a day over which nothing can be counted.
    """
    rules = case.procedure.clocks
    found = {clock.name: clock for clock in facts.clocks}
    changed: dict[str, ClockChange] = {}

    def keep(name: str, change: str, clock: Clock | None) -> None:
        if clock is not None and clock is not found.get(name):
            found[name] = clock
            changed[name] = ClockChange(name=name, change=change, clock=clock)

    for name in move.meets:
        keep(name, "meets", clocks.meet(found[name], on) if name in found else None)
    for name in move.stops:
        keep(name, "stops", clocks.stop(found[name], on) if name in found else None)
    for name in move.suspends:
        keep(name, "suspends", clocks.suspend(found[name], on) if name in found else None)
    for name in move.resumes:
        keep(name, "resumes", clocks.resume(rules[name], found[name], on) if name in found else None)
    if stage in case.procedure.endings and not case.ended:  # every ending stops all clocks
        for name, clock in tuple(found.items()):
            keep(name, "stops", clocks.stop(clock, on))
    for name in _started(case, move, stage):
        change = "restarts" if name in found and runs(found[name]) else "starts"
        if data is None and isinstance(rules[name].length, Until):
            changed[name] = ClockChange(name=name, change=change, clock=None)
        else:
            keep(name, change, _start(rules[name], data or {}, on))
    return tuple(changed.values())


def runs(clock: Clock) -> bool:
    """Is it still to be met, in time or late?"""
    return clock.state in {ClockState.RUNNING, ClockState.SUSPENDED, ClockState.MISSED}


def _started(case: Case, move: Move, stage: str) -> Iterable[str]:
    """What the move starts, and what every move of an open case starts anew."""
    yield from move.starts
    if stage not in case.procedure.endings:
        yield from (
            name for name, rule in case.procedure.clocks.items() if rule.restarted_by and name not in move.starts
        )


def _start(rule: ClockRule, data: Mapping[str, Any], on: date) -> Clock | None:
    counted_from = data.get(rule.counted_from) if rule.counted_from else None
    until = data.get(rule.length.field) if isinstance(rule.length, Until) else None
    begins, ends = date.fromisoformat(counted_from or on.isoformat()), date.fromisoformat(until) if until else None
    try:
        started = clocks.start(rule, begins, ends)
        if started is not None:
            clocks.marks(rule, started)  # a day that no calendar knows is refused now, not when the clock should ring
    except ValueError as beyond:  # the years that a date can have do not reach so far
        raise CalendarUnknown(rule.calendar or "of all days", (ends or begins).isoformat()) from beyond
    return started


def dated_by(rule: ClockRule) -> str | None:
    """The field of a move's data that gives a clock its day: from which it counts, or on which it ends."""
    return rule.length.field if isinstance(rule.length, Until) else rule.counted_from


def due_on(procedure: Procedure, running: Iterable[Clock], measures: Iterable[Measure]) -> date | None:
    """When the case is due: the earliest of its duties and targets but `quiet`, and of its open measures."""
    days = [
        clock.due_on
        for clock in running
        if clock.due_on is not None
        and clock.state in {ClockState.RUNNING, ClockState.MISSED}
        and clock.name != QUIET
        and procedure.clocks[clock.name].kind is not ClockKind.STANDSTILL
    ]
    days += [measure.due_on for measure in measures if measure.open and measure.due_on is not None]
    return min(days, default=None)
