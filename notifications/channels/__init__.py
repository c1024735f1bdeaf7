"""The ways out: mail over SMTP, a maildir, a webhook."""

from __future__ import annotations

import re
import ssl
from email.message import EmailMessage
from types import TracebackType
from typing import Protocol, Self

ADDRESS = re.compile(r"[^\x00-\x20\x7f-\x9f<>@]+@[^\x00-\x20\x7f-\x9f<>@]+")
LONGEST_REASON = 300  # characters


class NotDelivered(Exception):
    """The message did not get out. `reason` is one line of plain words, fit to be kept with the delivery."""

    def __init__(self, reason: str) -> None:
        self.reason = " ".join("".join(c if c.isprintable() else " " for c in reason).split())[:LONGEST_REASON]
        super().__init__(self.reason)


class RefusedForGood(NotDelivered):
    """This message will never reach this address; trying again changes nothing."""


class TryLater(NotDelivered):
    """The message itself may be sound: the way was closed, or is not set up well."""


class Channel(Protocol):
    """One way out. `with channel:` spans a batch; the way is opened by the first message and closed at the end.

    One thread at a time.
    """

    def send(self, message: EmailMessage, to: str) -> None:
        """Hand over one message, with Message-ID and From set, for one address.

        When this returns, somebody else has promised to keep it. Raises RefusedForGood, TryLater.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def channel(url: str, *, trust: ssl.SSLContext | None = None) -> Channel:
    """The channel that an address names: `maildir:/folder`, `smtp://…` or `smtps://…` (docs/settings.md).

    `trust`: whose certificates are believed; by default those that this machine believes. Raises ValueError.
    """
    from notifications.channels.maildir import Maildir
    from notifications.channels.smtp import Smtp

    if url.startswith("maildir:/"):
        return Maildir(url.removeprefix("maildir:"))
    return Smtp(url, trust)


def check_address(to: str) -> str:
    """The address, if it is one: never two, and nothing that would be read as a command or a header."""
    if not ADDRESS.fullmatch(to):
        raise RefusedForGood(f"{to!r} is not an e-mail address")
    return to
