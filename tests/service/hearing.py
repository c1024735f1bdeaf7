"""Hearing: who was told what, once the outbox is expanded and the clocks have rung."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select, update

from service.commands.clocks import THE_HOUSE, RingClock, ring_clock
from service.store.clock_rows import due_clocks
from service.store.outbox import Outbox
from service.store.tables import DeliveryRow, MandateRow
from service.store.work import Work
from tests.service.seeds import House

LETTERS, MANDATES = DeliveryRow.__table__, MandateRow.__table__

Told = dict[str, list[str]]
"""Notice -> who gets it, in alphabetical order; who hears in the place of a role, as `secretary for delegate (LU)`."""


def hear(house: House) -> Told:
    """Who is told what since the last time, and what each letter is about."""
    with house.store.reading() as connection:
        before = set(connection.scalars(select(LETTERS.c.id)))
    Outbox(house.store, "worker", "slagboom.example").expand(house.now)
    with house.store.reading() as connection:
        rows = [row for row in connection.execute(select(LETTERS)).mappings() if row["id"] not in before]
    told: Told = {}
    for row in rows:
        name = row["person_id"].removeprefix("person-")
        if row["instead_of"]:
            name += f" for {row['instead_of']}" + (f" ({row['organisation']})" if row["organisation"] else "")
        told.setdefault(row["notice"], []).append(name)
    return {notice: sorted(names) for notice, names in told.items()}


def wait_until(house: House, day: date) -> Told:
    """Let the clocks ring as on the morning of this day; who is told of it."""
    house.now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    with house.store.reading() as connection:
        due = due_clocks(connection, day)
    for case, clock in due:
        ring_clock(RingClock(case, clock), Work(house.store, THE_HOUSE, house.now))
    return hear(house)


def end_mandate(house: House, name: str) -> None:
    """The mandate of a person ended yesterday."""
    ended = update(MANDATES).where(MANDATES.c.person_id == f"person-{name}")
    with house.store.writing() as connection:
        connection.execute(ended.values(ends_on=date.fromordinal(house.now.date().toordinal() - 1)))
