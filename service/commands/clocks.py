"""Clocks that run out: what the service itself does on a case, for nobody, when a day has come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.store.clock_rows import keep_clocks
from service.store.loading import clocks_of
from service.store.work import Work
from workflows.actor import Actor
from workflows.case import Case
from workflows.case_clocks import ClockChange
from workflows.clock import Clock, Mark, ring, ringing
from workflows.clock_rule import Notices
from workflows.events import Event, EventKind, Tell

THE_HOUSE = Actor(person="", name="Slagboom", language="en", mandates=())
"""The service itself: it has no mandate, and the events it makes name nobody."""


@dataclass(frozen=True, slots=True)
class RingClock:
    """Let one clock of a case say what it has to say by today."""

    case: str
    clock: str


def ring_clock(command: RingClock, work: Work) -> int:
    """Ring every mark that has come, in order; says how many.

    After a long absence, reminders to the same people that come together are one mail: the last one speaks, the
    others are noted. Safe to repeat: a mark that has rung does not ring again.
    """
    with work:
        case = work.case_of_the_house(command.case)
        rule = case.procedure.clocks[command.clock]
        clock = next(one for one in clocks_of(work.connection, case.id) if one.name == command.clock)
        marks = ringing(rule, clock, work.today)
        for index, mark in enumerate(marks):
            after = ring(rule, clock, mark, work.today)
            case = _rung(work, case, clock, after, mark, later=marks[index + 1 :])
            clock = after
        if marks:
            keep_clocks(work.connection, case, [clock])
            work.renew_due_date(case)
        return len(marks)


def _rung(work: Work, case: Case, clock: Clock, after: Clock, mark: Mark, later: Iterable[Mark]) -> Case:
    said = {notice for one in later for notice in one.notices}
    told: Notices = tuple(notice for notice in mark.notices if notice not in said)
    event = Event(
        kind=EventKind.CLOCK_RANG,
        facts={
            "on": mark.on.isoformat(),
            "actor": None,
            "clock": clock.name,
            "mark": mark.label,
            "due_on": clock.due_on.isoformat() if clock.due_on is not None else None,
            "clocks": [ClockChange(name=clock.name, change="rings", clock=after).written()],
        },
        tells=tuple(Tell(notice=notice, roles=roles) for notice, roles in told),
    )
    return work.record(case, event)
