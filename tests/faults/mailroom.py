"""The mailroom: a mail server that takes everything and remembers what came, also what came twice."""

from __future__ import annotations

import asyncio
import email
import email.policy
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller

from tests.postgres import free_port


@dataclass(frozen=True, slots=True)
class Mail:
    """One copy that came: for whom, which message, of which event, what kind of notice, and what it says."""

    to: str
    message_id: str
    event: str
    notice: str
    subject: str


@dataclass
class Mailroom:
    """Every copy in the order in which it came. Any number of connections at once."""

    delay: float = 0.0
    url: str = ""
    mails: list[Mail] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep it, and only then promise to have kept it: whoever is killed in between has to send it again."""
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        said = [
            str(message.get(name, "")) for name in ("Message-ID", "X-Slagboom-Event", "X-Slagboom-Notice", "Subject")
        ]
        with self._lock:
            self.mails += [Mail(to, *said) for to in envelope.rcpt_tos]
        if self.delay:
            await asyncio.sleep(self.delay)
        return "250 kept"

    def received(self) -> Counter[tuple[str, str]]:
        """How often each message came for each address."""
        with self._lock:
            return Counter((mail.to, mail.message_id) for mail in self.mails)

    def doubles(self) -> int:
        """How many copies came beside the first ones."""
        return sum(times - 1 for times in self.received().values())

    def of_events(self) -> dict[str, set[tuple[str, str]]]:
        """Who heard of each event (its hash), by which notice."""
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        with self._lock:
            for mail in self.mails:
                found[mail.event].add((mail.to, mail.notice))
        return found

    def faults(self) -> Iterator[str]:
        """A message id that stands for two letters, or a letter that came under two of them."""
        letters, ids = defaultdict(set), defaultdict(set)
        with self._lock:
            for mail in self.mails:
                letters[mail.message_id].add((mail.to, mail.event, mail.notice, mail.subject))
                ids[mail.to, mail.event, mail.notice].add(mail.message_id)
        for message_id, said in letters.items():
            if len(said) > 1 or not message_id:
                yield f"the message id {message_id} came with {sorted(said)}"
        for (to, event, notice), found in ids.items():
            if event and len(found) > 1:
                yield f"{to} heard by {notice} of {event} under {sorted(found)}"


@contextmanager
def mailroom(delay: float = 0.0) -> Iterator[Mailroom]:
    """A mail server on loopback until the block ends. `delay`: seconds between having a message and saying so."""
    room = Mailroom(delay)
    controller = Controller(room, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        room.url = f"smtp://127.0.0.1:{controller.port}"
        yield room
    finally:
        controller.stop()
