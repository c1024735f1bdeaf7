"""Copying: a whole database into a file and back, while others go on writing."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, inspect, make_url, text

from service.store.engine import Store
from service.store.errors import StoreFailed, told_plainly
from service.store.migrating import connected
from service.store.recomputing import at_one_moment, size
from service.store.seals import HEADS, merkle_root
from service.store.sqlite import WriterLock, file_of

PATIENT = text("SET LOCAL idle_in_transaction_session_timeout = 0")  # a dump may take longer than any command
EXPORT = text("SELECT pg_export_snapshot()")
REVISION = text("SELECT version_num FROM alembic_version")


class CopyFailed(StoreFailed):
    """The database could not be copied; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database held when it was copied. `root`: the Merkle root over the heads of all cases."""

    dialect: str
    revision: str
    cases: int
    events: int
    root: str


def copy_out(url: str, target: Path) -> Contents:
    """Copy the database as it is at one moment into a new file: a SQLite file, or an archive of pg_dump.

    Raises CopyFailed.
    """
    if make_url(url).get_backend_name() == "sqlite":
        _copy_file(file_of(make_url(url)), target)
        return contents(f"sqlite:///{target}")
    store = Store.open(url, pool_size=1)
    try:
        with store.reading() as connection:
            at_one_moment(connection)
            connection.execute(PATIENT)
            held = _contents(connection)
            snapshot = connection.execute(EXPORT).scalar_one()
            with _connection_string(make_url(url)) as where:
                options = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}")
                _run("pg_dump", *options, f"--file={target}", f"--dbname={where}")
            return held
    finally:
        store.close()


def copy_in(url: str, source: Path) -> None:
    """Fill an empty database from a copy: all of it or nothing. Raises CopyFailed."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        file = file_of(address)
        with WriterLock(file).held():
            _copy_file(source, file)
    else:
        with _connection_string(address) as where:
            options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
            _run("pg_restore", *options, f"--dbname={where}", str(source))


def is_empty(url: str) -> bool:
    """Whether there is no table in the database. A SQLite file that is not there is not made."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not file_of(address).exists():
        return True
    with connected(url) as connection:
        return not inspect(connection).get_table_names()


def contents(url: str) -> Contents:
    """What a database holds now."""
    store = Store.open(url, pool_size=1)
    try:
        with store.reading() as connection:
            at_one_moment(connection)
            return _contents(connection)
    finally:
        store.close()


def _contents(connection: Connection) -> Contents:
    cases, events = size(connection)
    root = merkle_root((row.id, row.head) for row in connection.execute(HEADS))
    revision = connection.execute(REVISION).scalar_one()
    return Contents(connection.dialect.name, revision, cases=cases, events=events, root=root)


def _copy_file(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
            original.backup(copy)  # in one step: others write meanwhile, and the copy does not see it
    except sqlite3.Error as error:
        raise CopyFailed(f"{source} could not be copied to {target}: {error}") from error


@contextmanager
def _connection_string(address: URL) -> Iterator[str]:
    """How libpq finds the database. The password goes by a file: everybody on a machine reads command lines."""
    options = {name: value for name, value in address.query.items() if isinstance(value, str)}
    parts = {
        "host": address.host,
        "port": address.port,
        "user": address.username,
        "dbname": address.database,
        **options,
    }
    given = {name: value for name, value in parts.items() if value is not None}
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="slagboom-") as passwords:  # mode 0600
        if address.password is not None:
            escaped = str(address.password).replace("\\", "\\\\").replace(":", "\\:")
            passwords.write(f"*:*:*:*:{escaped}\n")
            passwords.flush()
            given["passfile"] = passwords.name
        with told_plainly():
            yield make_conninfo("", **given)


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise CopyFailed(f"{program} is not installed; install the client programs of PostgreSQL")
    command: Sequence[str] = (found, *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise CopyFailed(lines[0] if lines else f"{program} failed with status {done.returncode}")
