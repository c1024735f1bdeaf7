"""Chores: something that is done again and again, and goes on after a failure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

HOUR = timedelta(hours=1)
"""The longest that a chore waits for its next turn."""
LONGEST_PAUSE = 30.0  # seconds after a failure

log = structlog.get_logger("slagboom.worker")


class Chore:
    """One chore. `do` does what there is to do, and says after how long it wants to be done again."""

    def __init__(self, name: str, do: Callable[[], timedelta]) -> None:
        self.name, self._do = name, do
        self.failures = 0
        self._done_at: datetime | None = None
        self._wait = timedelta()

    def turn(self, now: Callable[[], datetime]) -> None:
        """Do it, if its time has come. A failure is logged and counted; each makes the pause longer, up to 30 s."""
        if self.seconds_left(now()) > 0:
            return
        try:
            wait = self._do()
            self.failures = 0
        except Exception:
            self.failures += 1
            log.exception("chore_failed", chore=self.name, failures=self.failures)
            wait = timedelta(seconds=min(2.0 ** min(self.failures, 10), LONGEST_PAUSE))
        self._done_at, self._wait = now(), wait

    def seconds_left(self, now: datetime) -> float:
        """How long until its next turn; none where the clock of the machine was set back."""
        if self._done_at is None or now < self._done_at:
            return 0.0
        return max(0.0, (self._done_at + self._wait - now).total_seconds())
