"""Moves as people read them: what somebody could do on a case now, and what each would set off."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping

from service.queries.cases import case_row
from service.store.case_rows import case_of
from service.store.holders import followers_of, holders_for
from service.store.loading import facts_of
from service.store.numbers import likely_next
from service.store.outbox import consulted
from service.store.sight import Sight
from workflows.actor import Actor
from workflows.advance import Preview, needs_of, preview
from workflows.asking import move_schema
from workflows.case import Case
from workflows.case_clocks import ClockChange
from workflows.clock import ClockState
from workflows.errors import GuardRefused
from workflows.events import Tell
from workflows.procedure import Move, Procedure
from workflows.recipients import Audience, Follower, Holder, Recipient, recipients
from workflows.standing import SECRETARY
from workflows.wording import wording


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientShown:
    """Somebody who would hear: in which role, in which language."""

    person: str
    name: str
    role: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeShown:
    """A notice that a move would set off: to which roles, and who they are today.

    `to` leaves out whom only the data of the move will decide: the secretary of the working group that it asks for.
    """

    notice: str
    roles: tuple[str, ...]
    to: tuple[RecipientShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockShown:
    """What would happen to a clock: starts, restarts, meets, stops, suspends, resumes.

    `due_on`: where it runs then, by when; None where it ends, or where only the data of the move says it.
    """

    clock: str
    change: str
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """What a move would set off. `final`: the case would end.

    `number`: what an instrument would be numbered, this year and if no other is numbered before.
    """

    stage: str
    notices: tuple[NoticeShown, ...]
    clocks: tuple[ClockShown, ...]
    waits_for: str | None
    final: bool
    number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedShown:
    """Why a move is not open now: the condition that is not met, in words, and what it needs."""

    code: str
    title: str
    guard: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """A move that stage and role allow, and why it is not open now, where it is not."""

    move: str
    label: str
    help: str
    open: bool
    refused: RefusedShown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveShown(StepShown):
    """The same with what it asks and sets off. `reason` is required or optional; `schema` is the form of its data."""

    reason: str
    schema: Mapping[str, Any]
    consequences: Consequences


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """What every move of a case is looked at with: who reads, in which language, and who could hear."""

    case: Case
    actor: Actor
    language: str
    invited: Mapping[str, frozenset[str]]
    answered: Mapping[str, frozenset[str]]
    holders: tuple[Holder, ...]
    followers: tuple[Follower, ...]
    number: str | None


@dataclass(frozen=True, slots=True)
class Given:
    """What was given with a move that was tried and would be made: from it the dates of its clocks are known."""

    move: str
    data: Mapping[str, Any]
    on: date | None


def moves_of(
    connection: Connection, actor: Actor, name: str, today: date, language: str, given: Given | None = None
) -> tuple[MoveShown, ...]:
    """Every move that stage and role allow the actor on this case, in the order of the procedure. Raises NotFound."""
    case = case_of(case_row(connection, actor, name))
    found, about = _possible(connection, actor, case, today, given)
    if not found:
        return ()
    scene = _scene(connection, case, actor, language, about, today)
    series = next((seen.move.numbers for seen in found if seen.move.numbers), None)
    if series is not None:
        number = f"{series}({today.year}){likely_next(connection, series, today.year)}"
        scene = dataclasses.replace(scene, number=number)
    return tuple(_shown(scene, seen) for seen in found)


def steps_of(
    connection: Connection, actor: Actor, name: str | RowMapping, today: date, language: str
) -> tuple[StepShown, ...]:
    """The same moves, without what each asks and sets off: that is shown where one is made. Raises NotFound."""
    case = case_of(case_row(connection, actor, name))
    found, _ = _possible(connection, actor, case, today)
    return tuple(StepShown(**_told(case.procedure, seen, language)) for seen in found)


def _possible(
    connection: Connection, actor: Actor, case: Case, today: date, given: Given | None = None
) -> tuple[list[Preview], str | None]:
    """What stage and role allow, and the consultation (its id) that is open."""
    possible = [move for move in case.procedure.moves.values() if case.stage in move.sources]
    needs = frozenset(need for move in possible for need in needs_of(case, move))
    facts = facts_of(connection, case.id, needs, (), Sight(actor))

    def seen_as(move: Move) -> Preview | None:
        told = given if given is not None and given.move == move.name else None
        return preview(case, facts, move, actor, today, told.data if told else None, told.on if told else None)

    found = [seen for move in possible if (seen := seen_as(move)) is not None]
    return found, facts.consultation.id if facts.consultation is not None else None


def told_by(connection: Connection, actor: Actor, name: str, move: str, today: date) -> tuple[NoticeShown, ...]:
    """Who hears of a move that was just made on this case, with the mandates of today. Raises NotFound."""
    case = case_of(case_row(connection, actor, name))
    scene = _scene(connection, case, actor, case.language, None, today)
    found = []
    for notice, roles in case.procedure.moves[move].tells.items():
        audience = Audience(case=case, notice=notice, roles=roles, actor=case.filed_by, invited=scene.invited)
        to = recipients(audience, scene.holders, scene.followers)
        found.append(NoticeShown(notice=notice, roles=roles, to=tuple(_shown_recipient(one) for one in to)))
    return tuple(found)


def _scene(connection: Connection, case: Case, actor: Actor, language: str, about: str | None, today: date) -> _Scene:
    invited, answered = consulted(connection, case.id, about)
    voters = frozenset(code for rule in case.procedure.consultations.values() for code in rule.voters)
    everybody = Audience(case=case, notice="", roles=(), invited={**invited, "voters": voters})
    return _Scene(
        case=case,
        actor=actor,
        language=language,
        invited=invited,
        answered=answered,
        holders=holders_for(connection, everybody, today),
        followers=followers_of(connection, case.id),
        number=None,
    )


def _shown(scene: _Scene, seen: Preview) -> MoveShown:
    move, rules = seen.move, scene.case.procedure
    return MoveShown(
        **_told(rules, seen, scene.language),
        reason="required" if move.reason_required else "optional",
        schema=move_schema(rules, move.name, scene.language),
        consequences=Consequences(
            stage=seen.target,
            notices=tuple(_notice(scene, seen, tell) for tell in seen.tells),
            clocks=tuple(_clock(change) for change in seen.clocks),
            waits_for=seen.waits_for,
            final=seen.final,
            number=scene.number if move.numbers else None,
        ),
    )


def _told(rules: Procedure, seen: Preview, language: str) -> dict[str, Any]:
    """What a step is called, and whether it is open."""
    move, words = seen.move, wording(rules.id, rules.version, language)
    return {
        "move": move.name,
        "label": words.text("moves", move.name, "label") or move.name,
        "help": words.text("moves", move.name, "help") or "",
        "open": seen.refused is None,
        "refused": _refused(rules, seen, language),
    }


def _clock(change: ClockChange) -> ClockShown:
    runs = change.clock is not None and change.clock.state == ClockState.RUNNING
    due_on = change.clock.due_on if change.clock is not None and runs else None
    return ClockShown(clock=change.name, change=change.change, due_on=due_on)


def _refused(rules: Procedure, seen: Preview, language: str) -> RefusedShown | None:
    if not isinstance(seen.refused, GuardRefused):
        return None
    refusal = seen.refused
    told = wording(rules.id, rules.version, language).text("guards", refusal.guard, "refused")
    return RefusedShown(code=refusal.code, title=told or refusal.guard, guard=refusal.guard, needs=refusal.needs)


def _notice(scene: _Scene, seen: Preview, tell: Tell) -> NoticeShown:
    move, case = seen.move, scene.case
    filed_by = scene.actor.person if move.name == case.procedure.numbered_by else case.filed_by
    audience = Audience(
        case=dataclasses.replace(case, stage=seen.target, filed_by=filed_by),  # who hears is decided after the move
        notice=tell.notice,
        roles=tuple(word for word in tell.roles if not _decided_later(move, word)),
        actor=scene.actor.person,
        invited=_invited(scene, move),
        answered=scene.answered,
    )
    to = recipients(audience, scene.holders, scene.followers)
    return NoticeShown(
        notice=tell.notice,
        roles=tell.roles,
        to=tuple(_shown_recipient(one) for one in to),
    )


def _shown_recipient(one: Recipient) -> RecipientShown:
    return RecipientShown(person=one.person, name=one.name, role=one.role, language=one.language)


def _decided_later(move: Move, word: str) -> bool:
    """Does only the data of the move say who has this role? The secretary of the working group that it asks for."""
    return word == SECRETARY and any(field.type == "working_group" for field in move.asks)


def _invited(scene: _Scene, move: Move) -> Mapping[str, frozenset[str]]:
    """Who was asked before, and the voters whom the move would ask; advisers are named in its data."""
    if move.opens is None:
        return scene.invited
    rule = scene.case.procedure.consultations[move.opens]
    return {**scene.invited, rule.by: frozenset(rule.voters)}
