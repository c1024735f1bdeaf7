"""Saved filters: which cases somebody looks for again and again, under a name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from service.store.ids import new_id
from service.store.tables import SavedFilterRow

FILTERS = SavedFilterRow.__table__

HOW_MANY = select(func.count()).select_from(FILTERS).where(FILTERS.c.person_id == bindparam("person"))


def keep_filter(
    connection: Connection, person: str, name: str, query: str, working_group: str | None, now: datetime
) -> None:
    """Keep a filter under this name, in place of the one that the person had under it."""
    there = (FILTERS.c.person_id == person, FILTERS.c.name == name)
    said = {"query": query, "working_group": working_group}
    if not connection.execute(update(FILTERS).where(*there).values(said)).rowcount:
        row = {"id": new_id(now), "person_id": person, "name": name, "created_at": now, **said}
        connection.execute(insert(FILTERS), row)


def how_many(connection: Connection, person: str) -> int:
    """How many filters the person has saved."""
    return int(connection.execute(HOW_MANY, {"person": person}).scalar_one())


def remove_filter(connection: Connection, person: str, id: str) -> bool:
    """Remove a filter of this person; was there one?"""
    return bool(connection.execute(delete(FILTERS).where(FILTERS.c.id == id, FILTERS.c.person_id == person)).rowcount)
