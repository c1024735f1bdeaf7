"""A round: letters that were taken under one lease, sent one after the other, each kept soon after it went out."""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Generic

from notifications.channels import Channel, NotDelivered, RefusedForGood, WayClosed, Written
from notifications.outbox import ClaimedDelivery, Fate, Outbox, Result, Unwritable
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
HOLD: Final = timedelta(minutes=1)
"""How old a lease may be when a letter is begun: what one letter takes at most ends long before the lease does."""
AT_ONCE: Final = 10
"""How many results are kept together: so many letters at most go out twice when we die, with the same Message-ID."""
SOON: Final = timedelta(seconds=0.5)
"""How long a result may wait for others to be kept with."""

logger = logging.getLogger(__name__)


class Round(Generic[ClaimedDelivery]):
    """The letters that one relay has in hand. While the other side takes its time, the next letter is written."""

    def __init__(
        self,
        outbox: Outbox[ClaimedDelivery],
        taken: Sequence[ClaimedDelivery],
        results: list[Result],
        now: Callable[[], datetime],
    ) -> None:
        """`results`: what is not kept yet; what the outbox fails to keep stays in it."""
        self._outbox, self._results, self._now = outbox, results, now
        self._waiting = deque(taken)
        self._written: tuple[ClaimedDelivery, Written] | None = None
        self._held_at = self._kept_at = now()
        self._trouble: Exception | None = None
        self.done: Counter[Fate] = Counter()

    def send(self, channel: Channel, stopping: Callable[[], bool]) -> None:
        """Send them, until there are none left or somebody says stop. Raises WayClosed, and what the outbox raises."""
        while (one := self._next()) is not None:
            claimed, letter = one
            try:
                self._send(channel, claimed, letter)
            except WayClosed as closed:
                self._give_back(claimed, closed.reason)
                raise
            if self._trouble is not None:
                raise self._trouble
            if stopping():
                break
        self.keep()
        self._give_back(None, None)

    def keep(self) -> None:
        """Keep what became of the letters so far."""
        if self._results:
            self._outbox.keep(self._results)
            self._results.clear()
        self._kept_at = self._now()

    def _next(self) -> tuple[ClaimedDelivery, Written] | None:
        """The next letter, written and still ours."""
        self._hold()
        if self._written is None:
            self._write()
        one, self._written = self._written, None
        return one

    def _hold(self) -> None:
        """Make sure of the letters in hand: a slow server, or a pause of this machine, may outlast the lease."""
        now = self._now()
        if timedelta(0) <= now - self._held_at < HOLD:  # the clock may be set back
            return
        self.keep()
        ours = set(self._outbox.hold([one.delivery for one in self._in_hand()], now))
        self._waiting = deque(one for one in self._waiting if one.delivery in ours)
        if self._written is not None and self._written[0].delivery not in ours:
            self._written = None
        self._held_at = now

    def _in_hand(self) -> list[ClaimedDelivery]:
        return [*([self._written[0]] if self._written is not None else []), *self._waiting]

    def _write(self) -> None:
        """Write the next letter that can be written."""
        while self._waiting and self._written is None:
            one = self._waiting[0]
            try:
                written = Written(self._outbox.message(one))
            except (Unwritable, NotDelivered) as error:
                self._note(one, "parked", reason=_plain("letter_unwritable", error))
            else:
                self._written = (one, written)
            self._waiting.popleft()

    def _meanwhile(self) -> None:
        """What there is to do while the other side takes its time. What goes wrong waits until it has answered."""
        try:
            if len(self._results) >= AT_ONCE or (self._results and self._now() - self._kept_at >= SOON):
                self.keep()
            self._write()
        except Exception as error:
            self._trouble = error

    def _send(self, channel: Channel, one: ClaimedDelivery, letter: Written) -> None:
        try:
            channel.send(letter, one.email, self._meanwhile)
        except WayClosed:
            raise
        except RefusedForGood as refused:
            self._note(one, "refused", reason=refused.reason)
        except NotDelivered as delayed:
            self._try_later(one, delayed.reason)
        except Exception as error:
            logger.exception("delivery %s: the channel failed", one.delivery)
            self._try_later(one, _plain("channel_failed", error))
        else:
            self._note(one, "sent", subject=letter.subject)

    def _try_later(self, one: ClaimedDelivery, reason: str) -> None:
        if one.attempts >= len(WAITS):
            self._note(one, "parked", reason=reason)
        else:
            self._note(one, "waiting", reason=reason, next_at=self._now() + WAITS[one.attempts])

    def _note(
        self,
        one: ClaimedDelivery,
        fate: Fate,
        *,
        subject: str | None = None,
        reason: str | None = None,
        next_at: datetime | None = None,
    ) -> None:
        at = self._now()
        self._results.append(
            Result(delivery=one.delivery, fate=fate, at=at, subject=subject, reason=reason, next_at=next_at)
        )
        self.done[fate] += 1

    def _give_back(self, tried: ClaimedDelivery | None, reason: str | None) -> None:
        """Let others have what was not sent; none of it counts as tried."""
        self.keep()
        back = [one.delivery for one in [*([tried] if tried is not None else []), *self._in_hand()]]
        self._waiting.clear()
        self._written = None
        if back:
            self._outbox.put_back(back, reason, self._now())


def _plain(why: str, error: Exception) -> str:
    return NotDelivered(why, one_line(str(error) or type(error).__name__)).reason
