"""Lists of rounds, positions, instruments and measures take as many queries for one row as for twenty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event, insert, select

from service.commands.instruments import RecordInstrument, record_instrument
from service.queries.consultations import consultations, positions
from service.queries.instruments import Sought, instruments
from service.queries.keyset import Page
from service.queries.measures import measures
from service.store.tables import ConsultationRow, ExpressionRow, InstrumentRow, MeasureRow, PositionRow
from tests.service.seeds import TODAY, House

CONSULTATIONS, INSTRUMENTS = ConsultationRow.__table__, InstrumentRow.__table__


@contextmanager
def counting(connection: Connection) -> Iterator[list[str]]:
    """The queries that are made on this connection."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.extend([statement] if statement.startswith("SELECT") else [])  # SQLite begins by a statement

    event.listen(connection, "before_cursor_execute", note)
    yield seen
    event.remove(connection, "before_cursor_execute", note)


def queries(house: House, rows: int, read: Callable[[Connection], Page[Any]]) -> int:
    """How many queries reading the list takes; it has so many rows."""
    with house.store.reading() as connection, counting(connection) as seen:
        assert len(read(connection).items) == rows
    return len(seen)


def record(house: House, sent: dict[str, str]) -> None:
    record_instrument(RecordInstrument(lambda: sent), house.work("intake"))


def test_rounds(house: House) -> None:
    case = house.bring("consultation")
    house.agree(case)

    def read(connection: Connection) -> Page[Any]:
        return consultations(connection, house.actor("secretary"), case, "nl", limit=50)

    assert queries(house, 1, read) == 3
    with house.store.writing() as connection:
        row = dict(connection.execute(select(CONSULTATIONS)).mappings().one())
        more = [
            row | {"id": f"{row['id']}-{number}", "round": number, "open": False, "cancelled": True}
            for number in range(2, 21)
        ]
        connection.execute(insert(CONSULTATIONS), more)
    assert queries(house, 20, read) == 3


def test_positions(house: House) -> None:
    case = house.bring("consultation")
    house.agree(case, ("NL",))
    with house.store.reading() as connection:
        round_id = connection.execute(select(CONSULTATIONS.c.id)).scalar_one()
        row = dict(connection.execute(select(PositionRow.__table__)).mappings().one())

    def read(connection: Connection) -> Page[Any]:
        return positions(connection, house.actor("delegate_nl"), round_id, limit=50)

    assert queries(house, 1, read) == 2
    with house.store.writing() as connection:
        more = [row | {"id": f"{row['id']}-{number}", "superseded": True} for number in range(19)]
        connection.execute(insert(PositionRow.__table__), more)
    assert queries(house, 20, read) == 2


def test_instruments_with_their_texts(house: House) -> None:
    def read(connection: Connection) -> Page[Any]:
        return instruments(connection, house.actor("officer"), Sought(q="schoolbus"), "nl", TODAY, limit=50)

    house.write_texts(house.bring("drafting"))
    assert queries(house, 1, read) == 4  # what has no date comes by a statement of its own
    for number in range(19):
        record(house, {"kind": "treaty", "number": f"2020/{number}", "title": "Schoolbus", "language": "nl"})
    with house.store.writing() as connection:
        row = dict(connection.execute(select(ExpressionRow.__table__).limit(1)).mappings().one())
        known = connection.execute(select(INSTRUMENTS.c.id).where(INSTRUMENTS.c.external)).scalars()
        connection.execute(insert(ExpressionRow.__table__), [row | {"instrument_id": id} for id in known.all()])
    assert queries(house, 20, read) == 4  # what has no date comes by a statement of its own


def test_measures(house: House) -> None:
    case = house.bring("implementation")
    with house.store.reading() as connection:
        id = connection.execute(select(INSTRUMENTS.c.id).where(INSTRUMENTS.c.case_id == case)).scalar_one()
        row = dict(connection.execute(select(MeasureRow.__table__).limit(1)).mappings().one())

    def read(connection: Connection) -> Page[Any]:
        return measures(connection, house.actor("officer"), id, limit=50)

    assert queries(house, 3, read) == 2
    with house.store.writing() as connection:
        connection.execute(
            insert(MeasureRow.__table__), [row | {"id": f"{row['id']}-{number}"} for number in range(17)]
        )
    assert queries(house, 20, read) == 2
