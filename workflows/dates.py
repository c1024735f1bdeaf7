"""Dates of law: days in Europe/Brussels, whatever the clock of the machine says."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


def day_in_brussels(instant: datetime) -> date:
    """The date in Brussels at an aware instant."""
    return instant.astimezone(BRUSSELS).date()


def begin_of(day: date) -> datetime:
    """The moment at which a day begins in Brussels, in UTC.

    The first of all days begins there before there are moments in UTC; then it is the first of these.
    """
    try:
        return datetime.combine(day, time.min, BRUSSELS).astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)
