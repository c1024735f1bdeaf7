"""What the pages remember of a person: who is signed in, words not sent yet, the last visit, filters with a name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables.columns import Base, Json


class SessionRow(Base):
    """A person who is signed in at a browser. `id` is the SHA-256 of the secret, which only the cookie holds."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class KeptWordsRow(Base):
    """What a person typed in a form and has not sent. `about`: the case's id, or empty; `version`: as it was then."""

    __tablename__ = "kept_words"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(primary_key=True)
    fields: Mapped[Any] = mapped_column(Json, nullable=False)
    version: Mapped[int | None]
    kept_at: Mapped[datetime] = mapped_column(index=True)


class VisitRow(Base):
    """When a person was last at the inbox, and when before that: `before_at` says what is new."""

    __tablename__ = "visits"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    last_at: Mapped[datetime]
    before_at: Mapped[datetime | None]


class SavedFilterRow(Base):
    """A filter under a name; with `working_group`, everybody of that group has it too."""

    __tablename__ = "saved_filters"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    query: Mapped[str]
    working_group: Mapped[str | None] = mapped_column(ForeignKey("working_groups.code"), index=True)
    created_at: Mapped[datetime]
