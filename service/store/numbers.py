"""Numbers: references of cases and numbers of instruments, one after the other in each year."""

from __future__ import annotations

from sqlalchemy import Connection, text

MINISTERS = "M"  # the series of the Committee of Ministers, M(YYYY)n, in which numbers are given elsewhere too

NEXT = text(
    "INSERT INTO numbers (series, year, last) VALUES (:series, :year, 1) "
    "ON CONFLICT (series, year) DO UPDATE SET last = numbers.last + 1 RETURNING last"
)
RAISE = text(
    "INSERT INTO numbers (series, year, last) VALUES (:series, :year, :number) "
    "ON CONFLICT (series, year) DO UPDATE SET last = excluded.last WHERE numbers.last < excluded.last"
)

LAST = text("SELECT last FROM numbers WHERE series = :series AND year = :year")


def next_number(connection: Connection, series: str, year: int) -> int:
    """The next number of a series and year, from 1.

    The row stays locked until the transaction ends, and goes back with it, so there is never a hole. Lock order:
    the case's row first, then the counter.
    """
    number: int = connection.execute(NEXT, {"series": series, "year": year}).scalar_one()
    return number


def likely_next(connection: Connection, series: str, year: int) -> int:
    """The number that comes next, unless somebody else is given it before."""
    last: int | None = connection.execute(LAST, {"series": series, "year": year}).scalar()
    return (last or 0) + 1


def record(connection: Connection, series: str, year: int, number: int) -> None:
    """Note a number that was given elsewhere, so that the next one lies above the highest known.

    Only in the series M: references of cases are ours alone and have no holes.
    """
    if series != MINISTERS:
        raise ValueError(f"numbers of the series {series} are given here, one by one")
    if number < 1:
        raise ValueError(f"{number} is not a number of an instrument")
    connection.execute(RAISE, {"series": series, "year": year, "number": number})
