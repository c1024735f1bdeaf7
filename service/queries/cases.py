"""Cases as people read them: one, or a page of many, each as far as the reader may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, func, literal, select

from service.queries.case_filters import SORTS, USUAL_SORT, CaseFilter
from service.queries.case_parts import (
    HAVING,
    ConsultationBrief,
    InstrumentBrief,
    consultations_of,
    instruments_of,
    names_of,
)
from service.queries.few import AMONG, few_cases
from service.queries.keyset import Page, Place, page_of
from service.queries.paging import rows_of
from service.store.case_rows import READ
from service.store.sight import CASES, Sight
from workflows.actor import Actor
from workflows.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureOf:
    """The version of a procedure that a case is on."""

    id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingShown:
    """Why and when a case ended, and the name of who said so."""

    reason: str | None
    on: date
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown:
    """A case. Who only follows it reads no content, no questions and no free words (`content` is empty)."""

    id: str
    reference: str | None
    procedure: ProcedureOf
    stage: str
    phase: str
    ended: bool
    version: int
    title: str
    language: str
    organisation: str
    working_group: str | None
    theme: str | None
    countries: Sequence[str]
    regions: Sequence[str]
    content: Mapping[str, Any]
    waits_for: str | None
    due_on: date | None
    questions: Sequence[Mapping[str, Any]]
    ending: EndingShown | None
    plan_status: str | None
    instruments: Sequence[InstrumentBrief]
    consultations: Sequence[ConsultationBrief]
    updated_at: datetime


def _rows(sight: Sight) -> Select[Any]:
    """Cases, with how much of each the actor reads: `whole`, `inner`."""
    shown = (CASES.c[name] for name in ("phase", "ended", "due_on", "plan_status", "updated_at"))
    return select(*READ, *shown, sight.whole().label("whole"), sight.inner().label("inner"))


@lru_cache(maxsize=1024)
def _one(actor: Actor, column: str) -> Select[Any]:
    sight = Sight(actor)
    more = (*HAVING, literal(actor.person).label("reader"))
    return _rows(sight).add_columns(*more).where(CASES.c[column] == bindparam("name"), sight.readable())


def case_row(connection: Connection, actor: Actor, name: str | RowMapping) -> RowMapping:
    """The row of the case with this id or reference, with `whole`, `inner` and its `reader`. Raises NotFound.

    Who asks several things about a case reads its row once and names it by that; it opens nothing to anybody else.
    """
    if isinstance(name, RowMapping):
        if name["reader"] != actor.person:
            raise NotFound(name["id"])
        return name
    statement = _one(actor, "id" if len(name) == 36 else "reference")
    found = connection.execute(statement, {"name": name}).mappings().first()
    if found is None:
        raise NotFound(name)
    return found


def find_case(connection: Connection, actor: Actor, name: str | RowMapping) -> CaseShown:
    """The case with this id or reference, as the actor may see it. Raises NotFound."""
    return _shown(connection, actor, [case_row(connection, actor, name)])[0]


def cases_named(connection: Connection, actor: Actor, ids: Collection[str]) -> tuple[CaseShown, ...]:
    """Those of these cases (ids) that the actor may read, by their references; as many queries for one as for all."""
    statement = _rows(Sight(actor)).where(CASES.c.id.in_(ids), Sight(actor).readable()).order_by(CASES.c.reference)
    return _shown(connection, actor, connection.execute(statement).mappings().all()) if ids else ()


def list_cases(
    connection: Connection,
    actor: Actor,
    wanted: CaseFilter,
    today: date,
    *,
    sort: str = USUAL_SORT,
    limit: int,
    place: Place | None = None,
    count: bool = False,
    count_to: int = 0,
) -> Page[CaseShown]:
    """A page of the cases that the actor may read and that fit. `sort` is one of SORTS; `place` is where it begins.

    `count`: how many there are in all; `count_to`: the same, but no further than this.
    """
    order, few = SORTS[sort], few_cases(connection, actor)
    listing = _listing(actor, wanted, today, few is not None)
    if few is not None:
        listing = listing.params(among=few)
    rows, further = page_of(rows_of(connection, listing, order, place, limit + 1), limit)
    return Page(
        items=_shown(connection, actor, rows),
        after=order.place([rows[-1][str(column.key)] for column in order.columns]) if further else None,
        count=_count(connection, actor, wanted, today, few, count_to) if count or count_to else None,
    )


def _count(
    connection: Connection, actor: Actor, wanted: CaseFilter, today: date, few: list[str] | None, most: int
) -> int:
    statement = _counting(actor, wanted, today, few is not None, most > 0)
    given = {} if few is None else {"among": few}
    return int(connection.execute(statement, {"most": most, **given} if most else given).scalar_one())


# People ask for the same few lists again and again; to put one together costs as much as to read it.
@lru_cache(maxsize=1024)
def _listing(actor: Actor, wanted: CaseFilter, today: date, few: bool) -> Select[Any]:
    sight = Sight(actor, row_by_row=True)
    return _rows(sight).where(*((AMONG,) if few else ()), *wanted.conditions(sight, today))


@lru_cache(maxsize=1024)
def _counting(actor: Actor, wanted: CaseFilter, today: date, few: bool, bounded: bool) -> Select[Any]:
    """How many there are; `bounded`: no more than so many are looked for, and not all of another table read first."""
    sight = Sight(actor, row_by_row=bounded)
    conditions = (*((AMONG,) if few else ()), *wanted.conditions(sight, today))
    if not bounded:
        return select(func.count()).select_from(CASES).where(*conditions)
    found = select(CASES.c.id).where(*conditions).limit(bindparam("most"))
    return select(func.count()).select_from(found.subquery())


def _shown(connection: Connection, actor: Actor, rows: Sequence[RowMapping]) -> tuple[CaseShown, ...]:
    if not rows:
        return ()
    instruments = instruments_of(connection, _having(rows, "has_instruments"))
    consultations = consultations_of(connection, actor, _having(rows, "has_consultations"))
    names = names_of(connection, {row["ending"]["by"] for row in rows if row["ending"]})
    return tuple(_case(row, instruments.get(row["id"], ()), consultations.get(row["id"], ()), names) for row in rows)


def _having(rows: Sequence[RowMapping], what: str) -> Sequence[RowMapping]:
    """One case says itself whether it has any (for a good part of its life it has none); a page asks for all."""
    return [row for row in rows if row[what]] if what in rows[0] else rows


def _case(
    row: RowMapping,
    instruments: Sequence[InstrumentBrief],
    consultations: Sequence[ConsultationBrief],
    names: Mapping[str, str],
) -> CaseShown:
    whole = row["whole"]
    return CaseShown(
        id=row["id"],
        reference=row["reference"],
        procedure=ProcedureOf(id=row["procedure"], version=row["procedure_version"]),
        stage=row["stage"],
        phase=row["phase"],
        ended=row["ended"],
        version=row["version"],
        title=row["title"],
        language=row["language"],
        organisation=row["organisation"],
        working_group=row["working_group"],
        theme=row["theme"],
        countries=row["countries"],
        regions=row["regions"] if whole else (),
        content=row["content"] if whole else {},
        waits_for=row["waits_for"],
        due_on=row["due_on"],
        questions=row["questions"] if whole else (),
        ending=_ending(row, names) if row["ending"] else None,
        plan_status=row["plan_status"][-1]["status"] if row["plan_status"] else None,
        instruments=instruments,
        consultations=consultations,
        updated_at=row["updated_at"],
    )


def _ending(row: RowMapping, names: Mapping[str, str]) -> EndingShown:
    ending, whole = row["ending"], row["whole"]
    return EndingShown(
        reason=ending["reason"] if whole else None,
        on=date.fromisoformat(ending["on"]),
        by=names.get(ending["by"]) if whole else None,
    )
