"""Saved filters as their people read them: their own, and those that are shared with a working group of theirs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from service.store.filters import FILTERS
from service.store.holders import PEOPLE
from service.store.tables import WorkingGroupRow
from workflows.actor import Actor

WORKING_GROUPS = WorkingGroupRow.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFilter:
    """A filter under a name. `query` is what stands in the address; `group` the name of the group that has it too."""

    id: str
    name: str
    query: str
    mine: bool
    by: str
    group: str | None


def saved_filters(connection: Connection, actor: Actor) -> tuple[SavedFilter, ...]:
    """The person's own filters first, then those that others share with a working group of hers."""
    groups = {mandate.working_group for mandate in actor.mandates if mandate.working_group}
    own = FILTERS.c.person_id == actor.person
    statement = (
        select(FILTERS, PEOPLE.c.name.label("by"), WORKING_GROUPS.c.name.label("group"))
        .join(PEOPLE, PEOPLE.c.id == FILTERS.c.person_id)
        .outerjoin(WORKING_GROUPS, WORKING_GROUPS.c.code == FILTERS.c.working_group)
        .where(or_(own, FILTERS.c.working_group.in_(groups)) if groups else own)
        .order_by(FILTERS.c.name, FILTERS.c.id)
    )
    found = [
        SavedFilter(
            id=row.id, name=row.name, query=row.query, mine=row.person_id == actor.person, by=row.by, group=row.group
        )
        for row in connection.execute(statement)
    ]
    return tuple(sorted(found, key=lambda one: not one.mine))
