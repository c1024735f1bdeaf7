"""Groups of the inbox: which cases stand in each, those that are due first before the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, func, literal, or_, select, true

from service.queries.case_filters import MOVED
from service.queries.few import AMONG, few_cases
from service.queries.waiting import Asked, answers, asked_cases, waits_for_actor
from service.store.sight import CASES, Sight
from service.store.tables import EventRow
from workflows.actor import Actor

EVENTS = EventRow.__table__
GROUPS = ("mine", "late", "soon", "new", "others")
"""In the order in which they are read; a case stands in the first that it fits."""
SOON = timedelta(days=7)
COUNTED, GLANCED = 200, 50
"""So far cases are counted that wait for the person or are asked for as a whole, and so far those that only need an
eye: who has more looks for them in the list."""
ORDER = (CASES.c.due_on, CASES.c.moved_at, CASES.c.id)
"""By the day on which a case is due, then by how long it has waited; an index has it in this order."""

Legs = tuple[Select[Any], ...]
"""What reads a group one part after the other: what is due on a day comes before what has none."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What reads the groups of one person. `asked`: what is asked of who gives answers, kind by kind; `readable`:
    which of some cases the person reads."""

    legs: Mapping[str, Legs]
    asked: tuple[Legs, ...]
    readable: Select[Any]


def cases_in_groups(
    connection: Connection, actor: Actor, today: date, since: datetime | None, most: Mapping[str, int]
) -> Mapping[str, tuple[str, ...]]:
    """The cases (ids) in each group, so many of them at `most`."""
    few = few_cases(connection, actor)
    reading = _reading(actor, today, since, few is not None)
    found = {
        name: tuple(row.id for row in _read(connection, legs, most[name], few)) for name, legs in reading.legs.items()
    }
    return found | {"mine": _asked(connection, reading, most["mine"])} if reading.asked else found


def _asked(connection: Connection, reading: _Reading, most: int) -> tuple[str, ...]:
    """What waits for who gives answers, by the day on which the first answer is due."""
    due: dict[str, date] = {}
    for legs in reading.asked:
        for row in _read(connection, legs, most):
            due[row.id] = min(due.get(row.id, date.max), row.due_on or date.max)
    if not due:
        return ()
    moved = {row.id: row.moved_at for row in connection.execute(reading.readable, {"cases": list(due)})}
    return tuple(sorted(moved, key=lambda id: (due[id], moved[id] is None, moved[id], id))[:most])


def _read(connection: Connection, legs: Legs, most: int, among: list[str] | None = None) -> list[Row[Any]]:
    """So many rows at `most` of one leg after the other, of all cases or of those `among` which the person's are."""
    found: list[Row[Any]] = []
    cases = {} if among is None else {"among": among}
    for leg in legs:
        if len(found) < most:
            found += connection.execute(leg, {"most": most - len(found), **cases})
    return found


# People look at the same inbox again and again; to put its statements together costs as much as to read it.
@lru_cache(maxsize=512)
def _reading(actor: Actor, today: date, since: datetime | None, few: bool) -> _Reading:
    sight = Sight(actor, row_by_row=True)
    waits = waits_for_actor(sight)
    others = waits.is_not(true())
    open_ones = (CASES.c.waits_for.is_not(None), CASES.c.events > 0, sight.whole(), others)
    among = (AMONG,) if few else ()
    undated, later = CASES.c.due_on.is_(None), CASES.c.due_on > today + SOON
    new = _news(sight, since)
    legs = {
        "late": _legs(CASES.c.due_on < today, None, *among, *open_ones),
        "soon": _legs(CASES.c.due_on.between(today, today + SOON), None, *among, *open_ones),
        "new": (_new(*among, new, or_(undated, later), others, sight.readable()),),
        "others": _legs(later, undated, *among, *open_ones, new.is_not(true())),
    }
    asked = tuple(_legs_of(one) for one in asked_cases(sight)) if answers(sight) and not few else ()
    if not asked:
        legs["mine"] = _legs(CASES.c.due_on.is_not(None), undated, *among, waits, sight.readable())
    shown = select(CASES.c.id, CASES.c.moved_at).where(CASES.c.id.in_(bindparam("cases", expanding=True)))
    return _Reading(legs=legs, asked=asked, readable=shown.where(sight.readable()))


def _legs(dated: ColumnElement[bool], undated: ColumnElement[bool] | None, *holds: ColumnElement[bool]) -> Legs:
    return tuple(
        select(CASES.c.id).where(and_(leg, *holds)).order_by(*ORDER).limit(bindparam("most"))
        for leg in (dated, undated)
        if leg is not None
    )


def _legs_of(asked: Asked) -> Legs:
    """What reads questions of one kind, those that are due first before the others."""
    one = select(asked.case.label("id"), asked.due_on.label("due_on")).where(asked.waits).limit(bindparam("most"))
    return (
        one.where(asked.due_on.is_not(None)).order_by(asked.due_on),
        one.where(asked.due_on.is_(None)),
    )


def _new(*holds: ColumnElement[bool]) -> Select[Any]:
    """Few cases are new: PostgreSQL is kept from going through all of them in the order of an index."""
    due = func.coalesce(CASES.c.due_on, literal(date.max))
    return select(CASES.c.id).where(*holds).order_by(due, *ORDER[1:]).limit(bindparam("most"))


def _news(sight: Sight, since: datetime | None) -> ColumnElement[bool]:
    """Whether somebody else moved the case since then. OFFSET 0 changes no answer: it keeps PostgreSQL from asking
    each case for its events instead of reading those of some days once."""
    if since is None:
        return CASES.c.id.is_(None)
    moved = select(EVENTS.c.case_id).where(
        EVENTS.c.at >= since,
        EVENTS.c.moved.in_(MOVED),
        or_(EVENTS.c.actor.is_(None), EVENTS.c.actor != sight.actor.person),
    )
    return CASES.c.id.in_(moved.offset(0))
