"""Waiting: whose turn a case is, as a condition on its row; what a role word means is said by the procedures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, text, true

from service.queries.asked import undone
from service.store.loading import CONSULTATIONS, INVITATIONS, MEASURES, POSITIONS
from service.store.sight import CASES, COUNTRIES, Sight
from workflows import shelf
from workflows.actor import Actor, Role
from workflows.procedure import RoleRule
from workflows.standing import INTAKE, SECRETARY

ANSWERING = (Role.DELEGATE, Role.MINISTER_OFFICE)
"""Roles that consultations are answered in."""
OPEN, UNDONE = text("consultations.open"), text("measures.state IN ('planned', 'adopted')")
"""Said in the very words of the indexes of what is open."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions of one kind: of which case each is, by when it is due, and which of them wait for the person."""

    case: ColumnElement[Any]
    due_on: ColumnElement[Any]
    waits: ColumnElement[bool]


def waits_for_actor(sight: Sight) -> ColumnElement[bool]:
    """Whether somebody waits for the person on this case: a step, a position, a vote, an advice or a measure.

    What the person has to do as a filer is left out: it stands among her own cases.
    """
    return or_(false(), *_steps(sight.actor, sight), *_answers(sight))


def asked_cases(sight: Sight) -> Iterator[Asked]:
    """The same, found from what was asked of who answers: each kind of question with the day on which it is due."""
    yield Asked(CASES.c.id, CASES.c.due_on, or_(false(), *_steps(sight.actor, sight)))
    for role in ANSWERING:
        if sight.voices(role):
            silent = and_(OPEN, CONSULTATIONS.c.by_role == str(role), sight.any(unanswered(sight, role)))
            yield Asked(CONSULTATIONS.c.case_id, CONSULTATIONS.c.closing_on, silent)
    for voice in sight.voices(Role.MINISTER_OFFICE):
        going_on = sight.any(CASES.c.id == MEASURES.c.case_id, ~CASES.c.ended)
        yield Asked(MEASURES.c.case_id, MEASURES.c.due_on, and_(UNDONE, undone(voice), going_on))


def _steps(actor: Actor, sight: Sight) -> Iterator[ColumnElement[bool]]:
    for rule, procedures in _meanings():
        if (held := _held(rule, actor, sight)) is not None:
            everywhere = len(procedures) == len(shelf.names())
            there = () if everywhere else (CASES.c.procedure.in_(procedures),)
            yield and_(CASES.c.waits_for == rule.word, held, *there)
    if actor.intake:  # a case without a working group is the intake's
        yield and_(CASES.c.waits_for.in_((INTAKE, SECRETARY)), CASES.c.working_group.is_(None))


def _meanings() -> Iterator[tuple[RoleRule, tuple[str, ...]]]:
    """What role words mean, and in which procedures they mean that."""
    rules = {(name, rule) for name in shelf.names() for rule in shelf.newest(name).roles.values()}
    for meaning in sorted({rule for _, rule in rules}, key=lambda one: (one.word, one.of)):
        yield meaning, tuple(sorted(name for name, rule in rules if rule == meaning))


def _held(rule: RoleRule, actor: Actor, sight: Sight) -> ColumnElement[bool] | None:
    """Whether the person has a role on the case; None where she never has, or it is asked for by invitation."""
    voices = sight.voices(rule.role)
    match rule.of:
        case "case.organisation" | "invitation.organisation":
            return None
        case "case.working_group":
            groups = groups_of(actor)
            if len(groups) == 1:
                return CASES.c.working_group == groups[0]
            return CASES.c.working_group.in_(groups) if groups else None
        case "case.countries":
            touched = sight.any(COUNTRIES.c.case_id == CASES.c.id, COUNTRIES.c.country.in_(voices))
            return touched if voices else None
        case code:
            return true() if code in voices else None


def groups_of(actor: Actor) -> tuple[str, ...]:
    """The working groups whose secretary the person is."""
    return tuple(dict.fromkeys(one.working_group for one in actor.holding(Role.SECRETARY) if one.working_group))


def _answers(sight: Sight) -> Iterator[ColumnElement[bool]]:
    for role in ANSWERING:
        if sight.voices(role):
            yield sight.any(INVITATIONS.c.case_id == CASES.c.id, unanswered(sight, role))
    if voices := sight.voices(Role.MINISTER_OFFICE):
        of_them = or_(*(undone(voice) for voice in voices))
        yield and_(~CASES.c.ended, sight.any(MEASURES.c.case_id == CASES.c.id, of_them))


def answers(sight: Sight) -> bool:
    """Is the person ever asked for a position, a vote, an advice or a measure?"""
    return any(sight.voices(role) for role in ANSWERING)


def unanswered(sight: Sight, role: Role) -> ColumnElement[bool]:
    """An invitation of the person, in this role, to a consultation that is open, without a position that stands."""
    given = exists().where(
        POSITIONS.c.consultation_id == INVITATIONS.c.consultation_id,
        POSITIONS.c.delegation == INVITATIONS.c.organisation,
        ~POSITIONS.c.superseded,
        POSITIONS.c.stance != "withdrawn",
    )
    return and_(
        INVITATIONS.c.organisation.in_(sight.voices(role)),
        INVITATIONS.c.by_role == str(role),
        INVITATIONS.c.consultation_id == CONSULTATIONS.c.id,
        CONSULTATIONS.c.open,
        ~given,
    )
