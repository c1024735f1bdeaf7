"""Dates of law: days in Brussels, and the moments at which they begin."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from workflows.dates import begin_of, day_in_brussels


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        (date(2026, 1, 1), datetime(2025, 12, 31, 23, 0, tzinfo=UTC)),
        (date(2026, 7, 1), datetime(2026, 6, 30, 22, 0, tzinfo=UTC)),
        (date.min, datetime.min.replace(tzinfo=UTC)),
        (date.max, datetime(9999, 12, 30, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_midnight_in_brussels(day: date, moment: datetime) -> None:
    assert begin_of(day) == moment
    assert day == date.min or day_in_brussels(moment) == day
