"""Deliveries: which letters went to whom, and what became of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, or_, select

from service.queries.keyset import Order, Page, Place
from service.queries.paging import read_page
from service.store.holders import ORGANISATIONS, PEOPLE
from service.store.letters import answered_for, check_handles, handled
from service.store.loading import CONSULTATIONS
from service.store.outbox import DELIVERIES, OUTBOX
from service.store.sight import CASES
from workflows.actor import Actor
from workflows.consultation import speaks_for
from workflows.errors import NotFound

ORDER = Order((DELIVERIES.c.id,), descending=True)  # the newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """The case that a letter is about; the title only for who reads the case."""

    id: str
    reference: str | None
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A letter to one person. `reason`: why it could not be sent (yet), as the channel noted it; `subject` once it was,
    for who reads the case; `next_at`: when it is tried again, or for the first time.

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
    next_at: datetime | None
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
    check_handles(actor)
    statement = _seen(actor)
    if case is not None:
        statement = statement.where(or_(CASES.c.id == case, CASES.c.reference == case))
    if states:
        statement = statement.where(DELIVERIES.c.state.in_(states))
    if person is not None:
        statement = statement.where(DELIVERIES.c.person_id == person)
    return read_page(connection, statement, ORDER, place=place, limit=limit, count=count, read=_read)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundLetter:
    """A letter about a consultation to one person of those invited. `invited`: for which of them the person speaks."""

    notice: str
    invited: str
    to: str
    state: str
    reason: str | None
    created_at: datetime
    sent_at: datetime | None


ROUND = ("invitation", "vote", "reminder")
"""What those who are asked get; the reminder only as long as they are silent."""


def letters_of_round(connection: Connection, actor: Actor, consultation: str) -> tuple[RoundLetter, ...]:
    """The invitations and reminders of a consultation, the oldest first; none for who does not handle its case."""
    statement = (
        select(
            DELIVERIES,
            PEOPLE.c.name,
            OUTBOX.c.context,
            ORGANISATIONS.c.answers_for,
            CONSULTATIONS.c.voters,
            CONSULTATIONS.c.advisers,
            CONSULTATIONS.c.opened_at,
            CONSULTATIONS.c.closed_at,
        )
        .join(CASES, CASES.c.id == DELIVERIES.c.case_id)
        .join(CONSULTATIONS, CONSULTATIONS.c.case_id == CASES.c.id)
        .join(OUTBOX, OUTBOX.c.id == DELIVERIES.c.outbox_id)
        .join(PEOPLE, PEOPLE.c.id == DELIVERIES.c.person_id)
        .outerjoin(ORGANISATIONS, ORGANISATIONS.c.code == DELIVERIES.c.organisation)
        .where(
            CONSULTATIONS.c.id == consultation,
            DELIVERIES.c.role == CONSULTATIONS.c.by_role,
            DELIVERIES.c.notice.in_(ROUND),
            handled(actor),
        )
        .order_by(DELIVERIES.c.created_at, DELIVERIES.c.id)
    )
    rows = connection.execute(statement).mappings()
    return tuple(_round_letter(row) for row in rows if _is_about(row, consultation))


def _is_about(row: RowMapping, consultation: str) -> bool:
    """Is the letter about this round? Most name it; a reminder of a clock is about the round that was open then.

    The day of an invitation says nothing: it is written when mail goes out, which can be after the round was closed.
    """
    named = row["context"].get("consultation")
    if named is not None:
        return bool(named == consultation)
    closed_at = row["closed_at"]
    return bool(row["created_at"] >= row["opened_at"] and (closed_at is None or row["created_at"] <= closed_at))


def _round_letter(row: RowMapping) -> RoundLetter:
    organisation = row["organisation"] or ""
    invited = speaks_for(organisation, row["answers_for"], (*row["voters"], *row["advisers"]))
    return RoundLetter(
        notice=row["notice"],
        invited=invited or organisation,
        to=row["name"],
        state=row["state"],
        reason=row["reason"],
        created_at=row["created_at"],
        sent_at=row["sent_at"],
    )


def delivery(connection: Connection, actor: Actor, id: str) -> Delivery:
    """One letter for which this person answers. Raises RoleMissing and NotFound."""
    check_handles(actor)
    found = connection.execute(_seen(actor).where(DELIVERIES.c.id == id)).mappings().one_or_none()
    if found is None:
        raise NotFound(id)
    return _read(found)


def _seen(actor: Actor) -> Select[Any]:
    return (
        select(
            DELIVERIES,
            PEOPLE.c.name,
            CASES.c.reference,
            CASES.c.title,
            handled(actor).label("handled"),
        )
        .join(PEOPLE, PEOPLE.c.id == DELIVERIES.c.person_id)
        .outerjoin(CASES, CASES.c.id == DELIVERIES.c.case_id)
        .where(answered_for(actor))
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
        next_at=row["next_at"] if row["state"] == "waiting" else None,
        sent_at=row["sent_at"],
        reason=row["reason"],
        subject=row["subject"] if readable or about is None else None,
    )
