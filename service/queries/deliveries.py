"""Deliveries: which letters went to whom, and what became of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, false, or_, select, true

from service.queries.keyset import Order, Page, Place
from service.queries.paging import read_page
from service.store.holders import PEOPLE
from service.store.outbox import DELIVERIES
from service.store.sight import CASES, Sight
from workflows.actor import SECRETARIAT, Actor, Role
from workflows.errors import RoleMissing

ORDER = Order((DELIVERIES.c.id,), descending=True)  # the newest first
HANDLING = frozenset({Role.SECRETARY, Role.SECRETARY_GENERAL})
"""Who answers for what was told on a case. Auditors read events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """The case that a letter is about; the title only for who reads the case."""

    id: str
    reference: str | None
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A letter to one person. `reason`: why it could not be sent (yet); `subject` once it was, for who reads the case.

    `state`: waiting, sent, parked (tried often enough) or refused (by the receiving side, for good).
    """

    id: str
    notice: str
    case: Addressed | None
    to: str
    email: str
    role: str
    language: str
    state: str
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    reason: str | None
    subject: str | None


def deliveries(
    connection: Connection,
    actor: Actor,
    *,
    case: str | None = None,
    states: Collection[str] = (),
    person: str | None = None,
    place: Place | None = None,
    limit: int,
    count: bool = False,
) -> Page[Delivery]:
    """The letters about the cases that this person handles; an administrator sees all, without what is in them.

    `case` is an id or a reference. Raises RoleMissing for who handles nothing.
    """
    admin = actor.has(Role.ADMIN)
    if not admin and not any(mandate.role in HANDLING for mandate in actor.mandates):
        raise RoleMissing(("secretary", "secretary_general", "admin"))
    handled = _handled(actor)
    statement = _seen(handled, admin=admin, all_letters=admin or actor.has(Role.SECRETARY_GENERAL, (SECRETARIAT,)))
    if case is not None:
        statement = statement.where(or_(CASES.c.id == case, CASES.c.reference == case))
    if states:
        statement = statement.where(DELIVERIES.c.state.in_(states))
    if person is not None:
        statement = statement.where(DELIVERIES.c.person_id == person)
    return read_page(connection, statement, ORDER, place=place, limit=limit, count=count, read=_read)


def _handled(actor: Actor) -> ColumnElement[bool]:
    """Whether the person handles the case of a letter."""
    handling = tuple(mandate for mandate in actor.mandates if mandate.role in HANDLING)
    inner = Sight(dataclasses.replace(actor, mandates=handling)).inner()
    return and_(CASES.c.id.is_not(None), inner)


def _seen(handled: ColumnElement[bool], *, admin: bool, all_letters: bool) -> Select[Any]:
    """`all_letters`: those that are about no case too (a digest, a changed account)."""
    about_none = DELIVERIES.c.case_id.is_(None) if all_letters else false()
    return (
        select(
            DELIVERIES,
            PEOPLE.c.name,
            CASES.c.reference,
            CASES.c.title,
            handled.label("handled"),
        )
        .join(PEOPLE, PEOPLE.c.id == DELIVERIES.c.person_id)
        .outerjoin(CASES, CASES.c.id == DELIVERIES.c.case_id)
        .where(true() if admin else or_(handled, about_none))
    )


def _read(row: RowMapping) -> Delivery:
    about, readable = row["case_id"], bool(row["handled"])
    case = Addressed(id=about, reference=row["reference"], title=row["title"] if readable else None)
    return Delivery(
        id=row["id"],
        notice=row["notice"],
        case=case if about is not None else None,
        to=row["name"],
        email=row["email"],
        role=row["role"],
        language=row["language"],
        state=row["state"],
        attempts=row["attempts"],
        created_at=row["created_at"],
        sent_at=row["sent_at"],
        reason=row["reason"],
        subject=row["subject"] if readable or about is None else None,
    )
