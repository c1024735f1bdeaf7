"""Fixtures that more than one folder uses: databases, on both engines."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests import postgres


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the whole run; xdist gives each worker a folder inside it."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def postgres_server(run_folder: Path) -> Iterator[str]:
    """A server that databases can be made on, as psycopg writes its address."""
    try:
        with postgres.shared_server(run_folder) as address:
            yield address
    except postgres.NoPostgres as reason:
        message = f"NOTHING WAS TESTED ON POSTGRESQL: {reason}"
        if os.environ.get(postgres.REQUIRED) == "1":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> str:
    """The same server as SQLAlchemy writes its address: the administrator, in the database `postgres`."""
    return postgres.for_alchemy(postgres_server)


@pytest.fixture
def fresh_postgres(postgres_server: str) -> Iterator[str]:
    """The address of a new, empty PostgreSQL database."""
    yield from _copy_of("template0", postgres_server)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, made once a worker, to copy from."""
    from service.store.engine import upgrade

    path = tmp_path_factory.mktemp("template") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated PostgreSQL database, made once a worker, to copy from."""
    from service.store.engine import upgrade

    name = f"template_{secrets.token_hex(8)}"
    try:
        upgrade(postgres.for_alchemy(postgres.create_database(postgres_server, name)))
        yield name
    finally:
        postgres.drop_database(postgres_server, name)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh database at the newest migration: once on SQLite, once on PostgreSQL."""
    if request.param == "postgres":
        template = request.getfixturevalue("postgres_template")
        yield from _copy_of(template, request.getfixturevalue("postgres_server"))
    else:
        path = request.getfixturevalue("tmp_path") / "slagboom.db"
        template_path = request.getfixturevalue("sqlite_template")
        with closing(sqlite3.connect(template_path)) as template, closing(sqlite3.connect(path)) as copy:
            template.backup(copy)
        yield f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database without any table: once on SQLite, once on PostgreSQL."""
    if request.param == "postgres":
        return str(request.getfixturevalue("fresh_postgres"))
    return f"sqlite:///{request.getfixturevalue('tmp_path') / 'slagboom.db'}"


def _copy_of(template: str, server: str) -> Iterator[str]:
    name = f"test_{secrets.token_hex(8)}"
    try:
        yield postgres.for_alchemy(postgres.create_database(server, name, template))
    finally:
        postgres.drop_database(server, name)
