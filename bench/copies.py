"""Copies: as many cases as are wanted, each a played one with ids, moments, numbers and hashes of its own.

What differs between two copies are slots in the texts that the database keeps; every chain is sealed anew, so a copy
verifies like any other case.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.store.tables import Base

ID = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-7000(-[89ab][0-9a-f]{3}-[0-9a-f]{12})")
HOUR = re.compile(r"(\d{4}-\d\d-\d\dT\d\d):00:00")
PREVIOUS = re.compile(r'"previous":"[0-9a-f]{64}"')
PRIVATE = re.compile(r'"private_sha256":"[0-9a-f]{64}"')

OF_THE_CASE = tuple(table for table in Base.metadata.sorted_tables if table.name == "cases" or "case_id" in table.c)
TABLES = (*(table.name for table in OF_THE_CASE if table.name != "deliveries"), "expressions")
"""In the order in which they can be filled."""
MOST_COPIES = 3600
"""A copy has a second of the hour of its own."""

HEAD = ("%(head)s", True)

Row = tuple[Any, ...]
Rows = Mapping[str, list[Row]]
"""The rows of each table."""


@dataclass(frozen=True, slots=True)
class Mould:
    """A played case with its slots: `rows` of every table but the events, which are sealed one after the other."""

    rows: tuple[tuple[str, tuple[tuple[Any, bool], ...]], ...]
    events: tuple[Mapping[str, tuple[Any, bool]], ...]
    year: str | None
    prefix: str
    adopted: str | None


def columns_of(database: Path) -> dict[str, tuple[str, ...]]:
    """The columns of each table, in the order of the rows."""
    with closing(sqlite3.connect(database)) as opened:
        return {table: _columns(opened, table) for table in TABLES}


def moulds_of(database: Path) -> list[Mould]:
    """Every case of a database of plays (SQLite) as a mould."""
    with closing(sqlite3.connect(database)) as opened:
        opened.row_factory = sqlite3.Row
        found: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
        for table in TABLES:
            for row in opened.execute(_of_cases(table)):
                values = dict(row)
                found[values.pop("of_case")].append((table, values))
    return [_mould(rows) for rows in found.values()]


def _columns(opened: sqlite3.Connection, table: str) -> tuple[str, ...]:
    return tuple(row[1] for row in opened.execute(f"PRAGMA table_info({table})"))


def _of_cases(table: str) -> str:
    """The rows of a table with the case that each hangs on."""
    if table == "expressions":
        return "SELECT e.*, i.case_id AS of_case FROM expressions e JOIN instruments i ON i.id = e.instrument_id"
    key = "id" if table == "cases" else "case_id"
    order = "position" if table == "events" else "rowid"  # as they were played: what refers to another comes after it
    return f"SELECT *, {key} AS of_case FROM {table} WHERE {key} IS NOT NULL ORDER BY {order}"  # noqa: S608 - names of ours


def _mould(rows: Sequence[tuple[str, dict[str, Any]]]) -> Mould:
    case = next(values for table, values in rows if table == "cases")
    number = next((values["number"] for table, values in rows if table == "instruments"), None)
    names = {case["reference"]: "%(reference)s", number: "%(number)s"}
    if case["reference"] is not None:
        names[case["reference"].casefold()] = "%(folded)s"
    names.pop(None, None)

    def slotted(value: Any) -> tuple[Any, bool]:
        """The value with its slots, and whether it has any."""
        if not isinstance(value, str):
            return value, False
        text = HOUR.sub(r"\1:%(clock)s", ID.sub(r"%(\1\2)s\3", value.replace("%", "%%")))
        for name, slot in names.items():
            text = text.replace(name, slot)
        return (text, True) if text != value.replace("%", "%%") else (value, False)

    kept = []
    for table, values in rows:
        if table == "outbox":
            values["expanded_at"] = values["created_at"]  # the post of the past has gone out
        if table == "events":
            body, _ = slotted(values["body"])
            body = PREVIOUS.sub('"previous":"%(previous)s"', PRIVATE.sub('"private_sha256":"%(private)s"', body))
            kept.append({name: slotted(value) for name, value in values.items()} | {"body": (body, True)})
    others = [(table, values) for table, values in rows if table != "events"]
    cut = tuple(
        (table, tuple(HEAD if name == "head" and value else slotted(value) for name, value in values.items()))
        for table, values in others
    )
    prefix, year, _ = case["reference"].split("-") if case["reference"] else ("", None, "")
    adopted = number.partition("(")[2].partition(")")[0] if number is not None else None
    return Mould(rows=cut, events=tuple(kept), year=year, prefix=prefix, adopted=adopted)


def copies(moulds: Sequence[Mould], cases: int, *, at_once: int = 4000) -> Iterator[Rows]:
    """The rows of so many cases, some thousands of cases at a time; at the end, those of the counters."""
    if cases > len(moulds) * MOST_COPIES:
        raise ValueError(f"{len(moulds)} plays can be copied {MOST_COPIES} times each")
    given: Counter[tuple[str, str]] = Counter()
    for first in range(0, cases, at_once):
        rows: dict[str, list[Row]] = {table: [] for table in TABLES}
        for number in range(first, min(first + at_once, cases)):
            copy, which = divmod(number, len(moulds))
            _copy(moulds[which], copy, given, rows)
        yield rows
    yield {"numbers": [(series, int(year), last) for (series, year), last in given.items()]}


class _Slots(dict[str, str]):
    """What stands in the slots of one copy. A slot that is called by a moment is the beginning of an id made then."""

    def __init__(self, copy: int, known: Mapping[str, str]) -> None:
        super().__init__(known)
        self._later = copy * 1000  # milliseconds

    def __missing__(self, moment: str) -> str:
        moved = f"{int(moment, 16) + self._later:012x}"
        self[moment] = begun = f"{moved[:8]}-{moved[8:]}-7000"
        return begun


def _copy(mould: Mould, copy: int, given: Counter[tuple[str, str]], rows: dict[str, list[Row]]) -> None:
    minute, second = divmod(copy, 60)
    slots = _Slots(copy, {"clock": f"{minute:02d}:{second:02d}", "head": ""})
    if mould.year is not None:
        given[mould.prefix, mould.year] += 1
        slots["reference"] = f"{mould.prefix}-{mould.year}-{given[mould.prefix, mould.year]:04d}"
        slots["folded"] = slots["reference"].casefold()
    if mould.adopted is not None:
        given["M", mould.adopted] += 1
        slots["number"] = f"M({mould.adopted}){given['M', mould.adopted]}"
    for event in mould.events:
        private, has_slots = event["private"]
        private = private % slots if has_slots else private
        slots["previous"], slots["private"] = slots["head"], _digest(private) if private is not None else ""
        body = event["body"][0] % slots
        slots["head"] = _digest(body)
        sealed = {"body": body, "sha256": slots["head"], "private": private}
        values = (sealed.get(name, value % slots if slotted else value) for name, (value, slotted) in event.items())
        rows["events"].append(tuple(values))
    for table, cut in mould.rows:
        rows[table].append(tuple(value % slots if slotted else value for value, slotted in cut))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
