"""The inbox: what waits for a person, what is late or nearly so, what is new, and what waits for others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, literal, or_, select, union_all

from service.queries.asked import undone
from service.queries.cases import ProcedureOf
from service.queries.inbox_groups import COUNTED, GLANCED, GROUPS, cases_in_groups
from service.queries.standing_facts import READ as READ_AT_ONCE
from service.queries.standing_facts import facts_of_each
from service.queries.waiting import ANSWERING, unanswered
from service.store.case_rows import READ, case_of
from service.store.loading import CONSULTATIONS, INVITATIONS, MEASURES
from service.store.sight import CASES, Sight
from service.store.visits import VISIT, VISITS
from workflows.actor import Actor, Role
from workflows.case import Case
from workflows.dates import day_in_brussels
from workflows.facts import Facts
from workflows.first_step import FirstStep, first_step
from workflows.standing import INTAKE, SECRETARY, standing

HEAVY: Mapping[str, Any] = {"content": {}, "regions": (), "questions": (), "ending": None}
"""What no line tells: to read it for a hundred cases takes longer than all the rest."""
LINES = select(
    *(one for one in READ if one.key not in HEAVY), CASES.c.due_on, CASES.c.moved_at, CASES.c.updated_at
).where(CASES.c.id.in_(bindparam("cases", expanding=True)))
"""The cases of the lines: their ids were found through sight."""


HANDLING = (SECRETARY, INTAKE, str(Role.SECRETARY_GENERAL))
"""Role words of those who handle a case, and read its positions before a round is closed."""


@dataclass(frozen=True, slots=True)
class Visit:
    """When a person was last at the inbox, and when the visit before this one ended."""

    last_at: datetime
    before_at: datetime | None

    def at(self, now: datetime) -> Visit:
        """The visit as it is now: whoever was away for long enough has begun another."""
        return self if self.last_at >= now - VISIT else Visit(self.last_at, before_at=self.last_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOfMe:
    """One answer that is asked of the person: the consultation's name or `measure`, for which organisation.

    `about` is the id of the consultation, or of the instrument that the measure carries out.
    """

    what: str
    about: str
    advice: bool
    of: str
    title: str
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A case in the inbox. `since`: the day of its last step; `first`: what the person does first, and `instrument`
    the id of the text that this is about; `answered`: it waits because the last who was asked has answered; `silent`:
    the voters who have not, as far as the person may know."""

    id: str
    reference: str | None
    procedure: ProcedureOf
    stage: str
    title: str
    language: str
    waits_for: str | None
    working_group: str | None
    due_on: date | None
    days: int | None
    since: date
    asks: tuple[AskedOfMe, ...]
    first: FirstStep | None
    instrument: str | None
    answered: bool
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the lines are told with: who looks, when, and what stands around the cases that the person handles."""

    actor: Actor
    today: date
    cases: Mapping[str, Case]
    facts: Mapping[str, Facts]


@dataclass(frozen=True, slots=True)
class Group:
    """Cases of one kind: the first of them, and how many there are. `more`: there may be more than were counted."""

    name: str
    lines: tuple[Line, ...]
    count: int
    more: bool


def last_visit(connection: Connection, actor: Actor) -> Visit | None:
    """When the person was last at the inbox; None before the first time."""
    statement = select(VISITS.c.last_at, VISITS.c.before_at).where(VISITS.c.person_id == actor.person)
    row = connection.execute(statement).first()
    return Visit(row.last_at, row.before_at) if row is not None else None


def inbox(
    connection: Connection,
    actor: Actor,
    today: date,
    since: datetime | None,
    limits: Mapping[str, int],
) -> tuple[Group, ...]:
    """Every group of the person's inbox, so many lines of each. `since`: when the visit before this one ended.

    First what is late, then by the day on which it is due, then what has waited longest.
    """
    most = {name: COUNTED if name == "mine" or limits.get(name, 0) > GLANCED else GLANCED for name in GROUPS}
    found = cases_in_groups(connection, actor, today, since, most)
    first = {name: ids[: limits.get(name, 0)] for name, ids in found.items()}
    shown = [id for ids in first.values() for id in ids]
    rows = {row["id"]: row for row in connection.execute(LINES, {"cases": shown}).mappings()} if shown else {}
    asks = _asks(connection, Sight(actor, row_by_row=True), shown)
    scene = _scene(connection, actor, [row for row in rows.values() if row["id"] not in asks], today)
    lines = {
        name: _sorted(_line(rows[id], asks.get(id, ()), scene) for id in ids if id in rows)
        for name, ids in first.items()
    }
    counts = {name: len(ids) for name, ids in found.items()}
    return tuple(Group(name, lines[name], counts[name], counts[name] >= most[name]) for name in GROUPS)


def _scene(connection: Connection, actor: Actor, rows: Collection[RowMapping], today: date) -> _Scene:
    """The cases on which the person has a part in the handling, with what stands around them; one query."""
    cases = {row["id"]: case_of({**row, **HEAVY}) for row in rows}
    handled = {id: case for id, case in cases.items() if standing(case, actor, HANDLING) is not None}
    return _Scene(actor, today, handled, facts_of_each(connection, handled))


def _asks(connection: Connection, sight: Sight, cases: Collection[str]) -> Mapping[str, tuple[AskedOfMe, ...]]:
    """What is asked of the person on each of these cases, the earliest first; one query."""
    found: dict[str, list[AskedOfMe]] = {}
    asked = list(_asking(sight, cases))
    for row in connection.execute(union_all(*asked)) if asked and cases else ():
        one = AskedOfMe(
            what=row.what, about=row.about, advice=bool(row.advice), of=row.of, title=row.title, due_on=row.due_on
        )
        found.setdefault(row.case_id, []).append(one)
    return {
        case: tuple(sorted(asks, key=lambda one: (one.due_on or date.max, one.what))) for case, asks in found.items()
    }


def _asking(sight: Sight, cases: Collection[str]) -> Iterator[Select[Any]]:
    for role in ANSWERING:
        if sight.voices(role):
            yield select(
                INVITATIONS.c.case_id,
                CONSULTATIONS.c.name.label("what"),
                CONSULTATIONS.c.id.label("about"),
                INVITATIONS.c.advice.label("advice"),
                INVITATIONS.c.organisation.label("of"),
                literal("").label("title"),
                CONSULTATIONS.c.closing_on.label("due_on"),
            ).where(INVITATIONS.c.case_id.in_(cases), unanswered(sight, role))
    if voices := sight.voices(Role.MINISTER_OFFICE):
        of_them = or_(*(undone(voice) for voice in voices))
        yield select(
            MEASURES.c.case_id,
            literal("measure"),
            MEASURES.c.instrument_id,
            literal(False),
            MEASURES.c.country,
            MEASURES.c.title,
            MEASURES.c.due_on,
        ).where(MEASURES.c.case_id.in_(cases), of_them)


def _line(row: RowMapping, mine: tuple[AskedOfMe, ...], scene: _Scene) -> Line:
    due_on = min((one.due_on for one in mine if one.due_on is not None), default=row["due_on"])
    case, facts = scene.cases.get(row["id"]), scene.facts.get(row["id"], Facts())
    consultation = facts.consultation
    return Line(
        id=row["id"],
        reference=row["reference"],
        procedure=ProcedureOf(id=row["procedure"], version=row["procedure_version"]),
        stage=row["stage"],
        title=row["title"],
        language=row["language"],
        waits_for=row["waits_for"],
        working_group=row["working_group"],
        due_on=due_on,
        days=(due_on - scene.today).days if due_on is not None else None,
        since=row["last_on"] or day_in_brussels(row["moved_at"] or row["updated_at"]),
        asks=mine,
        first=first_step(case, facts, READ_AT_ONCE, scene.actor, scene.today) if case is not None else None,
        instrument=facts.instrument.id if facts.instrument is not None else None,
        answered=case is not None and case.waiting_for is not None,
        silent=tuple(one for one in consultation.voters if one not in consultation.votes()) if consultation else (),
    )


def _sorted(lines: Iterator[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: (line.due_on or date.max, line.since, line.id)))
