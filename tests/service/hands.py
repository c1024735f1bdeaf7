"""The hand that moves the clock of a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Hand:
    """The clock of a test: it stands still until somebody moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def go(self, **by: float) -> None:
        self.at += timedelta(**by)
