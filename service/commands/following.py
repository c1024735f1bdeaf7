"""Following: hearing what becomes of a case, for as long as one wants to."""

from __future__ import annotations

from dataclasses import dataclass

from service.store.following import follow, unfollow
from service.store.likeness import alike, traits_of
from service.store.work import Work
from workflows.acts import permit
from workflows.errors import MoveNotOpen, NotFound


@dataclass(frozen=True, slots=True)
class FollowCase:
    """Follow a case that one may read."""

    case: str


@dataclass(frozen=True, slots=True)
class FollowAlike:
    """Follow a case (its id) that is like the draft that one writes."""

    draft: str
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


def follow_alike(command: FollowAlike, work: Work) -> str:
    """Let whoever writes a draft hear of a filed case that is like it, though it is somebody else's; its id.

    A follower reads title, stage, outcome and history in words, and stands by name among the followers that the
    secretariat sees. Raises NotFound for a case that is not like the draft, RoleMissing, MoveNotOpen.
    """
    with work:
        own = work.case(command.draft)
        permit(own, work.actor, "edit")
        if not alike(work.connection, traits_of(own), among=(command.case,)):
            raise NotFound(command.case)
        follow(work.connection, command.case, work.actor.person, work.now)
        return command.case


def unfollow_case(command: UnfollowCase, work: Work) -> str:
    """Let the person hear no more of the case; its id. Raises NotFound."""
    with work:
        case = work.case(command.case)
        unfollow(work.connection, case.id, work.actor.person)
        return case.id
