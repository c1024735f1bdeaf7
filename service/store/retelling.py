"""Retelling: everything that hangs on the cases, compared with what their events tell of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select

from service.store.case_rows import searchable
from service.store.chain import BATCH, Fault
from service.store.holders import MANDATES
from service.store.ids import moment_of
from service.store.loading import (
    ANALYSES,
    CLOCKS,
    CONSULTATIONS,
    DOCUMENTS,
    EXPRESSIONS,
    INSTRUMENTS,
    INVITATIONS,
    MEASURES,
    POSITIONS,
)
from service.store.papers import COMMENTS
from service.store.readback import LINKS, Kept, compared, differing, moment, plain, rows_of
from service.store.sight import CASES, COUNTRIES
from service.store.tables import EventRow
from workflows import shelf
from workflows.case_clocks import due_on
from workflows.clock import Clock, ClockState, next_on
from workflows.events import EventKind, replay
from workflows.expressions import Article, Expression
from workflows.retelling import retell
from workflows.retold import Entry, OutOfPlace, Retold, Thing
from workflows.standing import INTAKE

EVENTS = EventRow.__table__
TABLES = (
    EVENTS, CASES, COUNTRIES, CLOCKS, CONSULTATIONS, INVITATIONS, POSITIONS, INSTRUMENTS, EXPRESSIONS, MEASURES,
    ANALYSES, COMMENTS, DOCUMENTS, LINKS,
)  # fmt: skip
NEXT = select(CASES.c.id).where(CASES.c.id > bindparam("last")).order_by(CASES.c.id).limit(BATCH)
THERE = select(CASES.c.id).where(CASES.c.id.in_(bindparam("cases", expanding=True)))
HOLDERS = select(MANDATES.c.id, MANDATES.c.person_id, MANDATES.c.organisation)

SPOKEN_FOR = {EventKind.POSITION_GIVEN, EventKind.MEASURE_RECORDED}
"""Events that speak for whom the mandate answers for, not for the organisation at which it is held."""
Found = Iterator[tuple[int | None, str]]


@dataclass(frozen=True, slots=True)
class _Case:
    """One case with every row that hangs on it."""

    id: str
    rows: Mapping[str, Sequence[Kept]]
    connection: Connection

    def of(self, table: Table) -> Sequence[Kept]:
        return self.rows[table.name]

    def by(self, table: Table, *names: str) -> dict[Any, Kept]:
        """The rows of a table under these columns."""
        if len(names) == 1:
            return {row[names[0]]: row for row in self.of(table)}
        return {tuple(row[name] for name in names): row for row in self.of(table)}


def check_told(connection: Connection, case_id: str | None = None) -> Iterator[tuple[int, list[Fault]]]:
    """Compare every row that hangs on a case, or on all cases, with what the events tell; a batch of cases at a time.

    Gives for each batch how many events it holds, and the faults in it. What was erased is not compared.
    """
    holders = {row.id: (row.person_id, row.organisation) for row in connection.execute(HOLDERS)}
    for ids in _batches(connection, case_id):
        kept = {table.name: rows_of(connection, table, ids) for table in TABLES}
        found: list[Fault] = []
        for id in ids:
            case = _Case(id, {name: rows.get(id, ()) for name, rows in kept.items()}, connection)
            found += [Fault(id, position, what) for position, what in _faults_of(case, holders)]
        yield sum(map(len, kept[EVENTS.name].values())), found


def _batches(connection: Connection, case_id: str | None) -> Iterator[list[str]]:
    if case_id is not None:
        yield [case_id]
        return
    ids = list(connection.scalars(NEXT, {"last": ""}))
    while ids:
        yield ids
        ids = list(connection.scalars(NEXT, {"last": ids[-1]})) if len(ids) == BATCH else []


def _faults_of(case: _Case, holders: Mapping[str, tuple[str, str]]) -> Found:
    row = case.of(CASES)[0]
    yield from _of_itself(case, row)
    entries = [entry for event in sorted(case.of(EVENTS), key=_place) if (entry := _entry(event)) is not None]
    yield from _mandates(entries, holders)
    if not entries:
        yield from _left_over(case)
        return
    try:
        told = retell(case.id, entries)
        clocks = replay(entry.body for entry in entries).clocks
        yield from _compare(case, row, told, clocks)
    except OutOfPlace as fault:
        yield fault.position, fault.what
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        yield None, "what its events tell cannot be made out"


def _place(event: Kept) -> int:
    return event["position"] if isinstance(event["position"], int) else 0


def _entry(event: Kept) -> Entry | None:
    """The event as it is retold; None for a body that nobody can read, which is the chain's to find."""
    body, private = _parsed(event["body"]), event["private"]
    words = None if private is None else _parsed(private)
    if body is None:
        return None
    erased = words is None and body.get("private_sha256") is not None
    return Entry(
        position=event["position"],
        kind=str(event["kind"]),
        at=str(body.get("at")),
        body=body,
        private=words or {},
        erased=erased,
    )


def _parsed(text: Any) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _of_itself(case: _Case, row: Kept) -> Found:
    """What a row says twice."""
    try:
        phase = shelf.procedure(row["procedure"], int(row["procedure_version"])).phase_of(row["stage"])
        if row["phase"] != phase:
            yield None, f"is in the phase {row['phase']}, though the stage {row['stage']} belongs to {phase}"
    except (KeyError, TypeError, ValueError):
        pass  # the stage or the procedure is a fault that is told elsewhere
    content = _json(row["content"])
    words = searchable(row["reference"], str(row["title"]), content if isinstance(content, Mapping) else {})
    if sorted(str(row["searchable"]).split()) != sorted(words.split()):  # PostgreSQL keeps no order of answers
        yield None, "is searched by other words than it has"
    listed = sorted(str(one["country"]) for one in case.of(COUNTRIES))
    if plain(sorted(_json(row["countries"]) or ())) != plain(listed):
        yield None, f"the countries of the case are listed as {', '.join(listed) or 'none'}"
    if not _same_moment(row["created_at"], case.id):
        yield None, "was not begun at the moment that its id names"


def _same_moment(kept: Any, id: str) -> bool:
    made, known = moment(kept), moment_of(id)
    return made is not None and known is not None and abs((made - known).total_seconds()) < 0.001


def _json(value: Any) -> Any:
    return _parsed_any(value) if isinstance(value, str) else value


def _parsed_any(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _mandates(entries: Sequence[Entry], holders: Mapping[str, tuple[str, str]]) -> Found:
    """Whoever did something had a mandate for it, which is still on record."""
    for entry in entries:
        mandate, body = entry.body.get("mandate"), entry.body
        if mandate is None:
            continue
        person, organisation = holders.get(mandate, (None, None))
        if person is None:
            yield entry.position, f"was done by the mandate {mandate}, which is not on record"
        elif person != body.get("actor"):
            yield entry.position, f"was done by the mandate {mandate}, which is another person's"
        elif entry.kind not in SPOKEN_FOR and organisation != body.get("on_behalf_of"):
            yield entry.position, f"was done by the mandate {mandate}, which is at another organisation"


def _left_over(case: _Case) -> Found:
    """What hangs on a case that has no events."""
    for table in (CONSULTATIONS, POSITIONS, INSTRUMENTS, MEASURES, ANALYSES):
        if case.of(table):
            yield None, f"there are {table.name}, and not a single event"


def _compare(case: _Case, row: Kept, told: Retold, clocks: Mapping[str, Mapping[str, Any]]) -> Found:
    yield from _compare_case(row, told, clocks)
    yield from _compare_clocks(case, told, clocks)
    for thing, event in zip(told.events, sorted(case.of(EVENTS), key=_place), strict=True):
        wrong = differing(EVENTS, thing.values, event)
        if not _same_moment(event["at"], str(event["id"])):
            wrong.append("id")
        if wrong:
            yield thing.position, f"the body and the row do not agree on {', '.join(wrong)}"
    yield from compared("consultation", CONSULTATIONS, told.consultations, case.by(CONSULTATIONS, "id"))
    invited = case.by(INVITATIONS, "consultation_id", "organisation")
    yield from compared("invitation", INVITATIONS, told.invitations, invited)
    yield from compared("finding for", ANALYSES, told.analyses, case.by(ANALYSES, "country"))
    yield from compared("comment", COMMENTS, told.comments, case.by(COMMENTS, "id"))
    yield from compared("document", DOCUMENTS, told.documents, case.by(DOCUMENTS, "id"))
    instruments = {told.instrument.values["id"]: told.instrument} if told.instrument is not None else {}
    yield from compared("instrument", INSTRUMENTS, instruments, case.by(INSTRUMENTS, "id"))
    yield from _compare_positions(case.of(POSITIONS), told)
    yield from _compare_texts(case, told)
    yield from _compare_measures(case.of(MEASURES), told)
    yield from _compare_links(case, told)


def _compare_case(row: Kept, told: Retold, clocks: Mapping[str, Mapping[str, Any]]) -> Found:
    wrong = differing(CASES, told.columns.values, row)
    if told.sure and row["waits_for"] != told.case.waits_for:
        wrong.append("waits_for")
    if row["begun_by"] not in {*told.procedure.begun_by, INTAKE}:
        wrong.append("begun_by")
    if told.sure and moment_free(row["due_on"]) not in _due(told, clocks):
        wrong.append("due_on")
    if wrong:
        yield None, f"the case is not as its events tell it: {', '.join(wrong)}"


def moment_free(day: Any) -> str | None:
    """A day as text."""
    return day.isoformat() if isinstance(day, date) else day


def _compare_clocks(case: _Case, told: Retold, clocks: Mapping[str, Mapping[str, Any]]) -> Found:
    """What the procedure says of a clock, and when it has something to say next; the rest is replayed apart."""
    for name, row in case.by(CLOCKS, "name").items():
        if name not in clocks:
            continue
        rule = told.procedure.clocks[name]
        expected = {
            "kind": str(rule.kind),
            "of_role": rule.of,
            "calendar": rule.calendar,
            "rule": str(rule.rule) if rule.rule else None,
            "basis": rule.basis,
            "next_on": moment_free(next_on(rule, _clock(name, clocks[name]))),
        }
        wrong = differing(CLOCKS, expected, row)
        if wrong:
            yield None, f"the clock {name} is not as its procedure has it: {', '.join(wrong)}"


def _due(told: Retold, clocks: Mapping[str, Mapping[str, Any]]) -> set[str | None]:
    """The days on which the case may be due: a move counts measures where they are recorded, an act always."""
    running = [_clock(name, clock) for name, clock in clocks.items()]
    ways = [()] if told.case.ended else [(), told.measures_now()]
    return {moment_free(due_on(told.procedure, running, measures)) for measures in ways}


def _clock(name: str, said: Mapping[str, Any]) -> Clock:
    return Clock(
        name=name,
        state=ClockState(said["state"]),
        starts_on=date.fromisoformat(said["starts_on"]),
        due_on=_day(said["due_on"]),
        suspended_on=_day(said["suspended_on"]),
        suspended_days=said["suspended_days"],
        rung=tuple(said["rung"]),
        ended_on=_day(said["ended_on"]),
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written is not None else None


def _compare_positions(rows: Sequence[Kept], told: Retold) -> Found:
    """A body does not name the row of its position: they are met by speaker and moment, in order."""
    waiting: dict[str, list[Kept]] = defaultdict(list)
    for row in rows:
        waiting[_spoken(row)].append(row)
    for thing in told.positions:
        met = waiting[_spoken(thing.values)]
        if not met:
            yield thing.position, "the position that was given is not there"
            continue
        row = met.pop(0)
        wrong = differing(POSITIONS, thing.values, row)
        if not _same_moment(row["at"], str(row["id"])):
            wrong.append("id")
        if wrong:
            yield thing.position, f"the position is not as this event tells it: {', '.join(wrong)}"
    for left in (row for rows in waiting.values() for row in rows):
        yield None, f"no event tells of the position {left['id']}"


def _spoken(values: Kept) -> str:
    at = moment(values["at"])
    return plain([values["consultation_id"], at.isoformat() if at else None, values["by_person"]])


def _compare_texts(case: _Case, told: Retold) -> Found:
    rows = case.by(EXPRESSIONS, "language")
    yield from compared("text in", EXPRESSIONS, told.texts, rows)
    for language, row in rows.items():
        if row["sha256"] != _hash_of(row):
            position = told.texts[language].position if language in told.texts else None
            yield position, f"the text in {language} does not have its hash"


def _hash_of(row: Kept) -> str | None:
    try:
        articles = tuple(Article(one["number"], one["heading"], one["text"]) for one in _json(row["articles"]))
        text = Expression(language=row["language"], title=row["title"], articles=articles, final=False)
        return text.sha256
    except (KeyError, TypeError, ValueError):
        return None


def _compare_measures(rows: Sequence[Kept], told: Retold) -> Found:
    """The event that adds measures does not name their rows: they are met in the order in which they were added."""
    if told.blurred:
        return
    ids = {str(row["id"]) for row in rows}
    for id, thing in told.recorded.items():
        if id not in ids:
            yield thing.position, f"the measure {id} is not there"
    if len(rows) != len(told.measures):
        yield None, f"there are {len(rows)} measures, by the events {len(told.measures)}"
        return
    for row, added in zip(rows, told.measures, strict=True):
        recorded = told.recorded.get(str(row["id"]))
        thing = added if recorded is None else Thing({**added.values, **recorded.values}, recorded.position)
        wrong = differing(MEASURES, thing.values, row)
        if not _same_moment(added.values["updated_at"], str(row["id"])):
            wrong.append("id")
        if wrong:
            yield thing.position, f"the measure {row['id']} is not as this event tells it: {', '.join(wrong)}"


def _compare_links(case: _Case, told: Retold) -> Found:
    """An import links cases without an event, in nobody's name; a draft that was begun here may be thrown away."""
    rows = case.by(LINKS, "case_id", "kind", "to_case")
    imported = {key for key, row in rows.items() if row["by_person"] is None}
    missing = {key[0] for key in told.links if key[0] != case.id and key not in rows}
    thrown_away = missing - set(case.connection.scalars(THERE, {"cases": list(missing)})) if missing else set()
    named = {key: thing for key, thing in told.links.items() if key not in imported and key[0] not in thrown_away}
    yield from compared("link", LINKS, named, {key: row for key, row in rows.items() if key not in imported})
