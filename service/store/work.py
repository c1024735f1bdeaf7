"""Work: one unit of work, and the only place where a case, its events and its notices are kept together."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Iterable, Mapping, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from service.store import chain, once
from service.store.carrying import INSERT_COUNTRY, Carrying, insert_draft
from service.store.case_rows import READ, case_of, searchable, values_of
from service.store.clock_rows import keep_clocks
from service.store.engine import Store
from service.store.ids import new_id
from service.store.loading import clocks_of, facts_of, invited_to, measures_of
from service.store.once import Seen
from service.store.prepared import Prepared, together
from service.store.sight import CASES, COUNTRIES, Sight
from service.store.tables import EventRow, OutboxRow
from workflows.actor import Actor
from workflows.advance import Step
from workflows.case import Case
from workflows.case_clocks import due_on
from workflows.clock import Clock
from workflows.consequences import summed_up
from workflows.dates import day_in_brussels
from workflows.effects import KeepClock
from workflows.errors import NotFound, Refused, Stale, VersionMissing
from workflows.events import SCHEMAS, Audience, Event, EventKind
from workflows.facts import Facts, Measure, Need

EVENTS = EventRow.__table__
OUTBOX = OutboxRow.__table__

INSERT_EVENT = Prepared(insert(EVENTS))
INSERT_NOTICE = Prepared(insert(OUTBOX))
UPDATE_CASE = update(CASES).where(CASES.c.id == bindparam("one"))


@dataclass(frozen=True, slots=True)
class Once:
    """The key under which a request is carried out once. `fingerprint`: SHA-256 of method, path and body."""

    operation: str
    key: str
    fingerprint: str


class _Discarded(Exception):
    """Ends a transaction without keeping anything; never leaves this module."""


class Work:
    """One transaction of one person. Entered more than once, it is kept when the outermost block ends well.

    `now` is the moment of everything in it; `today` the day in Brussels.
    """

    def __init__(self, store: Store, actor: Actor, now: datetime, once_only: Once | None = None) -> None:
        self.actor, self.now, self.sight = actor, now, Sight(actor)
        self.today = day_in_brussels(now)
        self._store, self._once = store, once_only
        self._depth, self._discarded = 0, False
        self._door: AbstractContextManager[Connection] | None = None
        self._connection: Connection | None = None
        self._rules: tuple[str, int] | None = None

    def __enter__(self) -> Self:
        if self._depth == 0:
            self._door = self._store.writing()
            self._connection = self._door.__enter__()
        self._depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth or self._door is None:
            return
        door, self._door, self._connection = self._door, None, None
        if isinstance(error, Refused):
            error.procedure = self._rules
        if error is None and self._discarded:
            kind, error = _Discarded, _Discarded()
        door.__exit__(kind, error, trace)

    @property
    def connection(self) -> Connection:
        """The connection of the transaction; only inside a `with` block."""
        if self._connection is None:
            raise RuntimeError("a unit of work is used inside its block")
        return self._connection

    def discard(self) -> None:
        """Keep nothing of this unit of work, though it ends well: a dry run."""
        self._discarded = True

    def id(self) -> str:
        """A new id, made now."""
        return new_id(self.now)

    # -- the same request twice ------------------------------------------------------------------

    def replay(self) -> Seen | None:
        """What the request came to when it was first carried out; None when it is new, or has no key.

        Raises IdempotencyMismatch and IdempotencyInProgress.
        """
        key = self._once
        if key is None:
            return None
        return once.seen(self.connection, self.actor.person, key.operation, key.key, key.fingerprint)

    def remember(self, status: int, location: str | None, thing: str, thing_id: str) -> Seen:
        """Keep what the request came to, if it has a key and is no dry run."""
        result, key = Seen(status, location, thing, thing_id), self._once
        if key is not None and not self._discarded:
            once.keep(self.connection, self.actor.person, key.operation, key.key, key.fingerprint, result, self.now)
        return result

    # -- reading what is about to change ---------------------------------------------------------

    def case(self, name: str) -> Case:
        """The case with this id or reference, its row locked until the end. Raises NotFound."""
        return self._case(name, self.actor)

    def case_of_the_house(self, id: str) -> Case:
        """A case for the service itself, which acts for nobody: clocks that run out, imports."""
        return self._case(id, None)

    def _case(self, name: str, actor: Actor | None) -> Case:
        found = _locking(actor, "id" if len(name) == 36 else "reference").read(self.connection, {"name": name})
        if not found:
            raise NotFound(name)
        case = case_of(found[0])
        self._rules = (case.procedure.id, case.procedure.version)  # whose words a refusal is told in
        return case

    def facts(self, case: Case, needs: Set[Need], named: Iterable[tuple[str, str]] = ()) -> Facts:
        """What a step must know around the case, and what of the things named in the request exists."""
        return facts_of(self.connection, case.id, needs, named, self.sight)

    def invited(self, case: Case) -> Mapping[str, frozenset[str]]:
        """The organisations that were invited on the case, by the role in which they answer."""
        return invited_to(self.connection, case.id)

    # -- keeping ---------------------------------------------------------------------------------

    def begin(self, case: Case, **more: Any) -> None:
        """Keep a new draft. It has no events."""
        insert_draft(self.connection, case, self.now, **more)

    def change_draft(self, case: Case) -> Case:
        """Keep a draft that was changed."""
        changed = dataclasses.replace(case, version=case.version + 1)
        self._update(None, changed, {"searchable": _searched(changed)})
        self._keep_countries(changed)
        return changed

    def discard_draft(self, case: Case) -> None:
        """The row goes, and what hangs on it."""
        self.connection.execute(delete(CASES).where(CASES.c.id == case.id, CASES.c.events == 0))

    def keep(self, step: Step, before: Case, facts: Facts) -> Case:
        """Carry a step out: effects, clocks, the event with its notices, the case. All or nothing, at the commit."""
        on = step.case.last_on or self.today
        carrying = Carrying(self.connection, step.case, self.now, on, self.actor.person or None)
        kept = [effect for effect in step.effects if isinstance(effect, KeepClock)]
        for effect in step.effects:
            if not isinstance(effect, KeepClock):
                carrying.carry_out(effect)
        after = dataclasses.replace(step.case, reference=carrying.reference) if carrying.reference else step.case
        changed: dict[str, Any] = {"due_on": self._due_on(after, facts, kept), "moved_at": self.now}
        if carrying.reference:
            changed |= {"filed_on": on, "searchable": _searched(after)}
        if carrying.adopted_on:
            changed["adopted_on"] = carrying.adopted_on
        clocks = [effect.clock for effect in kept if effect.clock not in facts.clocks]
        with together(self.connection):
            keep_clocks(self.connection, after, clocks)
            for event in step.events:
                told = dataclasses.replace(event, facts={**event.facts, **carrying.issued})
                after = self._append(after, told, _moved(before, after, event))
            self._update(before, after, changed)
        return after

    def record(
        self, case: Case, event: Event, *, raises_version: bool = False, countries: bool = False, **changed: Any
    ) -> Case:
        """Keep an act: its event with its notices, and the case as it is after it.

        `raises_version`: the act changes the content of the case's row. `countries`: the countries changed too.
        """
        after = dataclasses.replace(case, version=case.version + 1) if raises_version else case
        if not case.draft:
            after = self._append(after, event, None)
        if raises_version:
            changed.setdefault("searchable", _searched(after))
        self._update(None, after, changed)
        if countries:
            self._keep_countries(after)
        return after

    def renew_due_date(self, case: Case) -> None:
        """Compute anew when the case is due, after a measure or a clock changed."""
        measures = () if case.ended else measures_of(self.connection, case.id)
        due = due_on(case.procedure, clocks_of(self.connection, case.id), measures)
        self.connection.execute(UPDATE_CASE.values(due_on=due), {"one": case.id})

    def _due_on(self, case: Case, facts: Facts, kept: Iterable[KeepClock]) -> date | None:
        clocks: dict[str, Clock] = {clock.name: clock for clock in facts.clocks}
        clocks |= {effect.clock.name: effect.clock for effect in kept}
        measures: tuple[Measure, ...] = facts.measures
        if case.ended:
            return due_on(case.procedure, clocks.values(), ())
        if case.stage in _stages_with_measures(case):
            measures = measures_of(self.connection, case.id)  # a move may have added some
        return due_on(case.procedure, clocks.values(), measures)

    def _update(self, before: Case | None, case: Case, changed: Mapping[str, Any]) -> None:
        """Write what changed of the row; `before` None: all of it."""
        values = values_of(case)
        if before is not None:
            known = values_of(before)
            values = {name: value for name, value in values.items() if value != known[name]}
        values = {**values, "updated_at": self.now, **changed}
        values.pop("id", None)
        parameters = {f"new_{name}": value for name, value in values.items()}
        _update_of(tuple(values)).write(self.connection, {"one": case.id, **parameters})

    def _keep_countries(self, case: Case) -> None:
        self.connection.execute(delete(COUNTRIES).where(COUNTRIES.c.case_id == case.id))
        if case.countries:
            self.connection.execute(INSERT_COUNTRY, [{"case_id": case.id, "country": code} for code in case.countries])

    def _append(self, case: Case, event: Event, moved: str | None) -> Case:
        """Seal the event to the chain of the case and put its notices into the outbox."""
        position, id = case.events + 1, self.id()
        schema = SCHEMAS[event.kind]
        fields = {
            **event.facts,
            "id": id,
            "case": case.id,
            "position": position,
            "kind": str(event.kind),
            "schema": schema,
            "at": self.now.isoformat(),
        }
        sealed = chain.sealed(fields, event.private, previous=case.head, salt=secrets.token_bytes(chain.SALT_BYTES))
        row = {
            "id": id,
            "case_id": case.id,
            "position": position,
            "kind": str(event.kind),
            "schema": schema,
            "at": self.now,
            "on_date": date.fromisoformat(event.facts["on"]),
            "actor": event.facts.get("actor"),
            "body": sealed.body,
            "sha256": sealed.sha256,
            "private": sealed.private,
            "audience": _audience(event),
            "move": event.facts.get("move") or event.facts.get("act"),
            "moved": moved,
            "stage": case.stage,
        }
        INSERT_EVENT.write(self.connection, row)
        self._tell(case, event, id)
        return dataclasses.replace(case, events=position, head=sealed.sha256)

    def _tell(self, case: Case, event: Event, id: str) -> None:
        context = {key: event.facts[key] for key in CONTEXT if key in event.facts}
        rows = [
            {
                "id": self.id(),
                "event_id": id,
                "case_id": case.id,
                "notice": tell.notice,
                "roles": list(tell.roles),
                "context": context,
                "created_at": self.now,
            }
            for tell in event.tells
        ]
        if rows:
            INSERT_NOTICE.write(self.connection, *rows)


CONTEXT = ("move", "act", "from", "to", "consultation", "instrument", "clock", "mark", "due_on")
"""What of an event's facts a letter needs at hand, without opening the body."""


def check_version(case: Case, version: int | None) -> None:
    """A change says which version it is made on. Raises VersionMissing and Stale."""
    check_version_of(case.id, case.version, version)


def check_version_of(thing: str, current: int, version: int | None) -> None:
    """The same for a thing that is no case: its id, the version that stands, the one that was given."""
    if version is None:
        raise VersionMissing(thing)
    if version != current:
        raise Stale(str(current))


@lru_cache(maxsize=256)
def _update_of(names: tuple[str, ...]) -> Prepared:
    """The statement that writes these columns of a case, made once."""
    return Prepared(UPDATE_CASE.values({name: bindparam(f"new_{name}") for name in names}))


@lru_cache(maxsize=1024)
def _locking(actor: Actor | None, column: str) -> Prepared:
    """The statement that finds a case by id or reference, as far as the actor sees it, and locks its row.

    The lock leaves the key free: two cases that are linked to each other at once would else wait for each other.
    """
    statement = select(*READ).where(CASES.c[column] == bindparam("name")).with_for_update(of=CASES, key_share=True)
    return Prepared(statement if actor is None else statement.where(Sight(actor).readable()))


def _searched(case: Case) -> str:
    return searchable(case.reference, case.title, case.content)


def _stages_with_measures(case: Case) -> tuple[str, ...]:
    act = case.procedure.acts.get("record_measure")
    return act.stages if act is not None else ()


def _audience(event: Event) -> str:
    if event.audience is Audience.CONSULTED:
        return f"{event.audience}:{event.consultation}"
    return str(event.audience)


def _moved(before: Case, after: Case, event: Event) -> str | None:
    return summed_up(before, after, event.facts["move"]) if event.kind is EventKind.CASE_MOVED else None
