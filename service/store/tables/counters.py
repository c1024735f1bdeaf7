"""What keeps things single: numbers given out, requests already answered, work taken by one process."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables.columns import Base, one_of


class NumberRow(Base):
    """The last number given out in a series and year."""

    __tablename__ = "numbers"

    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class OnceRow(Base):
    """What a request with an Idempotency-Key came to, so that the same request again comes to the same."""

    __tablename__ = "once"
    __table_args__ = (one_of("state", "done"), Index(None, "created_at"))

    person_id: Mapped[str] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int]
    location: Mapped[str | None]
    thing: Mapped[str | None]
    thing_id: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="done")
    created_at: Mapped[datetime]


class LeaseRow(Base):
    """Work that one process does at a time, and until when it has it."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]
