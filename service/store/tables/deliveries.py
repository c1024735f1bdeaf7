"""What people are told: the outbox, the deliveries made from it, and the weekly digests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables.columns import Base, Json, in_four_languages, one_of

WAITING = text("expanded_at IS NULL")


class OutboxRow(Base):
    """Something to tell, written with what happened. `context`: what the letter needs beyond the case."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("event_id", "notice"),
        Index("ix_outbox_waiting", "created_at", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index(None, "case_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str | None] = mapped_column(ForeignKey("events.id"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    notice: Mapped[str]
    roles: Mapped[Any] = mapped_column(Json, default=list, nullable=False)
    context: Mapped[Any] = mapped_column(Json, default=dict, nullable=False)
    created_at: Mapped[datetime]
    expanded_at: Mapped[datetime | None]


class DeliveryRow(Base):
    """One letter to one person. Nobody gets the same notice of the same event twice.

    `instead_of`: the role that nobody holds, where that is why this person has it.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("outbox_id", "person_id"),
        UniqueConstraint("event_id", "person_id", "notice"),
        one_of("state", "waiting", "sent", "parked", "refused"),
        in_four_languages(),
        Index(None, "state", "next_at"),
        Index(None, "case_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    outbox_id: Mapped[str] = mapped_column(ForeignKey("outbox.id"))
    event_id: Mapped[str | None]
    case_id: Mapped[str | None]
    notice: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str]
    instead_of: Mapped[str | None]
    organisation: Mapped[str | None]
    email: Mapped[str]
    language: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None]
    message_id: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    created_at: Mapped[datetime]


class DigestRow(Base):
    """What a minister's office was told of one week (`2026-W48`), and the seal that stood in it."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("week", "person_id", "organisation"), in_four_languages())

    id: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.code"))
    language: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    seal_id: Mapped[str] = mapped_column(ForeignKey("seals.id"))
    content: Mapped[Any] = mapped_column(Json, nullable=False)
    created_at: Mapped[datetime]
