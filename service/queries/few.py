"""Few: the cases of who reads few of them. They are looked through instead of all that there are."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, select, union_all

from service.store.sight import CASES, Sight
from workflows.actor import Actor

FEW = 500
"""With so many cases one is soon found among all, in the order that is asked for."""
AMONG: ColumnElement[bool] = CASES.c.id.in_(bindparam("among", expanding=True))
"""A condition on cases: that they are among few."""


def few_cases(connection: Connection, actor: Actor) -> list[str] | None:
    """The ids of all cases that the actor may read, and some others; None where these are no longer few."""
    statement = _sources(actor)
    if statement is None:
        return None
    found = connection.scalars(statement).all()
    return list(dict.fromkeys(found)) if len(found) < FEW else None


@lru_cache(maxsize=1024)
def _sources(actor: Actor) -> Select[Any] | None:
    sources = Sight(actor).sources()
    return select(union_all(*sources).subquery()).limit(FEW) if sources is not None else None
