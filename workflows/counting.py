"""Counting: from a day and a period to the last day that is still in time, and why."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from workflows.calendars import Calendar
from workflows.errors import CalendarUnknown
from workflows.reasons import Due, Reason

__all__ = [
    "CountingRule",
    "Due",
    "Period",
    "Reason",
    "Unit",
    "before",
    "check",
    "due_on",
    "explain",
    "nominal_end",
    "roll",
]

DAY = timedelta(days=1)


class Unit(StrEnum):
    """The units in which periods are written."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


FORMS = {
    Unit.HOURS: "PT{}H",
    Unit.DAYS: "P{}D",
    Unit.WORKING_DAYS: "{}WD",
    Unit.WEEKS: "P{}W",
    Unit.MONTHS: "P{}M",
    Unit.YEARS: "P{}Y",
}
LENGTH = "([1-9][0-9]{0,3})"  # four digits: longer than any law, and never past what a date can hold by accident


@dataclass(frozen=True, slots=True)
class Period:
    """A number of units, written as an ISO 8601 duration of one unit (`P2M`), or in working days as `5WD`."""

    length: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.length < 1:
            raise ValueError(f"a period is one {self.unit.removesuffix('s')} or longer, not {self.length}")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read a period. Raises ValueError with what can be written instead."""
        for unit, form in FORMS.items():
            found = re.fullmatch(form.format(LENGTH), text)
            if found:
                return cls(int(found[1]), unit)
        raise ValueError(f"{text!r} is not a period; write P10D, P3W, P2M, P1Y, PT48H or 5WD")

    def __str__(self) -> str:
        return FORMS[self.unit].format(self.length)


class CountingRule(StrEnum):
    """By which rule a period is counted.

    `calendar`: the same date, no more: an end on a rest day stays there. `working-days`: working days only.
    """

    REGULATION_1182_71 = "regulation-1182-71"
    CALENDAR = "calendar"
    WORKING_DAYS = "working-days"


def check(period: Period, rule: CountingRule) -> None:
    """Raise ValueError where the rule cannot count the period to a date."""
    if period.unit is Unit.HOURS:
        raise ValueError(f"{period} ends at an hour, not on a date; write the period in days or longer units")
    if rule is CountingRule.CALENDAR and period.unit is Unit.WORKING_DAYS:
        raise ValueError(f"the rule calendar knows no working days, so it cannot count {period}; use working-days")
    if rule is CountingRule.WORKING_DAYS and period.unit is not Unit.WORKING_DAYS:
        raise ValueError(f"the rule working-days counts working days only, not {period}; write 5WD")


def due_on(
    event: date,
    period: Period,
    calendar: Calendar | None,
    rule: CountingRule = CountingRule.REGULATION_1182_71,
) -> date:
    """The last day on which an act is still in time.

    The day of the event does not count (Regulation 1182/71, art. 3(1)). A period that ends on a rest day of the one
    who must act runs on to the next working day (art. 3(4)), and one of two days or more has at least two working
    days (art. 3(5)). `calendar` is that of the one who must act; only the rule `calendar` needs none.

    Raises ValueError where the rule cannot count the period, CalendarUnknown outside the years of the calendar.
    """
    check(period, rule)
    if rule is CountingRule.CALENDAR:
        return nominal_end(event, period)
    known = _needed(calendar, rule)
    if period.unit is Unit.WORKING_DAYS:
        return _nth_working_day(event, period.length, known)
    end = roll(nominal_end(event, period), known)
    return end if _exempt(period) else max(end, _nth_working_day(event, 2, known))


def before(due: date, period: Period, calendar: Calendar | None = None) -> date:
    """The day that lies so much before `due`, for reminders.

    It is not moved off a rest day: art. 3(4) does not hold for what is counted backwards. Working days skip rest
    days and need a calendar. Raises ValueError for hours, and for working days without a calendar.
    """
    if period.unit is Unit.WORKING_DAYS:
        if calendar is None:
            raise ValueError(f"{period} back from a date needs a calendar")
        return _nth_working_day(due, period.length, calendar, -DAY)
    check(period, CountingRule.CALENDAR)
    return nominal_end(due, period, -1)


def nominal_end(event: date, period: Period, direction: int = 1) -> date:
    """The same weekday or date so much later (or earlier), before rest days are looked at (art. 3(2)(c)).

    A date that the last month does not have becomes its last day. Raises ValueError beyond the years 1 to 9999.
    """
    length = period.length * direction
    try:
        if period.unit is Unit.DAYS:
            return event + timedelta(days=length)
        if period.unit is Unit.WEEKS:
            return event + timedelta(weeks=length)
        year, month = _month(event, length if period.unit is Unit.MONTHS else 12 * length)
        return date(year, month, min(event.day, monthrange(year, month)[1]))
    except (OverflowError, ValueError) as error:
        raise ValueError(f"{period} from {event} lies outside the years that a date can have") from error


def roll(day: date, calendar: Calendar) -> date:
    """That day if it is a working day, else the next one (art. 3(4))."""
    while not calendar.working(day):
        day += DAY
    return day


def _needed(calendar: Calendar | None, rule: CountingRule) -> Calendar:
    if calendar is None:
        raise ValueError(f"the rule {rule} needs the calendar of the one who must act")
    return calendar


def _exempt(period: Period) -> bool:
    """Whether two working days need not be inside: art. 3(5) speaks of periods of two days or more."""
    return period.unit is Unit.DAYS and period.length < 2


def _nth_working_day(day: date, wanted: int, calendar: Calendar, step: timedelta = DAY) -> date:
    """The working day number `wanted` after (or before) a day that does not count itself."""
    while wanted:
        try:
            day += step
        except OverflowError:  # before the first day that a date can be, or after the last
            raise CalendarUnknown(calendar.code, day.isoformat()) from None
        if calendar.working(day):
            wanted -= 1
    return day


def _month(event: date, months: int) -> tuple[int, int]:
    years, month = divmod(event.month - 1 + months, 12)
    return event.year + years, month + 1


def explain(
    event: date,
    period: Period,
    calendar: Calendar | None,
    rule: CountingRule = CountingRule.REGULATION_1182_71,
) -> Due:
    """What `due_on` answers, with every step of the way. Raises what `due_on` raises."""
    check(period, rule)
    law = rule is CountingRule.REGULATION_1182_71
    first = Reason.of("event_not_counted", event=event, article="3(1)" if law else None)
    if rule is CountingRule.CALENDAR:
        end = nominal_end(event, period)
        return Due(end, (first, _counted(event, end, period, law), Reason("rest_days_count")))
    known = _needed(calendar, rule)
    if period.unit is Unit.WORKING_DAYS:
        end, steps = _explain_working_days(event, period, known, law)
    else:
        end, steps = _explain_rest_days(event, period, known)
    return Due(end, (first, *steps, *_explain_calendar(end, known)))


def _counted(event: date, end: date, period: Period, law: bool) -> Reason:
    """Where the period ends before rest days are looked at, and by which rule."""
    if period.unit is Unit.DAYS:
        return Reason.of("days_counted", period=period, on=end, article="3(2)(b)" if law else None)
    article = "3(2)(c)" if law else None
    if period.unit is Unit.WEEKS:
        return Reason.of("same_weekday", period=period, on=end, article=article)
    if end.day == event.day:
        return Reason.of("same_date", period=period, on=end, article=article)
    return Reason.of("clipped", period=period, day=event.day, month=f"{end:%Y-%m}", on=end, article=article)


def _explain_working_days(event: date, period: Period, calendar: Calendar, law: bool) -> tuple[date, list[Reason]]:
    end = _nth_working_day(event, period.length, calendar)
    skipped = _skipped(event + DAY, end, calendar)
    return end, [Reason.of("working_days_counted", skipped, period=period, on=end, article="2(2)" if law else None)]


def _explain_rest_days(event: date, period: Period, calendar: Calendar) -> tuple[date, list[Reason]]:
    nominal = nominal_end(event, period)
    steps = [_counted(event, nominal, period, law=True)]
    end = roll(nominal, calendar)
    if end != nominal:
        skipped = _skipped(nominal, end, calendar)
        steps.append(Reason.of("end_rest_day", skipped, end=nominal, on=end, article="3(4)"))
    second = _nth_working_day(event, 2, calendar)
    if second > end and not _exempt(period):
        skipped = _skipped(end + DAY, second, calendar)
        steps.append(Reason.of("two_working_days", skipped, on=second, article="3(5)"))
        end = second
    return end, steps


def _explain_calendar(end: date, calendar: Calendar) -> list[Reason]:
    used = Reason.of("calendar_used", calendar=calendar.code, version=calendar.version, source=calendar.source)
    if calendar.settled(end):
        return [used]
    return [used, Reason.of("calendar_unsettled", calendar=calendar.code, year=end.year)]


def _skipped(first: date, end: date, calendar: Calendar) -> tuple[tuple[date, str], ...]:
    """The rest days from `first` up to, not including, `end`, each with its name."""
    span = [first + timedelta(days=n) for n in range((end - first).days)]
    return tuple((day, name) for day in span if (name := calendar.rest(day)))
