"""Paging: a statement read as one page of a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, Select, func, select

from service.queries.keyset import Order, Page, Place, page_of

Thing = TypeVar("Thing")


def rows_of(
    connection: Connection, statement: Select[Any], order: Order, place: Place | None, most: int
) -> list[RowMapping]:
    """So many rows after a place, at most: of the second leg of the list only where the first one ends."""
    rows: list[RowMapping] = []
    for leg in order.legs(place):
        if len(rows) < most:
            following = statement.where(leg).order_by(*order.by()).limit(most - len(rows))
            rows += connection.execute(following).mappings()
    return rows


def read_page(
    connection: Connection,
    statement: Select[Any],
    order: Order,
    *,
    place: Place | None,
    limit: int,
    count: bool,
    read: Callable[[RowMapping], Thing],
) -> Page[Thing]:
    """The page that begins after `place`. The columns of the order are among those that are selected."""
    every = select(func.count()).select_from(statement.order_by(None).subquery())
    counted = connection.execute(every).scalar_one() if count else None
    kept, more = page_of(rows_of(connection, statement, order, place, limit + 1), limit)
    after = order.place([kept[-1][column] for column in order.columns]) if more else None
    return Page(items=tuple(read(row) for row in kept), after=after, count=counted)
