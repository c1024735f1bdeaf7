"""Whoever owns the database may do what he likes with it; what he did is named."""

from __future__ import annotations

import os
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError

from service.store.auditing import faults_of_log
from service.store.chain import Fault
from service.store.engine import Store
from tests import postgres
from tests.service.store.tampering import Change, Owner
from tests.service.walks import walk

CHANGES = int(os.environ.get("SLAGBOOM_TEST_CHANGES", "500"))
SEED = int(os.environ.get("SLAGBOOM_TEST_SEED", "20261125"))


@pytest.fixture(scope="module")
def walked_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("walked")
    path = folder / "slagboom.db"
    with closing(sqlite3.connect(sqlite_template)) as template, closing(sqlite3.connect(path)) as copy:
        template.backup(copy)
    return _walked(f"sqlite:///{path}", folder)


@pytest.fixture(scope="module")
def walked_postgres(
    postgres_server: str, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    name = "tampered"
    try:
        url = postgres.for_alchemy(postgres.create_database(postgres_server, name, postgres_template))
        yield _walked(url, tmp_path_factory.mktemp("walked"))
    finally:
        postgres.drop_database(postgres_server, name)


CHECKS = text(
    "SELECT conrelid::regclass, conname FROM pg_constraint "
    "WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
)


def _walked(url: str, folder: Path) -> str:
    store = Store.open(url)
    walk(store, folder / "files")
    store.close()
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def owned(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """The database with all the power of its owner: no trigger bites, no reference and no constraint is minded."""
    engine = _owning(request.getfixturevalue(f"walked_{request.param}"))
    with engine.connect() as connection, connection.begin() as outermost:
        _disarm(connection)
        yield connection
        outermost.rollback()
    engine.dispose()


def _owning(url: str) -> Engine:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _by_hand(connection: sqlite3.Connection, record: object) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("PRAGMA ignore_check_constraints = ON")

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")

    return engine


def _disarm(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        return
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(text("SET LOCAL timezone = 'UTC'"))
    for table in ("events", "seals"):
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
    for table, name in connection.execute(CHECKS).all():
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))


def test_nothing_is_named_where_nothing_was_changed(owned: Connection) -> None:
    assert list(faults_of_log(owned)) == []


@pytest.mark.timeout(600)
def test_every_change_of_an_owner_is_named(owned: Connection) -> None:
    done: Counter[str] = Counter()
    unseen: list[str] = []
    for number in range(CHANGES):
        seed = SEED + number
        change, faults = _one_change(owned, seed)
        done[change.kind] += 1
        if not change.named_by(faults):
            told = [f"{one.case} {one.position} {one.what}" for one in faults[:3]]
            unseen.append(f"seed {seed}: {change.kind}: {change.what} at {sorted(change.where)[:2]}: {told}")
    assert not unseen, f"{len(unseen)} of {CHANGES} were not named:\n" + "\n".join(unseen)
    assert len(done) >= 17, done


def _one_change(connection: Connection, seed: int) -> tuple[Change, list[Fault]]:
    chance = random.Random(seed)
    while True:
        step = connection.begin_nested()
        try:
            change = Owner(connection, chance).change()
        except DatabaseError:  # what a unique key refuses is no change: another is drawn
            step.rollback()
            continue
        try:
            return change, list(faults_of_log(connection))
        finally:
            step.rollback()
