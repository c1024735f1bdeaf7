"""Comments: something said about a case, to those inside or to all who read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service.store.once import Seen
from service.store.papers import add_comment, reads_whole
from service.store.sight import Sight
from service.store.work import Work
from workflows.actor import Mandate
from workflows.acts import INNER_ROLES, Deed, is_inner, permit, speaking, tells_of
from workflows.case import Case
from workflows.errors import DataInvalid, RoleMissing
from workflows.events import Audience, EventKind
from workflows.fields import Field, faults_of, schema_of, validator
from workflows.standing import standing

INTERNAL, SHARED = "internal", "shared"
AUDIENCES = (INTERNAL, SHARED)
ASKED = (Field(name="text", type="text"), Field(name="audience", type="choice", values=AUDIENCES))
FIT = validator(schema_of(ASKED, {}))


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeComment:
    """Say something about a case. `asked` gives `{"text", "audience"}`, or raises for what is no such thing."""

    case: str
    asked: Callable[[], Mapping[str, Any]]


def make_comment(command: MakeComment, work: Work) -> Seen:
    """Keep a comment; its words stand in the event's private part, never in what is hashed.

    Raises NotFound, RoleMissing, DataInvalid.
    """
    with work:
        case = work.case(command.case)
        seen = work.replay()
        if seen is not None:
            return seen
        data = command.asked()
        allowed = permit(case, work.actor, "comment")
        if not reads_whole(work.connection, Sight(speaking(work.actor)), case.id):
            raise RoleMissing(allowed.act.by)  # a follower listens, and so does an auditor, whatever she is elsewhere
        check(case, data, work)
        mandate = speaking_by(case, work, data["audience"]) or allowed.mandate
        id = work.id()
        event = Deed(actor=work.actor, mandate=mandate, now=work.now).event(
            EventKind.COMMENT_MADE,
            facts={"act": "comment", "comment": id, "audience": data["audience"]},
            private={"text": data["text"]},
            audience=told_to(data["audience"]),
            tells=tells_of(allowed.act),
        )
        add_comment(work.connection, _row(id, case, data, mandate, work))
        work.record(case, event)
        return work.remember(201, f"/api/v1/cases/{case.id}/comments", "comment", id)


def check(case: Case, data: Mapping[str, Any], work: Work) -> None:
    """Does the comment have its form, and may this person speak to this audience? Raises DataInvalid, RoleMissing."""
    faults = faults_of(FIT, dict(data))
    if faults:
        raise DataInvalid(faults)
    check_audience(case, data["audience"], work)


def check_audience(case: Case, audience: str, work: Work) -> None:
    """Only the secretariat writes what stays inside it. Raises RoleMissing."""
    if audience == INTERNAL and not is_inner(case, work.actor):
        raise RoleMissing(INNER_ROLES)


def told_to(audience: str) -> Audience:
    """Who may read the private part of an event about something for this audience."""
    return Audience.INNER if audience == INTERNAL else Audience.READERS


def speaking_by(case: Case, work: Work, audience: str) -> Mandate | None:
    """The mandate by which somebody speaks on a case: one that gives a role there, before any other."""
    words = INNER_ROLES if audience == INTERNAL else tuple(case.procedure.roles)
    found = standing(case, work.actor, words, work.invited(case))
    return found[1] if found is not None else None


def _row(id: str, case: Case, data: Mapping[str, Any], mandate: Mandate, work: Work) -> dict[str, Any]:
    return {
        "id": id,
        "case_id": case.id,
        "audience": data["audience"],
        "text": data["text"],
        "by_person": work.actor.person,
        "on_behalf_of": mandate.organisation,
        "at": work.now,
    }
