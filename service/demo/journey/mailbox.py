"""A mailbox as anybody may open it: a maildir, read by its headers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

PATIENCE = 20.0  # seconds; a mail is out within five of what it tells
PAUSE = 0.1
QUIET = 2.0


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: whom it goes to, in which language, about which case, and the hash of the event that it tells of."""

    name: str
    """That of its file, without the marks that a reader puts behind it."""
    to: str
    language: str
    subject: str
    case: str | None
    event: str | None
    notice: str | None
    message_id: str
    text: str
    at: float
    """When the file was written, in seconds: the order in which mails went out."""

    @property
    def sent_at(self) -> datetime:
        """The same as a moment."""
        return datetime.fromtimestamp(self.at, UTC)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Everybody's mail, in one folder. `known`: what lay there before the journey began."""

    folder: Path
    known: frozenset[str] = frozenset()

    @classmethod
    def opened(cls, folder: Path) -> Mailbox:
        """The mailbox in this folder, from now on."""
        return cls(folder, frozenset(path.name.partition(":")[0] for path in cls(folder)._files()))

    def mails(self) -> list[Mail]:
        """Every mail that came since it was opened, the oldest first."""
        new = (path for path in self._files() if path.name.partition(":")[0] not in self.known)
        return sorted((_read(path) for path in new), key=lambda mail: (mail.at, mail.to))

    def wait_for(self, wanted: Callable[[Mail], bool], seconds: float = PATIENCE) -> Mail | None:
        """The first mail that is wanted, as soon as it is there; None if it does not come in time."""
        until = time.monotonic() + seconds
        while True:
            found = next(filter(wanted, self.mails()), None)
            if found is not None or time.monotonic() > until:
                return found
            time.sleep(PAUSE)

    def settle(self) -> list[Mail]:
        """Every mail that came, once none has come for a while."""
        until = time.monotonic() + PATIENCE
        count, since = -1, time.monotonic()
        while time.monotonic() < until and time.monotonic() - since < QUIET:
            found = sum(1 for _ in self._files())
            if found != count:
                count, since = found, time.monotonic()
            time.sleep(PAUSE)
        return self.mails()

    def _files(self) -> Iterator[Path]:
        for part in ("new", "cur"):
            yield from (self.folder / part).glob("*")


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what this policy makes
    text, to = message.get_body(("plain",)), message["To"]
    return Mail(
        name=path.name.partition(":")[0],
        to=to.addresses[0].addr_spec if to is not None and to.addresses else "",
        language=str(message["Content-Language"]),
        subject=str(message["Subject"]),
        case=message["X-Slagboom-Case"],
        event=message["X-Slagboom-Event"],
        notice=message["X-Slagboom-Notice"],
        message_id=str(message["Message-ID"]),
        text=text.get_content() if text is not None else "",
        at=path.stat().st_mtime_ns / 1e9,
    )
