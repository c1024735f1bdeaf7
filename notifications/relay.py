"""The relay: hands the letters of the outbox to a channel, so that each arrives at least once and none is lost."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Final, Generic, Protocol, TypeVar

from notifications.channels import Channel, NotDelivered, RefusedForGood
from notifications.typesetting import one_line

WAITS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""How long to wait after each attempt that failed; after one more a letter is parked for somebody to look at."""
BATCH: Final = 50  # letters in one connection
LONGEST_REASON: Final = 300  # characters

logger = logging.getLogger(__name__)


class Claimed(Protocol):
    """A delivery that nobody else works on until its lease ends. `attempts`: how often it was tried before."""

    @property
    def delivery(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def attempts(self) -> int: ...


ClaimedDelivery = TypeVar("ClaimedDelivery", bound=Claimed)


class Outbox(Protocol[ClaimedDelivery]):
    """Where letters wait. Each of these is a transaction of its own."""

    def expand(self, now: datetime) -> int:
        """Turn new notices into deliveries, one for each person who hears now; how many notices that were."""

    def claim(self, now: datetime, limit: int) -> Sequence[ClaimedDelivery]:
        """Take deliveries that are due, for the length of a lease: if we die, somebody else takes them."""

    def message(self, claimed: ClaimedDelivery) -> EmailMessage:
        """The letter in words, with the same Message-ID at every attempt."""

    def sent(self, delivery: str, subject: str, now: datetime) -> None:
        """It is out."""

    def later(self, delivery: str, reason: str, next_at: datetime) -> None:
        """It did not get out; try again at that instant. Counts as an attempt."""

    def parked(self, delivery: str, reason: str, now: datetime) -> None:
        """It is not tried again until somebody has looked at it."""

    def refused(self, delivery: str, reason: str, now: datetime) -> None:
        """It will never reach this address."""


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
    """Sends what waits, a batch at a time. Any number of relays may run beside each other."""

    def __init__(self, outbox: Outbox[ClaimedDelivery], channel: Channel, *, batch: int = BATCH) -> None:
        self._outbox = outbox
        self._channel = channel
        self._batch = batch

    def run_once(self, now: datetime) -> Counts:
        """Resolve new notices, then send one batch; every letter is marked right after it went out.

        A crash between the two lets the lease run out, and the letter goes out again with the same Message-ID.
        What goes wrong with one letter is its own affair; an outbox that fails is raised, as nothing can be kept.
        """
        try:
            expanded = self._outbox.expand(now)
        except Exception:
            self._send_batch(now)  # a notice that nobody can resolve must not hold up those that were
            raise
        done = self._send_batch(now)
        return Counts(
            expanded=expanded,
            sent=done["sent"],
            later=done["later"],
            parked=done["parked"],
            refused=done["refused"],
        )

    def _send_batch(self, now: datetime) -> Counter[str]:
        claimed = self._outbox.claim(now, self._batch)
        if not claimed:
            return Counter()
        with self._channel as channel:
            return Counter(self._deliver(channel, one, now) for one in claimed)

    def _deliver(self, channel: Channel, one: ClaimedDelivery, now: datetime) -> str:
        """Send one letter and mark it; what became of it."""
        try:
            message = self._outbox.message(one)
        except Exception as error:
            logger.exception("delivery %s: the letter could not be written", one.delivery)
            return self._park(one, f"the letter could not be written: {_why(error)}", now)
        try:
            channel.send(message, one.email)
        except RefusedForGood as refused:
            self._outbox.refused(one.delivery, refused.reason, now)
            return "refused"
        except NotDelivered as delayed:
            return self._try_later(one, delayed.reason, now)
        except Exception as error:
            logger.exception("delivery %s: the channel failed", one.delivery)
            return self._try_later(one, f"the channel failed: {_why(error)}", now)
        self._outbox.sent(one.delivery, str(message["Subject"]), now)
        return "sent"

    def _try_later(self, one: ClaimedDelivery, reason: str, now: datetime) -> str:
        if one.attempts >= len(WAITS):
            return self._park(one, f"given up after {one.attempts + 1} attempts: {reason}", now)
        self._outbox.later(one.delivery, reason, now + WAITS[one.attempts])
        return "later"

    def _park(self, one: ClaimedDelivery, reason: str, now: datetime) -> str:
        self._outbox.parked(one.delivery, reason[:LONGEST_REASON], now)
        return "parked"


def _why(error: Exception) -> str:
    return one_line(f"{type(error).__name__}: {error}")
