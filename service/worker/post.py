"""The post: between the outbox in the store and the relay that sends, where a letter is read and put into words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from types import TracebackType
from typing import Self

import structlog

from notifications.channels import Channel
from notifications.digest import render_digest
from notifications.render import render
from service.queries.letters import letter
from service.store.digest_rows import kept_digest
from service.store.engine import Store
from service.store.errors import StoreFailed
from service.store.outbox import Claimed, Outbox
from workflows.notices import DIGEST, Digest, Letter

log = structlog.get_logger("slagboom.worker")


@dataclass(frozen=True, slots=True)
class Opened:
    """A letter that was taken and read. `attempts`: how often it was tried before; `unread`: why it cannot be read."""

    delivery: str
    email: str
    attempts: int
    letter: Letter | None
    unread: Exception | None = None
    digest: Digest | None = None


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

    def claim(self, now: datetime, limit: int) -> Sequence[Opened]:
        """Take the next letters and read them.

        They are read here, where a database that is gone stops the relay: a letter that can be read tomorrow must
        not be put aside as one that nobody can write.
        """
        return [self._open(claimed) for claimed in self._outbox.claim(now, limit)]

    def message(self, claimed: Opened) -> EmailMessage:
        """The letter in words. Raises what kept it from being read."""
        if claimed.letter is None:
            raise claimed.unread or LookupError(claimed.delivery)
        if claimed.digest is not None:
            return self._digest(claimed.letter, claimed.digest)
        return render(claimed.letter, public_url=self._public_url, mail_from=self._mail_from)

    def _digest(self, letter: Letter, digest: Digest) -> EmailMessage:
        return render_digest(
            digest,
            letter.to,
            message_id=letter.message_id,
            created_at=letter.created_at,
            public_url=self._public_url,
            mail_from=self._mail_from,
        )

    def sent(self, delivery: str, subject: str, now: datetime) -> None:
        """It is out."""
        self._outbox.sent(delivery, subject, now)

    def later(self, delivery: str, reason: str, next_at: datetime) -> None:
        """Try again then."""
        self._outbox.later(delivery, reason, next_at)

    def parked(self, delivery: str, reason: str, now: datetime) -> None:
        """Somebody must look at it."""
        self._outbox.parked(delivery, reason, now)

    def refused(self, delivery: str, reason: str, now: datetime) -> None:
        """It will never reach this address."""
        self._outbox.refused(delivery, reason, now)

    def _open(self, claimed: Claimed) -> Opened:
        attempts = claimed.attempts - 1  # the store counts this one too
        try:
            with self._store.reading() as connection:
                read = letter(connection, claimed.delivery, self._now())
                kept = kept_digest(connection, read.more["digest"]) if read.notice == DIGEST else None
        except StoreFailed:
            raise
        except Exception as error:
            return Opened(claimed.delivery, claimed.email, attempts, None, error)
        return Opened(claimed.delivery, claimed.email, attempts, read, digest=kept)


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

    def send(self, message: EmailMessage, to: str) -> None:
        """Hand over one message."""
        self._channel.send(message, to)

    def close(self) -> None:
        """Nothing more to send for now."""
        if self._open:
            self._open = False
            self._channel.__exit__(None, None, None)
