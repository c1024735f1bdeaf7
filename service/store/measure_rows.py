"""Measures in their table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from service.store.loading import INSTRUMENTS, MEASURES
from service.store.sight import Sight
from workflows.actor import Actor
from workflows.errors import NotFound

REPLACE = update(MEASURES).where(MEASURES.c.id == bindparam("one"))


@lru_cache(maxsize=256)
def _seen_by(actor: Actor) -> Select[Any]:
    return (
        select(MEASURES)
        .join(INSTRUMENTS, INSTRUMENTS.c.id == MEASURES.c.instrument_id)
        .where(MEASURES.c.id == bindparam("one"), Sight(actor).instruments())
    )


def measure_row(connection: Connection, actor: Actor, measure: str) -> dict[str, Any]:
    """A measure of an instrument that the actor may read. Raises NotFound."""
    found = connection.execute(_seen_by(actor), {"one": measure}).mappings().one_or_none()
    if found is None:
        raise NotFound(measure)
    return {str(name): value for name, value in found.items()}


def keep_measure(connection: Connection, measure: str, values: Mapping[str, Any]) -> None:
    """Write what changed of a measure."""
    connection.execute(REPLACE.values(**values), {"one": measure})
