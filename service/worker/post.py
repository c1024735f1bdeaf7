"""The post: between the outbox in the store and the relay that sends, where a letter is read and put into words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from types import TracebackType
from typing import Self

import structlog

from notifications.channels import Channel, Written, nothing
from notifications.digest import render_digest
from notifications.outbox import Result, Unwritable
from notifications.render import render
from service.queries.letters import letter
from service.store.digest_rows import kept_digest
from service.store.engine import Store
from service.store.errors import StoreFailed
from service.store.outbox import NotSent, Outbox, Sent
from workflows.notices import DIGEST, Digest, Letter

log = structlog.get_logger("slagboom.worker")


@dataclass(frozen=True, slots=True)
class Taken:
    """A letter that was taken. `attempts`: how often it was tried before."""

    delivery: str
    email: str
    attempts: int


class Post:
    """The outbox as the relay asks for it."""

    def __init__(
        self, outbox: Outbox, store: Store, *, now: Callable[[], datetime], public_url: str, mail_from: str
    ) -> None:
        self._outbox, self._store, self._now = outbox, store, now
        self._public_url, self._mail_from = public_url, mail_from
        self._passed_over: set[str] = set()

    def expand(self, now: datetime) -> int:
        """Find out who hears of what is new.

        One notice for which that fails must not hold up those behind it: until the worker starts anew it is left
        where it is.
        """
        try:
            return self._outbox.expand(now, self._passed_over)
        except StoreFailed:
            raise
        except Exception:
            stuck = self._outbox.expanding
            if stuck is None:
                raise
            log.exception("notice_failed", outbox=stuck)
            self._passed_over.add(stuck)
            return 0

    def claim(self, now: datetime, limit: int) -> Sequence[Taken]:
        """Take the next letters."""
        taken = self._outbox.claim(now, limit)
        return [Taken(one.delivery, one.email, one.attempts - 1) for one in taken]  # the store counts this one too

    def hold(self, deliveries: Collection[str], now: datetime) -> Collection[str]:
        """Keep these to ourselves for longer; says which still are ours."""
        return self._outbox.hold(deliveries, now)

    def message(self, claimed: Taken) -> EmailMessage:
        """The letter in words.

        A database that is gone stops the relay: a letter that can be read tomorrow must not be put aside as one that
        nobody can write. Anything else is the letter's own fault, and raises Unwritable.
        """
        try:
            with self._store.reading() as connection:
                read = letter(connection, claimed.delivery, self._now())
                digest = kept_digest(connection, read.more["digest"]) if read.notice == DIGEST else None
            if digest is not None:
                return self._digest(read, digest)
            return render(read, public_url=self._public_url, mail_from=self._mail_from)
        except StoreFailed:
            raise
        except Exception as error:
            log.exception("letter_failed", delivery=claimed.delivery)
            raise Unwritable(f"{type(error).__name__}: {error}") from error

    def _digest(self, letter: Letter, digest: Digest) -> EmailMessage:
        return render_digest(
            digest,
            letter.to,
            message_id=letter.message_id,
            created_at=letter.created_at,
            public_url=self._public_url,
            mail_from=self._mail_from,
        )

    def keep(self, results: Sequence[Result]) -> None:
        """What became of letters."""
        sent = [Sent(one.delivery, one.subject or "", one.at) for one in results if one.fate == "sent"]
        others = [
            NotSent(one.delivery, one.fate, one.reason or "", one.next_at or one.at)
            for one in results
            if one.fate != "sent"
        ]
        self._outbox.keep(sent, others)

    def put_back(self, deliveries: Collection[str], reason: str | None, now: datetime) -> None:
        """These were not tried."""
        self._outbox.put_back(deliveries, reason, now)


class Way:
    """A channel that stays open from one letter to the next, until it is closed: one connection for all of them."""

    def __init__(self, channel: Channel) -> None:
        self._channel, self._open = channel, False

    def __enter__(self) -> Self:
        if not self._open:
            self._channel.__enter__()
            self._open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stays open for the next letter, unless something is wrong with it."""
        if error is not None:
            self.close()

    def send(self, letter: Written, to: str, meanwhile: Callable[[], None] = nothing) -> None:
        """Hand over one message."""
        self._channel.send(letter, to, meanwhile)

    def close(self) -> None:
        """Nothing more to send for now."""
        if self._open:
            self._open = False
            self._channel.__exit__(None, None, None)
