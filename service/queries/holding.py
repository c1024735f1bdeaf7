"""Holding: with whom a case lies, since when, and whom one may ask about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Connection, case, func, select

from service.store.holders import MANDATED, MANDATES
from service.store.sight import CASES, Sight
from service.store.tables import EventRow
from workflows.actor import SECRETARIAT, Actor, Role
from workflows.events import EventKind

EVENTS = EventRow.__table__
SECRETARIES = MANDATED.where(MANDATES.c.role == str(Role.SECRETARY))
STEPS = (EventKind.CASE_MOVED, EventKind.CASE_IMPORTED, EventKind.CASE_ASSIGNED)


def contacts(
    connection: Connection, actor: Actor, groups: Collection[str | None], day: date
) -> Mapping[str | None, str]:
    """The name of a secretary whom one may ask, of each of these working groups; None is the intake's."""
    found = connection.execute(SECRETARIES, {"day": day}).mappings().all()
    first: dict[str | None, str] = {}
    for row in found:
        if row["working_group"] is not None or row["organisation"] == SECRETARIAT:
            first.setdefault(row["working_group"], row["name"])
    intake = first.get(None) or next((row["name"] for row in found if row["organisation"] == SECRETARIAT), None)
    named = {group: first.get(group, intake) for group in groups}
    return {group: name for group, name in named.items() if name is not None}


def since(connection: Connection, actor: Actor, cases: Collection[str]) -> Mapping[str, date]:
    """Since when each of these cases (ids) lies where it lies: the day of its last step."""
    # What is no step is left out here and not by a condition: PostgreSQL would look up every step of every case.
    step = case((EVENTS.c.kind.in_([str(kind) for kind in STEPS]), EVENTS.c.on_date))
    statement = (
        select(EVENTS.c.case_id, func.max(step).label("on"))
        .join(CASES, CASES.c.id == EVENTS.c.case_id)
        .where(EVENTS.c.case_id.in_(cases), Sight(actor).readable())
        .group_by(EVENTS.c.case_id)
    )
    return {row.case_id: row.on for row in connection.execute(statement) if row.on is not None}
