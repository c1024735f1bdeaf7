"""Letters as those see them who answer for them: which ones they are, and sending one again."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, and_, bindparam, false, or_, select, true, update

from service.store.holders import PEOPLE
from service.store.outbox import DELIVERIES, FREE
from service.store.sight import CASES, Sight
from workflows.actor import SECRETARIAT, Actor, Role
from workflows.errors import RoleMissing

HANDLING = frozenset({Role.SECRETARY, Role.SECRETARY_GENERAL})
"""Who answers for what was told on a case. Auditors read events."""
STOPPED = ("parked", "refused")
"""What is not tried again unless somebody says so."""

_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_now = bindparam("now", type_=DELIVERIES.c.next_at.type)
IN_HAND = DELIVERIES.c.leased_until >= _now
OWN_PERSON = select(PEOPLE.c.email).where(PEOPLE.c.id == DELIVERIES.c.person_id, PEOPLE.c.active)
AGAIN = (
    update(DELIVERIES)
    .where(
        DELIVERIES.c.id.in_(_ids),
        or_(
            DELIVERIES.c.state.in_(STOPPED),
            and_(DELIVERIES.c.state == "waiting", or_(DELIVERIES.c.leased_until.is_(None), ~IN_HAND)),
        ),
        OWN_PERSON.exists(),
    )
    .values(**FREE, state="waiting", attempts=0, next_at=_now, email=OWN_PERSON.scalar_subquery())
    .returning(DELIVERIES.c.id)
)


def check_handles(actor: Actor) -> None:
    """Only who handles cases, and administrators, know what became of letters. Raises RoleMissing."""
    if not actor.has(Role.ADMIN) and not any(mandate.role in HANDLING for mandate in actor.mandates):
        raise RoleMissing(("secretary", "secretary_general", "admin"))


def handled(actor: Actor) -> ColumnElement[bool]:
    """Whether the person handles the case of a letter."""
    handling = tuple(mandate for mandate in actor.mandates if mandate.role in HANDLING)
    return and_(CASES.c.id.is_not(None), Sight(dataclasses.replace(actor, mandates=handling)).inner())


def answered_for(actor: Actor) -> ColumnElement[bool]:
    """Whether the person answers for a letter: an administrator and the Secretariat-General for those about no case
    too (a digest, a changed account)."""
    if actor.has(Role.ADMIN):
        return true()
    about_none = DELIVERIES.c.case_id.is_(None) if actor.has(Role.SECRETARY_GENERAL, (SECRETARIAT,)) else false()
    return or_(handled(actor), about_none)


def answers_for(connection: Connection, actor: Actor, delivery: str) -> bool:
    """Is there a letter of this id for which the person answers?"""
    statement = (
        select(DELIVERIES.c.id)
        .outerjoin(CASES, CASES.c.id == DELIVERIES.c.case_id)
        .where(DELIVERIES.c.id == delivery, answered_for(actor))
    )
    return connection.execute(statement).first() is not None


def stopped(connection: Connection, ids: Collection[str] = (), to: str | None = None) -> list[str]:
    """The letters that are not tried again, the oldest first; of these ids, or to this address, where one is given."""
    own = select(PEOPLE.c.email).where(PEOPLE.c.id == DELIVERIES.c.person_id).scalar_subquery()
    statement = select(DELIVERIES.c.id).where(DELIVERIES.c.state.in_(STOPPED)).order_by(DELIVERIES.c.id)
    if ids:
        statement = statement.where(DELIVERIES.c.id.in_(ids))
    if to is not None:
        statement = statement.where(or_(DELIVERIES.c.email == to, own == to))
    return list(connection.scalars(statement))


def send_again(connection: Connection, ids: Collection[str], now: datetime) -> list[str]:
    """Let letters go once more, to the address that the person has now; says which.

    One that was sent stays sent, one that a worker has in hand stays with it, and who is no longer active hears
    nothing.
    """
    return list(connection.scalars(AGAIN, {"ids": list(ids), "now": now}))
