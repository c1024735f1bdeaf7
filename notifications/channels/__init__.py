"""The ways out: mail over SMTP, a maildir, a webhook."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import Final, Protocol, Self

ADDRESS = re.compile(r"[^\s\x00-\x20\x7f-\x9f<>@\ud800-\udfff]+@[^\s\x00-\x20\x7f-\x9f<>@\ud800-\udfff]+")
LONGEST_REASON = 300  # characters
LINE_END: Final = re.compile(rb"\r\n|\r|\n")
IN_ASCII: Final = SMTP.clone(utf8=False, cte_type="7bit")
IN_UTF8: Final = SMTP.clone(utf8=True, cte_type="8bit")


class NotDelivered(Exception):
    """The message did not get out.

    `why` is a word for which the service has a sentence in every language, `said` what the other side or the machine
    said of it. `reason` is both on one line, fit to be kept with the delivery: `address_refused: 550 No such mailbox`.
    """

    def __init__(self, why: str, said: str = "") -> None:
        told = " ".join("".join(c if c.isprintable() else " " for c in said).split())
        self.why = why
        self.reason = (f"{why}: {told}" if told else why)[:LONGEST_REASON]
        super().__init__(self.reason)


class RefusedForGood(NotDelivered):
    """This message will never reach this address; trying again changes nothing."""


class TryLater(NotDelivered):
    """The message itself may be sound, but it did not get through this time."""


class WayClosed(NotDelivered):
    """Nothing gets out now, whatever it is and whoever it is for: the way is closed, or is not set up well."""


class Written:
    """A message in the bytes in which it travels: made once, and before the way is open.

    Raises RefusedForGood for one without a sender or a Message-ID.
    """

    def __init__(self, message: EmailMessage) -> None:
        header = message["From"]
        if header is None or not header.addresses:
            raise RefusedForGood("letter_unwritable", "no sender")
        if not message["Message-ID"]:
            raise RefusedForGood("letter_unwritable", "no Message-ID")
        self.message = message
        self.sender = str(header.addresses[0].addr_spec)
        self.message_id = str(message["Message-ID"])
        self.subject = str(message["Subject"] or "")
        self.content = self.in_bytes()

    def in_bytes(self, *, utf8: bool = False) -> bytes:
        """With CRLF at the end of each line; in ASCII, or with the headers in UTF-8 for servers that know that."""
        return LINE_END.sub(b"\r\n", self.message.as_bytes(policy=IN_UTF8 if utf8 else IN_ASCII))


def nothing() -> None:
    """What there is to do meanwhile, where nobody says otherwise."""


class Channel(Protocol):
    """One way out. `with channel:` spans a batch; the way is opened by the first message and closed at the end.

    One thread at a time.
    """

    def send(self, letter: Written, to: str, meanwhile: Callable[[], None] = nothing) -> None:
        """Hand over one message for one address.

        When this returns, somebody else has promised to keep it. `meanwhile`, which raises nothing, may be called
        while the other side takes its time. Raises RefusedForGood, TryLater, WayClosed.
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
        raise RefusedForGood("address_unfit", to)
    return to
