"""Composition root of the worker: sends letters, lets clocks run out, writes digests, tidies up."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from types import FrameType

import structlog

from notifications.channels import Channel
from notifications.relay import BATCH, Relay
from service.commands.clocks import THE_HOUSE, RingClock, ring_clock
from service.commands.kept_words import KEPT_FOR
from service.store import kept, leases, once, sessions, sign_ins
from service.store.clock_rows import due_clocks
from service.store.engine import Store
from service.store.errors import StoreFailed
from service.store.outbox import Outbox
from service.store.work import Work
from service.worker.chores import HOUR, Chore
from service.worker.digests import send_due
from service.worker.post import Post, Way
from workflows.dates import BRUSSELS, day_in_brussels

Now = Callable[[], datetime]

IDLE = timedelta(seconds=0.5)
LONGEST_SLEEP = 1.0  # seconds; a notice is out within five of its commit
CLOCKS_AT_ONCE = 500
LEASE = timedelta(minutes=2)
"""How long a chore is one worker's alone; after that another may take it up (the first one has died)."""
TAKEN_ELSEWHERE = timedelta(seconds=30)
TEN_MINUTES = timedelta(minutes=10)
KEYS_ARE_KEPT = timedelta(hours=24)

log = structlog.get_logger("slagboom.worker")


def now_in_utc() -> datetime:
    """The clock of the machine."""
    return datetime.now(UTC)


class Worker:
    """Everything that happens without anybody asking. Any number of workers may run beside each other."""

    def __init__(
        self,
        store: Store,
        channel: Channel,
        *,
        public_url: str,
        mail_from: str,
        now: Now = now_in_utc,
        batch: int = BATCH,
    ) -> None:
        """`batch`: how many letters are taken under one lease."""
        self.holder = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._store, self._now = store, now
        self._stopping = threading.Event()
        self._way = Way(channel)
        outbox = Outbox(store, self.holder, domain=mail_from.rpartition("@")[2].strip("> "))
        post = Post(outbox, store, now=now, public_url=public_url, mail_from=mail_from)
        self._relay = Relay(post, self._way, now=now, batch=batch, stopping=self._stopping.is_set)
        self._letters = Chore("letters", self._send_letters)
        self._calendar = (
            Chore("clocks", self._ring_clocks),
            Chore("digests", self._send_digests),
            Chore("forgetting", self._forget),
        )

    def run(self) -> None:
        """Work until `stop`, once the database is ready; what is in hand is brought to its end first."""
        log.info("worker_started", worker=self.holder)
        self._wait_for_database()
        letters = threading.Thread(target=self._repeat, args=([self._letters],), name="letters")
        letters.start()
        try:
            self._repeat(self._calendar)
        finally:
            self.stop()
            letters.join()
            self._way.close()
            log.info("worker_stopped", worker=self.holder)

    def run_until_signalled(self) -> None:
        """The same, until SIGTERM or SIGINT too; a second signal ends the process at once."""
        told = (signal.SIGTERM, signal.SIGINT)

        def stop(_number: int, _frame: FrameType | None) -> None:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

        before = {number: signal.getsignal(number) for number in told}
        for number in told:
            signal.signal(number, stop)
        self.run()

    def stop(self) -> None:
        """Let the worker end, from whichever thread."""
        self._stopping.set()

    def turn(self) -> None:
        """Do once what is due now, one after the other: what `run` does, without its threads and pauses."""
        for chore in (*self._calendar, self._letters):
            chore.turn(self._now)

    def _wait_for_database(self) -> None:
        """Until it is there, and at the newest migration: whoever serves beside us brings it up to date."""
        reason = None
        while not self._stopping.is_set():
            try:
                if self._store.at_head():
                    return
                found = "not at the newest migration"
            except StoreFailed as failure:
                found = str(failure)
            if found != reason:
                log.warning("waiting_for_database", reason=found)
            reason = found
            self._stopping.wait(LONGEST_SLEEP)

    def _repeat(self, chores: Iterable[Chore]) -> None:
        while not self._stopping.is_set():
            for chore in chores:
                chore.turn(self._now)
            wait = min(chore.seconds_left(self._now()) for chore in chores)
            self._stopping.wait(min(wait, LONGEST_SLEEP))

    # -- letters -----------------------------------------------------------------------------------

    def _send_letters(self) -> timedelta:
        """Tell everything that is to be told, round by round."""
        counts: Counter[str] = Counter()
        while not self._stopping.is_set():
            done = self._relay.run_once()
            if done.idle:
                self._way.close()
                break
            counts.update(asdict(done))
        if counts:
            log.info("letters", **counts)
        return IDLE

    # -- the calendar ------------------------------------------------------------------------------

    def _ring_clocks(self) -> timedelta:
        """Let every clock say what it has to say by today: at the start, each hour, and when a day begins."""
        with self._leased("clocks") as still_mine:
            if still_mine is None:
                return TAKEN_ELSEWHERE
            rung = sum(self._ring(*clock) for clock in self._due_clocks(still_mine))
        if rung:
            log.info("clocks_rang", marks=rung)
        return _until_the_next_day(self._now())

    def _due_clocks(self, still_mine: Callable[[], bool]) -> Iterator[tuple[str, str]]:
        """The clocks that are due, the oldest first, each once: one that fails must not hold up the others."""
        seen: set[tuple[str, str]] = set()
        today = day_in_brussels(self._now())
        while True:
            with self._store.reading() as connection:
                due = due_clocks(connection, today, limit=len(seen) + CLOCKS_AT_ONCE)
            new = [clock for clock in due if clock not in seen]
            if not new:
                return
            for clock in new:
                if self._stopping.is_set() or not still_mine():
                    return
                seen.add(clock)
                yield clock

    def _ring(self, case: str, clock: str) -> int:
        try:
            return ring_clock(RingClock(case, clock), Work(self._store, THE_HOUSE, self._now()))
        except StoreFailed:
            raise
        except Exception:
            log.exception("clock_failed", case=case, clock=clock)
            return 0

    def _send_digests(self) -> timedelta:
        """Tell the offices of last week, once its hour has come; what was sent already is not sent again."""
        with self._leased("digests") as still_mine:
            if still_mine is None:
                return TAKEN_ELSEWHERE
            sent = send_due(self._store, self._now())
        if sent:
            log.info("digests", sent=sent)
        return TEN_MINUTES

    def _forget(self) -> timedelta:
        """Forget yesterday's keys, who tried to sign in, sessions that are over, and words that nobody went on with."""
        now = self._now()
        with self._store.writing() as connection:
            once.prune(connection, now - KEYS_ARE_KEPT)
            connection.execute(sign_ins.FORGET, sign_ins.around(now))
            connection.execute(sessions.FORGET, {"now": now})
            kept.prune(connection, now - KEPT_FOR)
        return HOUR

    @contextmanager
    def _leased(self, chore: str) -> Iterator[Callable[[], bool] | None]:
        """Have a chore alone. Gives a function that says whether that still holds; None while another worker has it."""
        if not self._take(chore):
            yield None
            return
        taken_at = self._now()

        def still_mine() -> bool:
            nonlocal taken_at
            now = self._now()
            if timedelta() <= now - taken_at < LEASE / 2:  # a clock that was set back says nothing
                return True
            taken_at = now
            return self._take(chore)

        try:
            yield still_mine
        finally:
            with self._store.writing() as connection:
                leases.give_back(connection, chore, self.holder)

    def _take(self, chore: str) -> bool:
        with self._store.writing() as connection:
            return leases.take(connection, chore, self.holder, self._now(), LEASE.total_seconds())


def _until_the_next_day(now: datetime) -> timedelta:
    """Until a day begins in Brussels, and no longer than an hour."""
    tomorrow = day_in_brussels(now) + timedelta(days=1)
    return min(HOUR, datetime.combine(tomorrow, time.min, BRUSSELS).astimezone(UTC) - now)
