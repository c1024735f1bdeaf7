"""Instruments and their texts in their tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from service.store.loading import EXPRESSIONS, INSTRUMENTS
from service.store.sight import Sight
from workflows.actor import Actor
from workflows.errors import NotFound

BY_NUMBER = select(INSTRUMENTS.c.id).where(INSTRUMENTS.c.number == bindparam("given"))
KEEP = insert(INSTRUMENTS)
RAISE = (
    update(INSTRUMENTS)
    .where(INSTRUMENTS.c.id == bindparam("one"))
    .values(version=INSTRUMENTS.c.version + 1, updated_at=bindparam("moment"))
)
_text = (EXPRESSIONS.c.instrument_id == bindparam("one"), EXPRESSIONS.c.language == bindparam("spoken"))
TEXT_KNOWN = select(EXPRESSIONS.c.language).where(*_text)
KEEP_TEXT = insert(EXPRESSIONS)
REPLACE_TEXT = update(EXPRESSIONS).where(*_text)


@lru_cache(maxsize=256)
def _seen_by(actor: Actor) -> Select[Any]:
    return select(INSTRUMENTS).where(INSTRUMENTS.c.id == bindparam("one"), Sight(actor).instruments())


def instrument_row(connection: Connection, actor: Actor, instrument: str) -> dict[str, Any]:
    """An instrument that the actor may read. Raises NotFound."""
    found = connection.execute(_seen_by(actor), {"one": instrument}).mappings().one_or_none()
    if found is None:
        raise NotFound(instrument)
    return {str(name): value for name, value in found.items()}


def numbered(connection: Connection, number: str) -> bool:
    """Does an instrument have this number?"""
    return connection.execute(BY_NUMBER, {"given": number}).first() is not None


def keep_instrument(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep a new instrument."""
    connection.execute(KEEP, dict(row))


def raise_version(connection: Connection, instrument: str, now: datetime) -> None:
    """The instrument was changed, if only in one of its texts."""
    connection.execute(RAISE, {"one": instrument, "moment": now})


def keep_text(connection: Connection, instrument: str, language: str, values: Mapping[str, Any]) -> bool:
    """Keep a text; the one that stands in its language gives way. True when there was none."""
    this = {"one": instrument, "spoken": language}
    if connection.execute(TEXT_KNOWN, this).first() is None:
        connection.execute(KEEP_TEXT, {"instrument_id": instrument, "language": language, **values})
        return True
    connection.execute(REPLACE_TEXT.values(**values), this)
    return False
