"""People: who somebody is, and what the mandates of today let that person do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select

from service.store.holders import IN_FORCE, MANDATES, ORGANISATIONS, PEOPLE
from service.store.prepared import Prepared
from workflows.actor import Actor, Mandate, Role

_MANDATE = (
    MANDATES.c.id.label("mandate"),
    MANDATES.c.role,
    MANDATES.c.organisation,
    MANDATES.c.working_group,
    MANDATES.c.starts_on,
    MANDATES.c.ends_on,
    ORGANISATIONS.c.answers_for,
)
ACCOUNT = Prepared(
    select(PEOPLE.c.id, PEOPLE.c.name, PEOPLE.c.email, PEOPLE.c.language, PEOPLE.c.password_hash, *_MANDATE)
    .outerjoin(MANDATES, and_(MANDATES.c.person_id == PEOPLE.c.id, *IN_FORCE))
    .outerjoin(ORGANISATIONS, ORGANISATIONS.c.code == MANDATES.c.organisation)
    .where(PEOPLE.c.id == bindparam("person"), PEOPLE.c.active)
    .order_by(MANDATES.c.created_at, MANDATES.c.id)
)


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may come in: who it is, with the mandates of that day, and where mail reaches them."""

    actor: Actor
    email: str
    password_hash: str | None = field(repr=False)


def account(connection: Connection, person: str, day: date) -> Account | None:
    """The person with this id, as of this day (in Brussels); None where there is none, or no longer an active one."""
    rows = ACCOUNT.read(connection, {"person": person, "day": day})
    if not rows:
        return None
    first = rows[0]
    mandates = tuple(_mandate(row) for row in rows if row["mandate"] is not None)
    return Account(
        actor=Actor(person=first["id"], name=first["name"], language=first["language"], mandates=mandates),
        email=first["email"],
        password_hash=first["password_hash"],
    )


def _mandate(row: Mapping[str, Any]) -> Mandate:
    return Mandate(
        id=row["mandate"],
        role=Role(row["role"]),
        organisation=row["organisation"],
        working_group=row["working_group"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        answers_for=row["answers_for"],
    )
