"""Within a case: which case is meant, and how much of it somebody reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from service.store.sight import CASES, Sight
from workflows import shelf
from workflows.actor import Actor
from workflows.errors import NotFound
from workflows.procedure import Procedure


@dataclass(frozen=True, slots=True)
class Within:
    """A case that somebody reads. `whole`: not only as a follower; `inner`: also what stays in the secretariat."""

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


def within(connection: Connection, actor: Actor, case: str) -> Within:
    """The case with this id or reference. Raises NotFound for one that is not there or not this person's to read."""
    row = connection.execute(_seen(actor, "id" if len(case) == 36 else "reference"), {"name": case}).one_or_none()
    if row is None:
        raise NotFound(case)
    procedure = shelf.procedure(row.procedure, row.procedure_version)
    return Within(id=row.id, procedure=procedure, whole=bool(row.whole), inner=bool(row.inner))


def within_whole(connection: Connection, actor: Actor, case: str) -> Within:
    """The same, for what a follower does not see. Raises NotFound."""
    found = within(connection, actor, case)
    if not found.whole:
        raise NotFound(case)
    return found
