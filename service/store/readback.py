"""Readback: rows as they lie in the database, whatever somebody may have put there, and whether they say the same."""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Select, Table, Text, bindparam, or_, select, type_coerce

from service.store.loading import EXPRESSIONS, INSTRUMENTS
from service.store.tables import Instant, LinkRow
from workflows.retold import UNTOLD, Thing

LINKS = LinkRow.__table__
Kept = Mapping[str, Any]

_cases: Any = bindparam("cases", expanding=True)


@lru_cache(maxsize=32)
def _all_of(table: Table) -> Select[*tuple[Any, ...]]:
    """Every column untouched by its type: what was tampered with is a fault to report, not an error to stop at."""
    statement = select(*(type_coerce(column, Text).label(column.name) for column in table.c))
    if table is EXPRESSIONS:
        of_them = select(INSTRUMENTS.c.id).where(INSTRUMENTS.c.case_id.in_(_cases))
        return statement.where(table.c.instrument_id.in_(of_them)).add_columns(
            select(INSTRUMENTS.c.case_id)
            .where(INSTRUMENTS.c.id == table.c.instrument_id)
            .scalar_subquery()
            .label("case_id")
        )
    if table is LINKS:
        begun = (table.c.kind == "spawned_from") & table.c.to_case.in_(_cases)
        return statement.where(or_(table.c.case_id.in_(_cases), begun))
    return statement.where((table.c.case_id if "case_id" in table.c else table.c.id).in_(_cases))


def rows_of(connection: Connection, table: Table, cases: Iterable[str]) -> dict[str, list[Kept]]:
    """What a table keeps of these cases (their ids), by case, in the order of their keys."""
    found: dict[str, list[Kept]] = defaultdict(list)
    rows = connection.execute(_all_of(table), {"cases": list(cases)}).mappings().all()
    keys = [column.name for column in table.primary_key]
    for row in sorted(rows, key=lambda row: [str(row[key]) for key in keys]):
        kept = dict(row)
        # what a move begins hangs on the new case, and is told by the one that moved
        owner = kept["to_case"] if table is LINKS and kept["kind"] == "spawned_from" else None
        found[str(owner or kept.get("case_id") or kept["id"])].append(kept)
    return found


def differing(table: Table, told: Mapping[str, Any], kept: Kept) -> list[str]:
    """The columns in which a row is not what was told; what was not told is left out."""
    return [name for name, value in told.items() if value is not UNTOLD and not says(table.c[name], value, kept[name])]


def says(column: Column[Any], told: Any, kept: Any) -> bool:
    """Whether what a column keeps is what was told."""
    if type(told) is type(kept) and told == kept:  # nearly always: looked at first
        return True
    kind = column.type
    if isinstance(kind, Instant):
        return moment(told) == moment(kept) and (told is None) == (kept is None)
    if isinstance(kind, Boolean) and kept in (0, 1):
        kept = bool(kept)
    if isinstance(kind, JSON) and isinstance(kept, str):
        with suppress(ValueError):
            kept = json.loads(kept)
    return plain(told) == plain(kept)


WRITER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=repr)


def plain(value: Any) -> str:
    """One text of a value: letters composed as in the log, and what is null in a mapping left out."""
    return unicodedata.normalize("NFC", WRITER.encode(_without_nulls(value)))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [_without_nulls(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def moment(value: Any) -> datetime | None:
    """The moment, from text or as the driver gives it; None for what is none."""
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def compared(
    noun: str, table: Table, told: Mapping[Any, Thing], kept: Mapping[Any, Kept]
) -> Iterator[tuple[int | None, str]]:
    """What differs between the things that were told and the rows, each under the same keys: (position, what)."""
    for key, thing in told.items():
        name = f"the {noun} {_named(key)}"
        if key not in kept:
            yield thing.position, f"{name} is not there"
            continue
        wrong = differing(table, thing.values, kept[key])
        if wrong:
            yield thing.position, f"{name} is not as this event tells it: {', '.join(wrong)}"
    for key in kept.keys() - told.keys():
        yield None, f"no event tells of the {noun} {_named(key)}"


def _named(key: Any) -> str:
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
