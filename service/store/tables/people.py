"""People, and the mandates by which they may do anything."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables.columns import Base, in_four_languages, one_of


class PersonRow(Base):
    """A person who can sign in; without `password_hash` only through another door."""

    __tablename__ = "people"
    __table_args__ = (in_four_languages(), CheckConstraint("email = lower(email)", name="email_lower_case"))

    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    language: Mapped[str]
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=True)


class MandateRow(Base):
    """A role at an organisation, for a time. `ends_on` is the last day on which it holds."""

    __tablename__ = "mandates"
    __table_args__ = (
        one_of("role", "officer", "secretary", "delegate", "minister_office", "secretary_general", "auditor", "admin"),
        Index(None, "role", "organisation"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str]
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.code"))
    working_group: Mapped[str | None] = mapped_column(ForeignKey("working_groups.code"), index=True)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime]


class SignInRow(Base):
    """A try to sign in, kept for minutes, so that the limit on failures holds across processes."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index(None, "email", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str]
    at: Mapped[datetime]
    ok: Mapped[bool]
