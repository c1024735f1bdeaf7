"""Dates of law: days in Europe/Brussels, whatever the clock of the machine says."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


def day_in_brussels(instant: datetime) -> date:
    """The date in Brussels at an aware instant."""
    return instant.astimezone(BRUSSELS).date()
