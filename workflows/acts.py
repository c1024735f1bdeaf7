"""Acts: changes of a part of a case, never of its stage, and the events that they leave."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from workflows.actor import Actor, Mandate, Role
from workflows.case import Case
from workflows.consequences import all_done, first_told
from workflows.consultation import Consultation, all_voters_answered
from workflows.dates import day_in_brussels
from workflows.errors import DataInvalid, Fault, MoveNotOpen, RoleMissing, UnknownAct
from workflows.events import Audience, Event, EventKind, Tell
from workflows.facts import Facts, Measure
from workflows.fields import TEXT, Surroundings, Validator, faults_of, misfits, schema_of, validator
from workflows.procedure import Act, Procedure
from workflows.standing import Invited, standing

READERS = "readers"
INNER_ROLES = ("intake", "secretary", "secretary_general")
"""Who writes what stays inside the secretariat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """The act that somebody may do on a case: in which role word, by which mandate."""

    act: Act
    word: str
    mandate: Mandate


def permit(case: Case, actor: Actor, name: str, invited: Invited | None = None) -> Permit:
    """May the actor do this act on this case now? That the actor may read the case is already known.

    Raises, in this order: UnknownAct, RoleMissing, MoveNotOpen.
    """
    act = case.procedure.acts.get(name)
    if act is None:
        raise UnknownAct(name)
    found = _as_reader(actor) if act.by == (READERS,) else standing(case, actor, act.by, invited)
    if found is None:
        raise RoleMissing(act.by)
    if case.stage not in act.stages:
        raise MoveNotOpen(name, case.stage)
    return Permit(act=act, word=found[0], mandate=found[1])


def speaking(actor: Actor) -> Actor:
    """The actor without the mandates that leave no trace: an auditor's in what is checked, an administrator's."""
    kept = (mandate for mandate in actor.mandates if mandate.role not in {Role.AUDITOR, Role.ADMIN})
    return dataclasses.replace(actor, mandates=tuple(kept))


def _as_reader(actor: Actor) -> tuple[str, Mandate] | None:
    """Whoever reads the case by a mandate that speaks; that it does so is looked up where the case is."""
    return next(((READERS, mandate) for mandate in speaking(actor).mandates), None)


def is_inner(case: Case, actor: Actor) -> bool:
    """Does the actor belong to the secretariat on this case?"""
    return standing(case, actor, INNER_ROLES) is not None


@lru_cache(maxsize=256)
def _validator(procedure: Procedure, act: str) -> Validator:
    return validator(schema_of(procedure.acts[act].asks, procedure.checklists))


_REASON = validator(TEXT)


def checked(
    case: Case,
    facts: Facts,
    act: Act,
    data: Mapping[str, Any],
    reason: str | None,
    today: date,
    at: str = "/data",
) -> dict[str, Any]:
    """The act's data without its nulls; `at` is where it stands. Raises DataInvalid with everything that is wrong."""
    faults = list(faults_of(_validator(case.procedure, act.name), dict(data), at))
    if not faults:
        around = Surroundings(today=today, known=facts.known, case=case.id)
        faults += misfits(act.asks, data, around, at)
    if reason is not None:
        faults += faults_of(_REASON, reason, "/reason")
    elif act.reason_required:
        faults.append(Fault("/reason", "missing"))
    if faults:
        raise DataInvalid(faults)
    return {key: value for key, value in data.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Who does an act, when: what every event of an act says."""

    actor: Actor
    mandate: Mandate
    now: datetime

    def event(
        self,
        kind: EventKind,
        *,
        facts: Mapping[str, Any],
        private: Mapping[str, Any] | None = None,
        on: date | None = None,
        on_behalf_of: str | None = None,
        audience: Audience = Audience.READERS,
        consultation: str | None = None,
        tells: Iterable[Tell] = (),
    ) -> Event:
        """An event of this deed. `on_behalf_of` is the mandate's organisation unless another is named."""
        body = {
            "on": (on or day_in_brussels(self.now)).isoformat(),
            "actor": self.actor.person,
            "mandate": self.mandate.id,
            "on_behalf_of": on_behalf_of or self.mandate.organisation,
            **facts,
        }
        given = {key: value for key, value in (private or {}).items() if value is not None}
        return Event(
            kind=kind,
            facts=body,
            private={"actor": self.actor.name, **given},
            audience=audience,
            consultation=consultation,
            tells=tuple(tells),
        )


def tells_of(act: Act) -> tuple[Tell, ...]:
    """Who is told of an act each time it is done."""
    return tuple(Tell(notice=notice, roles=roles) for notice, roles in act.tells.items())


def when_all(case: Case, act: Act, done: bool, was_done: bool) -> tuple[str | None, tuple[Tell, ...]]:
    """Whom the case waits for once the last one has acted, and who is told of it: only the first time."""
    told = act.when_all.get(case.stage)
    if not told or not done:
        return None, ()
    tells = () if was_done else tuple(Tell(notice=notice, roles=roles) for notice, roles in told.items())
    return first_told(told), tells


def after_position(case: Case, act: Act, before: Consultation, after: Consultation) -> tuple[Case, tuple[Tell, ...]]:
    """The case after a position: once every voter has spoken it waits for whoever goes on with it."""
    waiting, tells = when_all(case, act, all_voters_answered(after), all_voters_answered(before))
    return dataclasses.replace(case, waiting_for=waiting), tells


def after_measure(
    case: Case, act: Act, before: Iterable[Measure], after: Iterable[Measure]
) -> tuple[Case, tuple[Tell, ...]]:
    """The case after a measure: once nothing is open it waits for whoever goes on with it."""
    if case.ended:
        return case, ()
    waiting, tells = when_all(case, act, all_done(after), all_done(before))
    return dataclasses.replace(case, waiting_for=waiting), tells
