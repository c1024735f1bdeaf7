"""A migration that is killed: on a database with cases in it, at whatever line, again and again."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from service.store.chain import verify
from service.store.engine import Store, downgrade, upgrade
from service.store.migrating import newest_revision
from service.store.recomputing import recompute
from tests.faults.cradle import Born
from tests.faults.fatal import VARIABLE
from tests.faults.processes import PATIENCE, Site
from tests.faults.siege import Report
from tests.service.seeds import seed

FROM = "0004"  # what was there before letters, papers and counters were; cases and events outlive the way down to it
STAGES = ("submitted", "consultation", "adoption", "resolved")
LINES = ("statement", "statement", "statement", "commit", "committed", "started")
STATEMENTS = 90
LATEST = 0.3  # seconds after the start


def bring_old_data(url: str) -> None:
    """A database at an old revision, with cases that are under way."""
    upgrade(url)
    with closing(Store.open(url)) as store:
        house = seed(store)
        for stage in STAGES:
            house.bring(stage)
    downgrade(url, FROM)


def kill_migrations(at: Site, kills: int, chance: random.Random, report: Report) -> None:
    """Kill so many upgrades; after each the database is the old one or the new one, and holds the same."""
    wanted = columns(at.database_url)
    before, done = content(at.database_url, wanted), 0
    while done < kills:
        line = chance.choice(LINES)
        place = (
            round(chance.random() * LATEST, 2)
            if line == "started"
            else chance.randrange(STATEMENTS if line == "statement" else 1)
        )
        status = upgrade_until(at, f"{line}:{place}")
        found = revision(at.database_url)
        if status == -signal.SIGKILL:
            done += 1
            report.kills[f"migration, at {line}"] += 1
        elif status:
            report.faults.append(f"an upgrade to be killed at {line} {place} ended with {status}")
        if found not in (FROM, newest_revision()):
            report.faults.append(f"killed at {line} {place}, the database stands at {found}")
        if status == 0 and found != newest_revision():
            report.faults.append(f"an upgrade ended well, and the database stands at {found}")
        if content(at.database_url, wanted) != before:
            report.faults.append(f"killed at {line} {place}, the rows are not the same")
        if found == newest_revision():
            downgrade(at.database_url, FROM)


def upgrade_until(at: Site, fatal: str) -> int:
    """`slagboom db upgrade`, which kills itself at a line if it comes that far; its status."""
    return Born(("db", "upgrade"), at.folder, at.environment | {VARIABLE: fatal}, at.log("migration")).wait(PATIENCE)


def revision(url: str) -> str | None:
    """Where the database stands."""
    rows = content(url, {"alembic_version": ["version_num"]})["alembic_version"]
    return str(rows[0][0]) if rows else None


def log_holds(url: str) -> bool:
    """Chain and recomputation; the counters of references did not outlive the way down."""
    with closing(Store.open(url)) as store, store.reading() as connection:
        faults = [*verify(connection), *(fault for _, found in recompute(connection) for fault in found)]
    return not faults


def columns(url: str) -> dict[str, list[str]]:
    """Every table with its columns, but for the record of migrations."""
    with reading(url) as connection:
        looked = inspect(connection)
        tables = [name for name in looked.get_table_names() if name != "alembic_version"]
        return {name: [column["name"] for column in looked.get_columns(name)] for name in tables}


def content(url: str, wanted: Mapping[str, list[str]]) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of these tables, as far as these columns go, in one order."""
    with reading(url) as connection:
        found = {}
        for name, listed in wanted.items():
            rows = connection.execute(text("SELECT {} FROM {}".format(", ".join(f'"{one}"' for one in listed), name)))
            found[name] = sorted((tuple(row) for row in rows), key=repr)
        return found


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """A connection of the tests' own."""
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
