"""Measures as everybody signed in reads them, once the instrument is adopted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, select

from service.queries.keyset import Order, Page, Place
from service.queries.paging import read_page
from service.store.loading import INSTRUMENTS, MEASURES
from service.store.sight import Sight
from workflows.actor import Actor
from workflows.errors import NotFound

ORDER = Order((MEASURES.c.country, MEASURES.c.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureShown:
    """What one country does; `on` is the day of its state."""

    id: str
    instrument: str
    country: str
    title: str
    due_on: date | None
    state: str
    on: date | None
    reference: str | None
    url: str | None
    version: int
    updated_at: datetime


def measure(connection: Connection, actor: Actor, measure: str) -> MeasureShown:
    """One measure. Raises NotFound."""
    statement = (
        select(MEASURES)
        .join(INSTRUMENTS, INSTRUMENTS.c.id == MEASURES.c.instrument_id)
        .where(MEASURES.c.id == measure, Sight(actor).instruments())
    )
    row = connection.execute(statement).mappings().one_or_none()
    if row is None:
        raise NotFound(measure)
    return _shown(row)


def measures(
    connection: Connection,
    actor: Actor,
    instrument: str,
    *,
    limit: int,
    place: Place | None = None,
    count: bool = False,
) -> Page[MeasureShown]:
    """The measures of an instrument, country by country. Raises NotFound."""
    readable = select(INSTRUMENTS.c.id).where(INSTRUMENTS.c.id == instrument, Sight(actor).instruments())
    if connection.execute(readable).first() is None:
        raise NotFound(instrument)
    whole = select(MEASURES).where(MEASURES.c.instrument_id == instrument)
    return read_page(connection, whole, ORDER, place=place, limit=limit, count=count, read=_shown)


def _shown(row: RowMapping) -> MeasureShown:
    return MeasureShown(
        id=row["id"],
        instrument=row["instrument_id"],
        country=row["country"],
        title=row["title"],
        due_on=row["due_on"],
        state=row["state"],
        on=row["on_date"],
        reference=row["reference"],
        url=row["url"],
        version=row["version"],
        updated_at=row["updated_at"],
    )
