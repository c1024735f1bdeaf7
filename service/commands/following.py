"""Following: hearing what becomes of a case, for as long as one wants to."""

from __future__ import annotations

from dataclasses import dataclass

from service.store.following import follow, unfollow
from service.store.work import Work
from workflows.errors import MoveNotOpen


@dataclass(frozen=True, slots=True)
class FollowCase:
    """Follow a case that one may read."""

    case: str


@dataclass(frozen=True, slots=True)
class UnfollowCase:
    """Follow a case no more."""

    case: str


def follow_case(command: FollowCase, work: Work) -> str:
    """Let the person hear of the case; its id. It leaves no event: who reads along is no part of what happened.

    Raises NotFound, and MoveNotOpen for a draft, of which there is nothing to be heard.
    """
    with work:
        case = work.case(command.case)
        if case.draft:
            raise MoveNotOpen("follow", case.stage)
        follow(work.connection, case.id, work.actor.person, work.now)
        return case.id


def unfollow_case(command: UnfollowCase, work: Work) -> str:
    """Let the person hear no more of the case; its id. Raises NotFound."""
    with work:
        case = work.case(command.case)
        unfollow(work.connection, case.id, work.actor.person)
        return case.id
