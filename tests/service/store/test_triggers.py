"""What was written of the past stays: no statement changes or removes an event or a seal, after any migration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from service.store.engine import Store, upgrade
from service.store.migrating import connected, revisions
from service.store.tables import EventRow, SealRow
from tests.service.store.rows import MORNING, add_case

SINCE = "0002"  # the migration that makes events
GUARDED = [revision for revision in revisions() if revision >= SINCE]

OTHERS: dict[str, Any] = {"position": 9, "schema": 2, "at": "2020-01-01T00:00:00+00:00", "on_date": "2020-01-01"}
CHANGES = {
    column.name: OTHERS.get(column.name, "x" * 64) for column in EventRow.__table__.columns if column.name != "private"
}
ADD = (
    "INTO events (id, case_id, position, kind, schema, at, on_date, body, sha256, audience) "
    "SELECT {id}, case_id, {position}, 'Forged', 1, at, on_date, 'forged', sha256, 'all' FROM events WHERE id = 'a-1'"
)

EVERYWHERE = [
    *(f"UPDATE events SET {column} = '{value}' WHERE id = 'a-1'" for column, value in CHANGES.items()),
    "UPDATE events SET case_id = 'b' WHERE id = 'a-1'",
    "UPDATE events SET actor = NULL WHERE id = 'a-1'",
    "UPDATE events SET private = 'other words' WHERE id = 'a-1'",
    "UPDATE events SET private = NULL, body = 'other' WHERE id = 'a-1'",
    "DELETE FROM events WHERE id = 'a-1'",
    "DELETE FROM events",
    "INSERT " + ADD.format(id="'a-1'", position=7),
    "INSERT " + ADD.format(id="'new'", position=1),
    "INSERT " + ADD.format(id="'a-1'", position=1) + " ON CONFLICT (id) DO UPDATE SET body = 'forged'",
    "UPDATE seals SET root = 'x'",
    "DELETE FROM seals",
]
ON_SQLITE = [
    "INSERT OR REPLACE " + ADD.format(id="'a-1'", position=7),
    "INSERT OR REPLACE " + ADD.format(id="'new'", position=1),
    "REPLACE " + ADD.format(id="'a-1'", position=1),
    "REPLACE INTO events (rowid, id, case_id, position, kind, schema, at, on_date, body, sha256, audience) "
    "SELECT rowid, 'new', case_id, 7, 'Forged', 1, at, on_date, 'forged', sha256, 'all' FROM events WHERE id = 'a-1'",
    "UPDATE OR REPLACE events SET private = NULL, rowid = (SELECT rowid FROM events WHERE id = 'a-2') WHERE id = 'a-1'",
    "UPDATE OR REPLACE events SET id = 'a-2' WHERE id = 'a-1'",
    "REPLACE INTO seals (id, at, root, cases, events) SELECT id, at, root, 0, 0 FROM seals",
    "REPLACE INTO seals (rowid, id, at, root, cases, events) SELECT rowid, 'new', at, root, 0, 0 FROM seals",
]
ON_POSTGRESQL = [
    "TRUNCATE events CASCADE",
    "TRUNCATE cases CASCADE",
    "TRUNCATE seals CASCADE",
]
REASONS = ("append-only", "unique constraint", "foreign key", "not null constraint")


@contextmanager
def guarded(url: str, revision: str) -> Iterator[Connection]:
    """A database at a revision, with two cases, two events and a seal."""
    upgrade(url, revision)
    with connected(url) as connection:
        if connection.dialect.name == "sqlite":  # as somebody's own shell would have it
            connection.exec_driver_sql("PRAGMA recursive_triggers = OFF")
        add_case(connection, "a", events=2)
        add_case(connection, "b")
        seal = {"id": "seal", "at": MORNING, "root": "0" * 64, "cases": 1, "events": 2}
        connection.execute(insert(SealRow.__table__), seal)
        yield connection


def everything(connection: Connection) -> list[tuple[Any, ...]]:
    rows = connection.execute(text("SELECT * FROM events ORDER BY id")).all()
    return [tuple(row) for row in [*rows, *connection.execute(text("SELECT * FROM seals")).all()]]


@pytest.mark.parametrize("revision", GUARDED)
def test_nothing_of_the_past_can_be_changed(empty_database_url: str, revision: str) -> None:
    with guarded(empty_database_url, revision) as connection:
        before = everything(connection)
        own = ON_SQLITE if connection.dialect.name == "sqlite" else ON_POSTGRESQL
        done = [statement for statement in EVERYWHERE + own if not is_refused(connection, statement)]
        assert done == []
        assert everything(connection) == before


def is_refused(connection: Connection, statement: str) -> bool:
    """Whether the statement is refused, and not because it is no statement."""
    place = connection.begin_nested()
    refusal = ""
    try:
        connection.exec_driver_sql(statement)
    except DBAPIError as error:
        refusal = str(error.orig).lower()
    place.rollback()
    return any(reason in refusal for reason in REASONS)


@pytest.mark.parametrize("revision", GUARDED)
def test_private_words_can_be_erased(empty_database_url: str, revision: str) -> None:
    with guarded(empty_database_url, revision) as connection:
        before = everything(connection)
        connection.execute(text("UPDATE events SET private = NULL WHERE id = 'a-1'"))
        connection.execute(text("UPDATE events SET private = NULL WHERE id = 'a-1'"))
        private = list(EventRow.__table__.columns.keys()).index("private")
        erased = [*before[0][:private], None, *before[0][private + 1 :]]
        assert everything(connection) == [tuple(erased), *before[1:]]


def test_a_session_that_plays_a_replica_is_refused_too(postgres_replica: Connection) -> None:
    assert is_refused(postgres_replica, "UPDATE events SET body = 'other'")
    assert is_refused(postgres_replica, "DELETE FROM events")
    assert is_refused(postgres_replica, "TRUNCATE events CASCADE")


@pytest.fixture
def postgres_replica(fresh_postgres: str) -> Iterator[Connection]:
    with guarded(fresh_postgres, "head") as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection


@pytest.mark.parametrize("statement", ["DELETE FROM cases WHERE id = 'a'", "UPDATE cases SET id = 'c' WHERE id = 'a'"])
def test_a_case_with_events_stays(store: Store, statement: str) -> None:
    with store.writing() as connection:
        add_case(connection, "a", events=2)
    with store.writing() as connection:
        assert is_refused(connection, statement)


def test_an_event_of_no_case_is_refused(store: Store) -> None:
    with store.writing() as connection:
        row = add_case(connection, "a", events=1)[0]
    with pytest.raises(IntegrityError), store.writing() as connection:
        connection.execute(insert(EventRow.__table__), {**row, "id": "stray", "case_id": "none"})


def test_a_draft_goes_with_what_hangs_on_it(store: Store) -> None:
    with store.writing() as connection:
        add_case(connection, "draft")
        connection.execute(text("INSERT INTO case_countries (case_id, country) VALUES ('draft', 'BE')"))
        connection.execute(text("DELETE FROM cases WHERE id = 'draft'"))
        assert connection.scalar(text("SELECT count(*) FROM case_countries")) == 0
