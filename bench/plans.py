"""The annual plan: taken over an entry a transaction, against the same rows written by hand as often."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from itertools import count
from typing import Any

import psycopg
from sqlalchemy import make_url

from bench.ground import NewDatabase
from bench.timing import Figure, compare
from service.commands.imports import IMPORTER
from service.imports.annual_plan import AnnualPlan, import_annual_plan, shipped_plan
from service.store.engine import Store, upgrade
from service.store.work import Work

RUNS = 5
TABLES = (
    "annual_plans", "working_groups", "instruments", "cases", "case_countries", "events", "links", "case_instruments",
    "instrument_links",
)  # fmt: skip
"""What an import fills, in the order in which it can be filled."""
EACH = {"instruments": "id", "cases": "id"}
"""Of these, each row is a transaction, with what hangs on it."""
HANGING = ("case_countries", "events")


def measure(new_database: NewDatabase) -> Figure:
    """Entries a second, each time into a database that is empty."""
    plan, names = shipped_plan(), (f"plan_{number}" for number in count())
    entries = len(plan.items) + len(plan.instruments.benelux)
    model = _ready(new_database(next(names)))
    _take_over(model, plan)
    rows = _rows_of(model)

    def ours() -> float:
        url = _ready(new_database(next(names)))
        return entries / _timed(lambda: _take_over(url, plan))

    def theirs() -> float:
        url = _ready(new_database(next(names)))
        return entries / _timed(lambda: _write(url, rows))

    return compare(ours, theirs, runs=RUNS)


def _timed(done: Any) -> float:
    started = datetime.now(UTC)
    done()
    return (datetime.now(UTC) - started).total_seconds()


def _ready(url: str) -> str:
    upgrade(url)
    return url


def _take_over(url: str, plan: AnnualPlan) -> None:
    store = Store.open(url)
    import_annual_plan(plan, lambda: Work(store, IMPORTER, datetime.now(UTC)))
    store.close()


def _opened(url: str) -> Any:
    """A connection that keeps what it is told as safely as ours does."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)
    opened = sqlite3.connect(address.database or "", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        opened.execute(f"PRAGMA {pragma}")
    return opened


Kept = dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]


def _rows_of(url: str) -> Kept:
    """The rows that an import left, as the driver gives them; jsonb as text."""
    opened, found = _opened(url), {}
    for table in TABLES:
        cursor = opened.execute(f"SELECT * FROM {table} WHERE 1 = 0")  # noqa: S608 - names of ours
        columns = tuple(column[0] for column in cursor.description)
        chosen = ", ".join(columns)
        if make_url(url).get_backend_name() != "sqlite":
            chosen = ", ".join(f"to_jsonb({table}) ->> '{column}'" for column in columns)
        rows = opened.execute(f"SELECT {chosen} FROM {table}").fetchall()  # noqa: S608 - names of ours
        found[table] = (columns, [tuple(row) for row in rows])
    opened.close()
    return found


def _write(url: str, rows: Kept) -> None:
    """The same rows: an instrument or a case with what hangs on it a transaction, the rest one each table."""
    opened = _opened(url)
    statements = {table: _insert(url, table, columns) for table, (columns, _) in rows.items()}
    for table in (one for one in TABLES if one not in HANGING):
        columns, listed = rows[table]
        groups = [[row] for row in listed] if table in EACH else [listed]
        for group in groups:
            opened.execute("BEGIN")
            for row in group:
                opened.execute(statements[table], row)
                if table == "cases":
                    _write_hanging(opened, statements, rows, row[columns.index("id")])
            opened.execute("COMMIT")
    opened.close()


def _write_hanging(opened: Any, statements: dict[str, str], rows: Kept, case: str) -> None:
    for table in HANGING:
        columns, listed = rows[table]
        place = columns.index("case_id")
        for row in listed:
            if row[place] == case:
                opened.execute(statements[table], row)


def _insert(url: str, table: str, columns: tuple[str, ...]) -> str:
    mark = "?" if make_url(url).get_backend_name() == "sqlite" else "%s"
    known = "ON CONFLICT DO NOTHING" if table == "working_groups" else ""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))}) {known}"  # noqa: S608 - names of ours
