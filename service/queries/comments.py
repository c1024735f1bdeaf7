"""Comments on a case, the oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from service.queries.keyset import Order, Page, Place
from service.queries.paging import read_page
from service.queries.within import Within, within_whole
from service.store.holders import PEOPLE
from service.store.papers import COMMENTS
from workflows.actor import Actor
from workflows.errors import NotFound

ORDER = Order((COMMENTS.c.id,))  # ids sort as they were made


@dataclass(frozen=True, slots=True)
class Comment:
    """Something that somebody said. `by` is the name, `on_behalf_of` the organisation's code."""

    id: str
    text: str
    audience: str
    by: str
    on_behalf_of: str
    at: datetime


def comments(
    connection: Connection,
    actor: Actor,
    case: str | Within,
    *,
    place: Place | None = None,
    limit: int,
    count: bool = False,
) -> Page[Comment]:
    """What was said about a case, as far as this person may read it. Raises NotFound."""
    statement = _seen(within_whole(connection, actor, case))
    return read_page(connection, statement, ORDER, place=place, limit=limit, count=count, read=_read)


def comment(connection: Connection, actor: Actor, case: str, id: str) -> Comment:
    """One of them. Raises NotFound."""
    statement = _seen(within_whole(connection, actor, case)).where(COMMENTS.c.id == id)
    row = connection.execute(statement).mappings().one_or_none()
    if row is None:
        raise NotFound(id)
    return _read(row)


def _seen(case: Within) -> Select[Any]:
    statement = (
        select(COMMENTS, PEOPLE.c.name)
        .join(PEOPLE, PEOPLE.c.id == COMMENTS.c.by_person)
        .where(COMMENTS.c.case_id == case.id)
    )
    return statement if case.inner else statement.where(COMMENTS.c.audience == "shared")


def _read(row: RowMapping) -> Comment:
    return Comment(
        id=row["id"],
        text=row["text"],
        audience=row["audience"],
        by=row["name"],
        on_behalf_of=row["on_behalf_of"],
        at=row["at"],
    )
