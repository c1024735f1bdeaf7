"""Dangling: rows that name something which is not there, whether or not the database was told to mind it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, Select, Text, cast, literal, select, union_all

from service.store.chain import Fault
from service.store.tables import Base, DeliveryRow, DigestRow, PositionRow, SealRow

DIGESTS, SEALS = DigestRow.__table__, SealRow.__table__
TABLES = Base.metadata.tables

SPOKEN = (
    (DeliveryRow.__table__.c.event_id, TABLES["events"].c.id),
    (DeliveryRow.__table__.c.case_id, TABLES["cases"].c.id),
    (PositionRow.__table__.c.by_mandate, TABLES["mandates"].c.id),
    (PositionRow.__table__.c.noted_by, TABLES["people"].c.id),
)
"""What is named without a constraint; the letters about an event outlive whoever removes it."""

QUOTED = (
    select(DIGESTS.c.id, DIGESTS.c.week, DIGESTS.c.content["seal"].as_string().label("printed"), SEALS.c.root)
    .join(SEALS, SEALS.c.id == DIGESTS.c.seal_id)
    .order_by(DIGESTS.c.id)
)


def check_named(connection: Connection) -> Iterator[Fault]:
    """Every row that names a row which is not there, and every digest that printed another seal than it names."""
    for row in connection.execute(_statement()):
        yield Fault(row.place, None, f"a row names {row.missing} as its {row.name}, which is not there")
    for quoted in connection.execute(QUOTED):
        if quoted.printed is not None and quoted.printed != quoted.root:
            yield Fault(f"digests {quoted.week}", None, "the seal that was printed is not the one that is kept")


@lru_cache(maxsize=1)
def _statement() -> Select[Any]:
    named = [(key.parent, key.column) for table in TABLES.values() for key in sorted(table.foreign_keys, key=str)]
    parts = [_missing(column, meant) for column, meant in (*named, *SPOKEN)]
    return select(union_all(*parts).subquery())


def _missing(column: Column[str], meant: Column[str]) -> Select[str, str, str]:
    other = meant.table.alias()
    there = select(literal(1)).select_from(other).where(other.c[meant.name] == column).exists()
    place, name = (literal(word).label(label) for word, label in ((column.table.name, "place"), (column.name, "name")))
    return select(place, name, cast(column, Text).label("missing")).where(column.is_not(None), ~there)
