"""Within a case: which case is meant, and how much of it somebody reads."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

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


def within(connection: Connection, actor: Actor, case: str) -> Within:
    """The case with this id or reference. Raises NotFound for one that is not there or not this person's to read."""
    sight = Sight(actor)
    named = CASES.c.id if len(case) == 36 else CASES.c.reference
    statement = select(
        CASES.c.id,
        CASES.c.procedure,
        CASES.c.procedure_version,
        sight.whole().label("whole"),
        sight.inner().label("inner"),
    ).where(named == case, sight.readable())
    row = connection.execute(statement).one_or_none()
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
