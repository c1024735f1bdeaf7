"""The owner of a database: what is there for him to take, and how he writes it as he likes."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, Integer, delete, insert, select, update

from service.store.tables import Base, Instant
from workflows.events import canonical

TABLES = Base.metadata.tables
Row = dict[str, Any]


class Owner:
    """Somebody who owns the database: no trigger and no reference stops him. He draws what to do with `random`."""

    def __init__(self, connection: Connection, chance: random.Random) -> None:
        self._connection, self._chance = connection, chance
        filed = select(TABLES["cases"]).where(TABLES["cases"].c.events > 0)
        self.cases = [dict(row) for row in connection.execute(filed.order_by(TABLES["cases"].c.id)).mappings()]
        self._filed = {row["id"] for row in self.cases}
        self._own = set(
            connection.scalars(select(TABLES["instruments"].c.id).where(TABLES["instruments"].c.case_id.is_not(None)))
        )

    def pick(self, things: Any) -> Any:
        """One of them."""
        return self._chance.choice(list(things))

    def rows(self, name: str) -> list[Row]:
        """The rows of a table that events tell of."""
        table = TABLES[name]
        found = self._connection.execute(select(table).order_by(*table.primary_key)).mappings()
        return [dict(row) for row in found if self._is_told(name, row)]

    def _is_told(self, name: str, row: Any) -> bool:
        if name == "cases":
            return row["id"] in self._filed
        if name == "expressions":
            return row["instrument_id"] in self._own
        if name == "links":
            return row["by_person"] is not None
        return "case_id" not in row or row["case_id"] in self._filed

    def events(self, case: str) -> list[Row]:
        """The events of a case, in their order."""
        return sorted((row for row in self.rows("events") if row["case_id"] == case), key=lambda row: row["position"])

    def some_events(self, least: int = 1) -> list[Row]:
        """The events of a case that has so many."""
        return self.events(self.pick(case["id"] for case in self.cases if case["events"] >= least))

    def run(self, statement: Any, *values: Any) -> None:
        """Do it."""
        assert self._connection.execute(statement, *values).rowcount != 0

    def at(self, name: str, row: Row) -> Any:
        """The place of a row."""
        table = TABLES[name]
        return [column == row[column.name] for column in table.primary_key]

    def set(self, name: str, row: Row, /, **values: Any) -> None:
        """Write other values into a row."""
        self.run(update(TABLES[name]).where(*self.at(name, row)).values(**values))

    def remove(self, name: str, row: Row) -> None:
        """Take a row out."""
        self.run(delete(TABLES[name]).where(*self.at(name, row)))

    def put(self, name: str, row: Row) -> None:
        """Put a row in."""
        self.run(insert(TABLES[name]), row)

    def other(self, column: Column[Any], value: Any) -> Any:
        """Another value of the same kind."""
        kind = column.type
        if isinstance(kind, Boolean):
            return not value
        if isinstance(kind, Integer):
            return (value or 0) + self._chance.choice([1, 2, 7])
        if isinstance(kind, Date):
            return (value or date(2026, 11, 24)) + timedelta(days=self._chance.choice([-30, 1, 365]))
        if isinstance(kind, Instant):
            return (value or datetime(2026, 11, 24, tzinfo=UTC)) + timedelta(hours=self._chance.choice([-30, 1, 999]))
        if isinstance(kind, JSON):
            return {"forged": True} if not isinstance(value, list) else [*value, "XX"]
        return self._other_text(column, value)

    def _other_text(self, column: Column[Any], value: str | None) -> str | None:
        known = list(self._connection.scalars(select(column).distinct().where(column.is_not(None), column != value)))
        if known and self._chance.random() < 0.5:
            return str(self.pick(known))
        return f"{value or ''}x" if self._chance.random() < 0.7 or column.primary_key or value is None else value[:-1]

    def rewritten(self, events: list[Row], start: int, changed: Mapping[str, Any]) -> str:
        """The chain written anew from a place on, with right hashes; says what the head is then."""
        previous = events[start - 1]["sha256"] if start else None
        for index, row in enumerate(events[start:]):
            body = json.loads(row["body"]) | {"previous": previous} | (changed if index == 0 else {})
            text = canonical(body)
            previous = hashlib.sha256(text.encode()).hexdigest()
            self.set("events", row, body=text, sha256=previous)
        assert previous is not None
        return previous

    def set_head(self, case: str, head: str, events: int | None = None) -> None:
        """Let the case name another end of its chain."""
        more = {} if events is None else {"events": events}
        self.run(update(TABLES["cases"]).where(TABLES["cases"].c.id == case).values(head=head, **more))
