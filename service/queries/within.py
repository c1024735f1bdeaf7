"""Within a case: which case is meant, and how much of it somebody reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, select

from service.store.sight import CASES, Sight
from workflows import shelf
from workflows.actor import Actor
from workflows.errors import NotFound
from workflows.procedure import Procedure


@dataclass(frozen=True, slots=True)
class Within:
    """A case that somebody reads. `whole`: not only as a follower; `inner`: also what stays in the secretariat.

    `reader` is the person (its id) for whom that was found out.
    """

    reader: str
    id: str
    procedure: Procedure
    whole: bool
    inner: bool


@lru_cache(maxsize=1024)
def _seen(actor: Actor, column: str) -> Select[Any]:
    """Made once for somebody who reads several parts of a case: that costs more than to answer it."""
    sight = Sight(actor)
    return select(
        CASES.c.id,
        CASES.c.procedure,
        CASES.c.procedure_version,
        sight.whole().label("whole"),
        sight.inner().label("inner"),
    ).where(CASES.c[column] == bindparam("name"), sight.readable())


def within(connection: Connection, actor: Actor, case: str | Within) -> Within:
    """The case with this id or reference. Raises NotFound for one that is not there or not this person's to read.

    Who reads several parts of a case finds it once and names it by what was found.
    """
    if isinstance(case, Within):
        if case.reader != actor.person:
            raise NotFound(case.id)
        return case
    row = connection.execute(_seen(actor, "id" if len(case) == 36 else "reference"), {"name": case}).one_or_none()
    if row is None:
        raise NotFound(case)
    return reach_of(actor, row._mapping)


def reach_of(actor: Actor, row: RowMapping) -> Within:
    """The same of a row of a case that was read for this person, with `whole` and `inner`."""
    return Within(
        reader=actor.person,
        id=row["id"],
        procedure=shelf.procedure(row["procedure"], row["procedure_version"]),
        whole=bool(row["whole"]),
        inner=bool(row["inner"]),
    )


def within_whole(connection: Connection, actor: Actor, case: str | Within) -> Within:
    """The same, for what a follower does not see. Raises NotFound."""
    found = within(connection, actor, case)
    if not found.whole:
        raise NotFound(found.id)
    return found
