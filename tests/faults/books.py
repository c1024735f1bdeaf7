"""Books: every table of a database as it is at one moment, read with statements of the tests' own."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, text

Row = Mapping[str, Any]

TABLES = (
    "analyses", "cases", "case_countries", "clocks", "comments", "consultations", "deliveries", "digests", "documents",
    "events", "followers", "instruments", "invitations", "links", "measures", "numbers", "once", "outbox", "positions",
    "seals",
)  # fmt: skip
TRUTHS = {
    "cases": ("ended",),
    "consultations": ("open", "cancelled"),
    "positions": ("advice", "superseded", "late"),
    "instruments": ("external",),
    "invitations": ("advice",),
}
"""The columns that are 0 and 1 on SQLite."""


@dataclass(frozen=True)
class Books:
    """The rows of every table, as plain mappings; `bodies` are the parsed bodies of the events, in order, by case."""

    tables: Mapping[str, tuple[Row, ...]]

    def __getitem__(self, table: str) -> tuple[Row, ...]:
        return self.tables[table]

    @cached_property
    def cases(self) -> Mapping[str, Row]:
        """By id."""
        return {case["id"]: case for case in self["cases"]}

    @cached_property
    def events(self) -> Mapping[str, list[Row]]:
        """By case, in the order of their positions, each with its `said` (the body) and `aside` (the private part)."""
        rows = sorted(self["events"], key=lambda row: (row["case_id"], row["position"]))
        return grouped(({**row, "said": said(row["body"]), "aside": said(row["private"])} for row in rows), "case_id")

    @cached_property
    def all_events(self) -> list[Row]:
        """Every event, case by case."""
        return [event for events in self.events.values() for event in events]


def read(connection: Connection) -> Books:
    """Read everything. The connection's transaction decides whether that is one moment."""
    found: dict[str, tuple[Row, ...]] = {}
    for table in TABLES:
        truths = TRUTHS.get(table, ())
        rows = connection.execute(text(f"SELECT * FROM {table}")).mappings()
        found[table] = tuple({key: bool(v) if key in truths else v for key, v in row.items()} for row in rows)
    return Books(found)


def said(text: object) -> dict[str, Any]:
    """What a JSON text says; nothing where it is none (that is a fault of its own, found by its hash)."""
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def listed(value: Any) -> list[Any]:
    """A column of JSON that holds a list: text on SQLite, a list on PostgreSQL."""
    found = json.loads(value) if isinstance(value, str) else value
    return list(found or [])


def mapped(value: Any) -> dict[str, Any]:
    """A column of JSON that holds a mapping."""
    found = json.loads(value) if isinstance(value, str) else value
    return dict(found or {})


def day(value: Any) -> str | None:
    """A date as the body of an event writes it: text on SQLite, a date on PostgreSQL."""
    return None if value is None else str(value)


def grouped(rows: Iterable[Row], *names: str) -> dict[Any, list[Row]]:
    """Rows by the value of a column, or by the values of several."""
    return grouped_by(rows, lambda row: row[names[0]] if len(names) == 1 else tuple(row[name] for name in names))


def grouped_by(rows: Iterable[Row], key: Callable[[Row], Hashable]) -> dict[Any, list[Row]]:
    """Rows by what a function says of them."""
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found
