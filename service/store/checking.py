"""Checking: whether a database is sound, and guarded as the migrations left it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, text

from service.store.sight import CASES
from service.store.tables import DocumentRow, EventRow

EVENTS = EventRow.__table__
DOCUMENTS = DocumentRow.__table__

GUARDS = {
    "sqlite": {f"{table}_refuse_{act}" for table in ("events", "seals") for act in ("insert", "update", "delete")},
    "postgresql": {
        f"{table}_refuse_{act}" for table in ("events", "seals") for act in ("update", "delete", "truncate")
    },
}
"""The triggers by which the past is only ever added to."""

TRIGGERS = {
    "sqlite": text("SELECT name FROM sqlite_master WHERE type = 'trigger'"),
    # Enabled ALWAYS: also in a session that plays a replica.
    "postgresql": text("SELECT tgname FROM pg_trigger WHERE tgenabled = 'A' AND NOT tgisinternal"),
}
_counted = (
    select(EVENTS.c.case_id, func.count().label("events"), func.max(EVENTS.c.position).label("last"))
    .group_by(EVENTS.c.case_id)
    .subquery()
)
_newest = EVENTS.alias("newest")
LOOSE_ENDS = (
    select(CASES.c.id, CASES.c.reference)
    .outerjoin(_counted, _counted.c.case_id == CASES.c.id)
    .outerjoin(_newest, and_(_newest.c.case_id == CASES.c.id, _newest.c.position == CASES.c.events))
    .where(
        or_(
            CASES.c.events != func.coalesce(_counted.c.events, 0),
            CASES.c.events != func.coalesce(_counted.c.last, 0),
            CASES.c.head.is_distinct_from(_newest.c.sha256),
        )
    )
    .order_by(CASES.c.id)
)
BYTES = select(DOCUMENTS.c.sha256, DOCUMENTS.c.size).distinct().order_by(DOCUMENTS.c.sha256)


def faults_of(connection: Connection) -> Iterator[str]:
    """What is wrong with a database at the newest migration: pages, references, triggers, the ends of the chains.

    Whether each event is still the one that was written is for `slagboom audit verify`, which reads them all.
    """
    dialect = connection.dialect.name
    if dialect == "sqlite":
        yield from _faults_of_file(connection)
    missing = GUARDS[dialect] - set(connection.scalars(TRIGGERS[dialect]))
    for name in sorted(missing):
        yield f"the trigger {name} is not there, or does not always bite: the log is not guarded"
    for case in connection.execute(LOOSE_ENDS):
        yield f"case {case.reference or case.id}: its last event is not the one that the case names"


def documents(connection: Connection) -> Iterator[tuple[str, int]]:
    """The hash and the size of the bytes of every document."""
    for row in connection.execute(BYTES).all():
        yield row.sha256, row.size


def documents_of(connection: Connection, case: str | None = None) -> Sequence[Any]:
    """Every document of a case (its id), or of all: `case_id`, `id`, and the hash of its bytes."""
    statement = select(DOCUMENTS.c.case_id, DOCUMENTS.c.id, DOCUMENTS.c.sha256).order_by(DOCUMENTS.c.id)
    return connection.execute(statement if case is None else statement.where(DOCUMENTS.c.case_id == case)).all()


def _faults_of_file(connection: Connection) -> Iterator[str]:
    for (line,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if line != "ok":
            yield f"the file is damaged: {line}"
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"a row of {row[0]} points at a row of {row[2]} that is not there"
