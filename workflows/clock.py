"""Clocks: when something is due, counted the way the law counts, and what a clock says while it runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from workflows.calendars import Calendar, calendar
from workflows.clock_rule import ClockKind, ClockRule, Notices, Until
from workflows.counting import CountingRule, Period, Unit, before, due_on, explain, nominal_end, roll
from workflows.errors import PeriodUnknown
from workflows.reasons import Reason

__all__ = [
    "LATE", "Clock", "ClockKind", "ClockRule", "ClockState", "Mark", "Notices", "Period", "Unit", "Until",
    "marks", "meet", "next_on", "resume", "ring", "ringing", "start", "stop", "suspend", "why",
]  # fmt: skip

LATE = "late"
A_DAY = Period(1, Unit.DAYS)


class ClockState(StrEnum):
    """How a clock of a case stands. A missed one is over its date and can still be met, late."""

    RUNNING = "running"
    SUSPENDED = "suspended"
    MET = "met"
    MISSED = "missed"
    STOPPED = "stopped"


UNDER_WAY = (ClockState.RUNNING, ClockState.SUSPENDED, ClockState.MISSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A clock of one case. All dates are dates of law (Europe/Brussels).

    `suspended_days`: how long it stood still so far, in whole suspensions; `due_on` has them in it. `rung`: the labels
    of what it has said since it started, in order. `calendar_version`: of the calendar that `due_on` was counted by.
    """

    name: str
    state: ClockState
    starts_on: date
    due_on: date | None
    suspended_on: date | None = None
    suspended_days: int = 0
    rung: tuple[str, ...] = ()
    ended_on: date | None = None
    calendar_version: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on which a clock says something: `before:10WD`, `at:80%` or `late`, and who hears what."""

    label: str
    on: date
    notices: Notices


def start(rule: ClockRule, on: date, until: date | None = None) -> Clock | None:
    """A clock that runs from `on`; it takes the place of one that runs already.

    `on` is the date that `counted_from` names, else the day of the move; `until` is the date in the field that the
    length names, and without it there is no clock (None). Raises PeriodUnknown where no period is known.
    """
    if isinstance(rule.length, Until):
        due = until
    elif rule.length is None:
        raise PeriodUnknown(rule.name)
    else:
        due = _count(rule, on, rule.length)
    if due is None:
        return None
    return Clock(
        name=rule.name, state=ClockState.RUNNING, starts_on=on, due_on=due, calendar_version=_calendar_version(rule)
    )


def meet(clock: Clock, on: date) -> Clock:
    """What had to be done is done, in time or late."""
    return _end(clock, ClockState.MET, on)


def stop(clock: Clock, on: date) -> Clock:
    """It no longer matters."""
    return _end(clock, ClockState.STOPPED, on)


def suspend(clock: Clock, on: date) -> Clock:
    """Let it stand still from `on`. A period that is over cannot be suspended, even before it has rung."""
    if clock.state is not ClockState.RUNNING or (clock.due_on is not None and on > clock.due_on):
        return clock
    return replace(clock, state=ClockState.SUSPENDED, suspended_on=on)


def resume(rule: ClockRule, clock: Clock, on: date) -> Clock:
    """Let it run on: the days that it stood still are added, then it ends on a working day again (policy).

    A clock that runs `until` a date, or is counted by the calendar alone, is not moved off a rest day.
    """
    if clock.state is not ClockState.SUSPENDED or clock.suspended_on is None:
        return clock
    days = max(0, (on - clock.suspended_on).days)
    due = clock.due_on
    if due is not None and days:
        due += timedelta(days=days)
        known = _calendar(rule)
        if known is not None and rule.rule not in (None, CountingRule.CALENDAR):
            due = roll(due, known)
    return replace(
        clock,
        state=ClockState.RUNNING,
        due_on=due,
        suspended_on=None,
        suspended_days=clock.suspended_days + days,
    )


@lru_cache(maxsize=2048)  # a move asks twice for each clock that it starts, and many clocks start on one day
def marks(rule: ClockRule, clock: Clock) -> tuple[Mark, ...]:
    """Every day on which it says something, in order; a reminder whose day was over at the start is left out.

    Raises CalendarUnknown outside the years of the calendar, ValueError outside those that a date can have.
    """
    due = clock.due_on
    if due is None:
        return ()
    known = _calendar(rule)
    found = [Mark(f"before:{period}", before(due, period, known), heard) for period, heard in rule.before]
    found = [mark for mark in found if mark.on >= clock.starts_on]
    found += [Mark(f"at:{percent}%", _share(clock, due, percent), heard) for percent, heard in rule.at]
    found.append(Mark(LATE, nominal_end(due, A_DAY), rule.late))
    return tuple(sorted(found, key=lambda mark: mark.on))


def ringing(rule: ClockRule, clock: Clock, today: date) -> tuple[Mark, ...]:
    """What a running clock has to say by today and has not said yet, in order."""
    return tuple(mark for mark in _unrung(rule, clock) if mark.on <= today)


def next_on(rule: ClockRule, clock: Clock) -> date | None:
    """The next day on which it has something to say; None when it does not run."""
    return next((mark.on for mark in _unrung(rule, clock)), None)


def ring(rule: ClockRule, clock: Clock, mark: Mark, today: date) -> Clock:
    """The clock after it has said `mark`; the same clock where that is not its to say today.

    Being late makes it missed. A clock that repeats starts again from its due date instead, until it is due after
    today: after a long absence it rings once.
    """
    if mark not in ringing(rule, clock, today):
        return clock
    if mark.label != LATE:
        return replace(clock, rung=(*clock.rung, mark.label))
    if rule.repeats is None or clock.due_on is None:
        return replace(clock, state=ClockState.MISSED, rung=(*clock.rung, LATE))
    starts, due = clock.due_on, _count(rule, clock.due_on, rule.repeats)
    while due <= today:
        starts, due = due, _count(rule, due, rule.repeats)
    return Clock(
        name=clock.name, state=clock.state, starts_on=starts, due_on=due, calendar_version=_calendar_version(rule)
    )


def why(rule: ClockRule, clock: Clock) -> tuple[Reason, ...]:
    """How the due date came about: what was counted by which article and calendar, days skipped, suspensions."""
    if isinstance(rule.length, Until) and clock.due_on is not None:
        given = clock.due_on - timedelta(days=clock.suspended_days)
        steps = [Reason.of("until_date", field=rule.length.field, on=given)]
    else:
        steps = list(_explain(rule, clock))
    if clock.suspended_days:
        steps.append(Reason.of("suspended", days=clock.suspended_days, on=clock.due_on))
    if clock.state is ClockState.SUSPENDED:
        steps.append(Reason.of("standing_still", since=clock.suspended_on))
    return tuple(steps)


def _end(clock: Clock, state: ClockState, on: date) -> Clock:
    if clock.state not in UNDER_WAY:
        return clock
    return replace(clock, state=state, suspended_on=None, ended_on=on)


def _unrung(rule: ClockRule, clock: Clock) -> tuple[Mark, ...]:
    if clock.state is not ClockState.RUNNING:
        return ()
    return tuple(mark for mark in marks(rule, clock) if mark.label not in clock.rung)


def _share(clock: Clock, due: date, percent: int) -> date:
    """The first day on which so much of the span has gone by; days that it stood still are not part of the span."""
    span = max(0, (due - clock.starts_on).days - clock.suspended_days)
    gone = -(-span * percent // 100)
    return clock.starts_on + timedelta(days=clock.suspended_days + gone)


def _explain(rule: ClockRule, clock: Clock) -> tuple[Reason, ...]:
    """A clock that repeats was last counted by its length or by `repeats`: by the one that leads to its date."""
    periods = [period for period in (rule.length, rule.repeats) if isinstance(period, Period)]
    if not periods or rule.rule is None:
        return ()
    known = _calendar(rule)
    dues = [explain(clock.starts_on, period, known, rule.rule) for period in periods]
    told = next((due for due in dues if due.on == clock.due_on), dues[0])
    if known is None or clock.calendar_version in (None, known.version):
        return told.why
    then = clock.calendar_version
    return (*told.why, Reason.of("calendar_changed", then=then, calendar=known.code, version=known.version))


def _count(rule: ClockRule, on: date, period: Period) -> date:
    return due_on(on, period, _calendar(rule), rule.rule or CountingRule.CALENDAR)


def _calendar(rule: ClockRule) -> Calendar | None:
    return None if rule.calendar is None else calendar(rule.calendar)


def _calendar_version(rule: ClockRule) -> int | None:
    known = _calendar(rule)
    return None if known is None else known.version
