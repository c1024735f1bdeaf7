"""The large databases: made once from played cases, kept in var/bench/, and opened again by the next run."""

from __future__ import annotations

import fcntl
import hashlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from bench import copies, people, plays
from service.store.engine import Store, upgrade
from service.store.migrating import newest_revision
from service.store.seals import make_seal
from tests import postgres

KEPT = Path("var/bench")
PLAYS = 400
CASES = {"sqlite": 20_000, "postgres": 100_000}
READY = "ready"
SETTINGS = postgres.FAST | {"shared_buffers": "512MB", "max_wal_size": "4GB", "jit": "off"}


@dataclass(frozen=True, slots=True)
class Large:
    """A large database: of which kind, where, and how many cases and events it has."""

    kind: str
    url: str
    cases: int
    events: int


@contextmanager
def databases(share: float = 1.0, kinds: tuple[str, ...] = ("sqlite", "postgres")) -> Iterator[dict[str, Large]]:
    """The large databases by kind, `share` of their full size; PostgreSQL is left out where there is none."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        fcntl.flock(stack.enter_context((KEPT / "lock").open("a")), fcntl.LOCK_EX)  # two runs would make the same
        found: dict[str, Large] = {}
        for kind in kinds:
            cases = max(1, round(CASES[kind] * share))
            try:
                url = _sqlite(cases) if kind == "sqlite" else stack.enter_context(_postgres(cases))
            except postgres.NoPostgres as reason:
                print(f"nothing large is measured on PostgreSQL: {reason}")
                continue
            found[kind] = Large(kind, url, *_size(url))
        yield found


def _size(url: str) -> tuple[int, int]:
    store = Store.open(url)
    try:
        with store.reading() as connection:
            row = connection.exec_driver_sql("SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM events)").one()
            return int(row[0]), int(row[1])
    finally:
        store.close()


def _key(cases: int) -> str:
    """What a kept database was made from: other plays, another schema or another size make another one."""
    made_from = [Path(module.__file__ or "").read_bytes() for module in (copies, people, plays)]
    digest = hashlib.sha256(b"\0".join([*made_from, newest_revision().encode(), str(PLAYS).encode()])).hexdigest()
    return f"{cases}-{newest_revision()}-{digest[:8]}"


def _played() -> Path:
    """The database of the plays."""
    path = KEPT / f"plays-{_key(0)}.db"
    if not path.exists():
        draft = path.with_suffix(".draft")
        _forget(draft)
        url, chance = f"sqlite:///{draft}", random.Random(20261123)  # the same plays every time
        upgrade(url)
        store = Store.open(url)
        people.settle(store, plays.NOW)
        played: list[str] = []
        for number in range(PLAYS):
            earlier = played[-chance.randint(1, 70)] if len(played) >= 80 else ""
            played.append(plays.play(store, number, chance, earlier))
            _say(f"playing cases: {number + 1} of {PLAYS}")
        with store.writing() as connection:
            connection.exec_driver_sql("ANALYZE")
        store.close()
        _put(draft, path)
    return path


def _put(draft: Path, path: Path) -> None:
    """The finished draft becomes what is kept: one file, with nothing left beside it."""
    with closing(sqlite3.connect(draft)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    draft.rename(path)
    _forget(draft)


def _forget(database: Path) -> None:
    for beside in ("", "-wal", "-shm", ".lock"):
        database.with_name(database.name + beside).unlink(missing_ok=True)


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text}", end="", file=sys.stderr, flush=True)


def _settled(url: str) -> None:
    """The tables and the people."""
    upgrade(url)
    store = Store.open(url)
    people.settle(store, plays.NOW)
    store.close()


def _sealed(url: str) -> None:
    """A seal over the whole, as a digest would have left it."""
    store = Store.open(url)
    with store.writing() as connection:
        make_seal(connection, datetime.now(UTC))
    store.close()


# -- SQLite ------------------------------------------------------------------------------------------


def _sqlite(cases: int) -> str:
    path = KEPT / f"sqlite-{_key(cases)}.db"
    if not path.exists():
        played, draft = _played(), path.with_suffix(".draft")
        _forget(draft)
        _settled(f"sqlite:///{draft}")
        with closing(sqlite3.connect(draft, isolation_level=None)) as opened:
            opened.execute("PRAGMA synchronous = OFF")
            opened.execute("BEGIN")
            done = 0
            for rows in copies.copies(copies.moulds_of(played), cases):
                for table, listed in rows.items():
                    if listed:
                        places = ", ".join("?" * len(listed[0]))
                        opened.executemany(f"INSERT INTO {table} VALUES ({places})", listed)  # noqa: S608 - names of ours
                done += len(rows.get("cases", ()))
                _say(f"making {cases} cases on SQLite: {done}")
            opened.execute("COMMIT")
            opened.execute("ANALYZE")
        _sealed(f"sqlite:///{draft}")
        _put(draft, path)
    return f"sqlite:///{path.absolute()}"


# -- PostgreSQL --------------------------------------------------------------------------------------


@contextmanager
def _postgres(cases: int) -> Iterator[str]:
    """A server over a kept folder, and the address of the database in it."""
    folder = (KEPT / f"postgres-{_key(cases)}").absolute()
    ready = folder / READY
    if not ready.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    with _serving(folder) as server:
        if not ready.exists():
            url = postgres.create_database(server, "bench")
            _settled(postgres.for_alchemy(url))
            _fill(url, cases)
            _sealed(postgres.for_alchemy(url))
            ready.touch()
        before, _, _ = server.rpartition("/")
        yield postgres.for_alchemy(f"{before}/bench")


def _fill(url: str, cases: int) -> None:
    played = _played()
    columns = copies.columns_of(played) | {"numbers": ("series", "year", "last")}
    with psycopg.connect(url, autocommit=True) as connection:
        # What refers to what is known; the triggers that refuse a change of the log are ALWAYS on and stay so.
        connection.execute("SET session_replication_role = replica")
        done = 0
        for rows in copies.copies(copies.moulds_of(played), cases):
            for table, listed in rows.items():
                names = sql.SQL(", ").join(map(sql.Identifier, columns[table]))
                into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
                with connection.cursor() as cursor, cursor.copy(into) as copying:
                    for row in listed:
                        copying.write_row(row)
            done += len(rows.get("cases", ()))
            _say(f"making {cases} cases on PostgreSQL: {done}")
        connection.execute("VACUUM (ANALYZE)")


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """A server over this folder until the end of the block, made if there is none; its address as an administrator."""
    child, secret = postgres.account(), folder / "secret"
    if not secret.exists():
        server, url = postgres.start(folder)
        postgres.stop(server)
    port = postgres.free_port()
    settings = SETTINGS | {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""}
    running = [postgres.programs() / "postgres", "-D", folder / "data"]
    running += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    (folder / "data" / "postmaster.pid").unlink(missing_ok=True)  # of a run that was killed
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603 - the system's own program
            [os.fspath(part) for part in running],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            cwd=folder,
            **child,
        )
    url = f"postgresql://postgres:{secret.read_text()}@127.0.0.1:{port}/postgres"
    try:
        postgres.await_ready(server, url, folder / "log")
        yield url
    finally:
        with suppress(subprocess.TimeoutExpired):
            postgres.stop(server)
