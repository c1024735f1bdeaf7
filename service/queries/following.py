"""Following: who hears what becomes of a case because she asked to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from service.queries.within import Within, within
from service.store.holders import FOLLOWERS, PEOPLE
from workflows.actor import Actor


@dataclass(frozen=True, slots=True)
class Following:
    """Does this person follow the case, and who else does (names, for the secretariat and the auditors)?"""

    mine: bool
    names: tuple[str, ...]


def following(connection: Connection, actor: Actor, case: str | Within) -> Following:
    """Who follows a case (its id or reference). Raises NotFound."""
    found = within(connection, actor, case)
    statement = (
        select(PEOPLE.c.id, PEOPLE.c.name)
        .join(FOLLOWERS, FOLLOWERS.c.person_id == PEOPLE.c.id)
        .where(FOLLOWERS.c.case_id == found.id)
        .order_by(PEOPLE.c.name, PEOPLE.c.id)
    )
    rows = connection.execute(statement).all()
    mine = any(row.id == actor.person for row in rows)
    return Following(mine=mine, names=tuple(row.name for row in rows) if found.inner else ())
