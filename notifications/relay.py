"""The relay: hands the letters of the outbox to a channel, so that each arrives at least once and none is lost."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic

from notifications.channels import Channel, WayClosed
from notifications.outbox import ClaimedDelivery, Fate, Outbox, Result
from notifications.round import Round

PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in (15, 30, 60, 120, 300))
"""How long a way that is closed is left alone: longer each time, and then every five minutes, for as long as it is."""
BATCH: Final = 50  # letters under one lease

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What one run did."""

    expanded: int = 0
    sent: int = 0
    later: int = 0
    parked: int = 0
    refused: int = 0

    @property
    def idle(self) -> bool:
        """Was there nothing to do?"""
        return self == Counts()


class Relay(Generic[ClaimedDelivery]):
    """Sends what waits, a round at a time. Any number of relays may run beside each other."""

    def __init__(
        self,
        outbox: Outbox[ClaimedDelivery],
        channel: Channel,
        *,
        now: Callable[[], datetime],
        batch: int = BATCH,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        """`stopping`: asked after each letter; what is in hand is then given back."""
        self._outbox, self._channel, self._now = outbox, channel, now
        self._batch, self._stopping = batch, stopping
        self._unkept: list[Result] = []
        self._failures = 0
        self._closed_until: datetime | None = None

    def run_once(self) -> Counts:
        """Resolve new notices, then send one round.

        A crash lets the leases run out, and what went out and was not kept yet goes out again with the same Message-ID.
        What goes wrong with one letter is its own affair; a way that is closed is left alone for a while, and costs no
        letter an attempt; an outbox that fails is raised, as nothing can be kept, and told what it missed when it is
        back.
        """
        try:
            expanded = self._outbox.expand(self._now())
        except Exception:
            self._send_round()  # a notice that nobody can resolve must not hold up those that were
            raise
        done = self._send_round()
        return Counts(
            expanded=expanded,
            sent=done["sent"],
            later=done["waiting"],
            parked=done["parked"],
            refused=done["refused"],
        )

    def _send_round(self) -> Counter[Fate]:
        now = self._now()
        if self._unkept:
            self._outbox.keep(self._unkept)
            self._unkept.clear()
        if self._closed_until is not None and now < self._closed_until <= now + PAUSES[-1]:  # the clock may be set back
            return Counter()
        taken = self._outbox.claim(now, self._batch)
        if not taken:
            return Counter()
        round_ = Round(self._outbox, taken, self._unkept, self._now)
        try:
            with self._channel as channel:
                round_.send(channel, self._stopping)
        except WayClosed as closed:
            self._leave_alone(closed, anew=round_.done["sent"] > 0)
        else:
            self._failures, self._closed_until = 0, None
        return round_.done

    def _leave_alone(self, closed: WayClosed, *, anew: bool) -> None:
        self._failures = 0 if anew else self._failures
        pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
        self._failures += 1
        self._closed_until = self._now() + pause
        logger.warning("mail does not get out (%s); tried again in %d s", closed.reason, pause.total_seconds())
