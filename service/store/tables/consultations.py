"""Consultations: the rounds, who was invited, and what each has said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables.columns import Base, Json, one_of

OPEN = text("open")
STANDING = text("NOT superseded")


class ConsultationRow(Base):
    """One round under a name. At most one round of a name is open on a case."""

    __tablename__ = "consultations"
    __table_args__ = (
        UniqueConstraint("case_id", "name", "round"),
        one_of("by_role", "delegate", "minister_office"),
        Index("uq_consultations_open", "case_id", "name", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index(None, "by_role", "closing_on", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    name: Mapped[str]
    round: Mapped[int]
    by_role: Mapped[str]
    rule: Mapped[str]
    question: Mapped[str | None]
    voters: Mapped[Any] = mapped_column(Json, nullable=False)
    advisers: Mapped[Any] = mapped_column(Json, default=list, nullable=False)
    closing_on: Mapped[date | None]
    open: Mapped[bool] = mapped_column(default=True)
    cancelled: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str | None]
    grounds: Mapped[Any | None] = mapped_column(Json, nullable=True)
    instrument_id: Mapped[str | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    opened_on: Mapped[date]


class InvitationRow(Base):
    """An organisation that was asked; `advice`: it speaks and does not vote."""

    __tablename__ = "invitations"
    __table_args__ = (Index(None, "organisation", "case_id"), Index(None, "case_id"))

    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.code"), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    by_role: Mapped[str]
    advice: Mapped[bool] = mapped_column(default=False)
    invited_at: Mapped[datetime]


class PositionRow(Base):
    """What a delegation or an adviser has said. A newer one of the same speaker supersedes it; it stays readable."""

    __tablename__ = "positions"
    __table_args__ = (
        one_of("stance", "agree", "agree_with_comment", "reservation", "object", "abstain", "withdrawn"),
        one_of("reservation", "scrutiny", "parliamentary", "substance"),
        Index(
            "uq_positions_standing",
            "consultation_id",
            "delegation",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
        Index(None, "consultation_id"),
        Index(None, "case_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    delegation: Mapped[str] = mapped_column(ForeignKey("organisations.code"))
    stance: Mapped[str]
    reservation: Mapped[str | None]
    text: Mapped[str | None]
    mandate_reference: Mapped[str | None]
    stated_on: Mapped[date]
    at: Mapped[datetime]
    by_person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    by_mandate: Mapped[str | None]
    noted_by: Mapped[str | None]
    advice: Mapped[bool] = mapped_column(default=False)
    superseded: Mapped[bool] = mapped_column(default=False)
    late: Mapped[bool] = mapped_column(default=False)
