"""Letters: sending again what did not arrive."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from service.commands.administration import check_admin
from service.store import letters
from service.store.once import Seen
from service.store.work import Work
from workflows.errors import NotFound


@dataclass(frozen=True, slots=True)
class SendAgain:
    """Send one letter again."""

    delivery: str


def send_again(command: SendAgain, work: Work) -> Seen:
    """Let a letter that is parked, refused or waiting go at once, as if it had never been tried.

    One that was sent stays sent. Raises RoleMissing, and NotFound for a letter that somebody else answers for.
    """
    with work:
        letters.check_handles(work.actor)
        if not letters.answers_for(work.connection, work.actor, command.delivery):
            raise NotFound(command.delivery)
        seen = work.replay()
        if seen is not None:
            return seen
        letters.send_again(work.connection, [command.delivery], work.now)
        return work.remember(200, None, "delivery", command.delivery)


def send_stopped_again(work: Work, *, ids: Collection[str] = (), to: str | None = None) -> tuple[int, int]:
    """Let everything that is parked or refused go at once; of these ids, or to this address, where one is given.

    Says how many go, and how many stay because their person is no longer active. Raises RoleMissing.
    """
    with work:
        check_admin(work.actor)
        found = letters.stopped(work.connection, ids, to)
        gone = letters.send_again(work.connection, found, work.now) if found else []
        return len(gone), len(found) - len(gone)
