"""Visits: when a person was last at the inbox, and when before that."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Insert, bindparam, case
from sqlalchemy.dialects import postgresql, sqlite

from service.store.tables import VisitRow

VISITS = VisitRow.__table__
VISIT = timedelta(minutes=30)
"""After so long without the inbox, whoever comes back begins another visit."""


def _upsert(insert: Any) -> Insert:
    statement = insert(VISITS)
    ended = VISITS.c.last_at < bindparam("ended", type_=VISITS.c.last_at.type)
    changed: Insert = statement.on_conflict_do_update(
        index_elements=["person_id"],
        set_={
            "before_at": case((ended, VISITS.c.last_at), else_=VISITS.c.before_at),
            "last_at": statement.excluded.last_at,
        },
    )
    return changed


KEEP = {"postgresql": _upsert(postgresql.insert), "sqlite": _upsert(sqlite.insert)}


def keep_visit(connection: Connection, person: str, now: datetime, ended: datetime) -> None:
    """The person is at the inbox now; who was not there since `ended` begins another visit."""
    row = {"person_id": person, "last_at": now, "before_at": None, "ended": ended}
    connection.execute(KEEP[connection.dialect.name], row)
