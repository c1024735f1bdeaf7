"""The outbox as the relay asks for it: what waits, who has it, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Literal, Protocol, TypeVar

Fate = Literal["sent", "waiting", "parked", "refused"]


class Unwritable(Exception):
    """A letter cannot be put into words, and will not be the next time either; the message says why."""


class Claimed(Protocol):
    """A delivery that nobody else works on until its lease ends. `attempts`: how often it was tried before."""

    @property
    def delivery(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def attempts(self) -> int: ...


ClaimedDelivery = TypeVar("ClaimedDelivery", bound=Claimed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a letter. `subject` of one that was sent, `reason` of any other, `next_at` of one that waits."""

    delivery: str
    fate: Fate
    at: datetime
    subject: str | None = None
    reason: str | None = None
    next_at: datetime | None = None


class Outbox(Protocol[ClaimedDelivery]):
    """Where letters wait. Each of these is a transaction of its own; what is raised stops the relay."""

    def expand(self, now: datetime) -> int:
        """Turn new notices into deliveries, one for each person who hears now; how many letters that makes."""

    def claim(self, now: datetime, limit: int) -> Sequence[ClaimedDelivery]:
        """Take deliveries that are due, for the length of a lease: if we die, somebody else takes them."""

    def hold(self, deliveries: Collection[str], now: datetime) -> Collection[str]:
        """Begin the lease of these anew; says which of them are still ours."""

    def message(self, claimed: ClaimedDelivery) -> EmailMessage:
        """The letter in words, with the same Message-ID at every attempt. Raises Unwritable."""

    def keep(self, results: Sequence[Result]) -> None:
        """What became of letters, all or none. One that went out went out, whoever has it by now."""

    def put_back(self, deliveries: Collection[str], reason: str | None, now: datetime) -> None:
        """These were taken and not tried. `reason`: why nothing gets out, told of everything that is due."""
