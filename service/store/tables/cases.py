"""Cases, the countries they touch, their clocks and the findings on them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables.columns import Base, Json, in_four_languages, one_of

WAITING = text("waits_for IS NOT NULL")


class CaseRow(Base):
    """A case as it stands now; how it came there is in its events.

    `events` counts them (none for a draft) and `head` is the hash of the newest: they guard the tail of the chain.
    `searchable` is casefolded and without accents, so that one search works on every database.
    """

    __tablename__ = "cases"
    __table_args__ = (
        in_four_languages(),
        CheckConstraint("(events = 0) = (head IS NULL)", name="head"),
        CheckConstraint("events >= 0", name="events"),
        CheckConstraint("version >= 1", name="version"),
        Index(None, "stage"),
        Index(None, "organisation"),
        Index(None, "working_group"),
        Index(None, "updated_at", "id"),
        Index(None, "due_on", "id"),
        Index(None, "ended", "due_on"),
        Index(None, "procedure"),
        Index(None, "waits_for", "working_group", "due_on", "moved_at", "id"),
        Index(None, "waits_for", "due_on", "moved_at", "id"),
        Index(None, "due_on", "moved_at", "id", sqlite_where=WAITING, postgresql_where=WAITING),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str | None] = mapped_column(unique=True)
    procedure: Mapped[str]
    procedure_version: Mapped[int]
    stage: Mapped[str]
    anchor: Mapped[str | None]
    phase: Mapped[str]
    ended: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    events: Mapped[int] = mapped_column(default=0)
    head: Mapped[str | None]
    title: Mapped[str] = mapped_column(default="")
    language: Mapped[str]
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.code"))
    working_group: Mapped[str | None] = mapped_column(ForeignKey("working_groups.code"))
    theme: Mapped[str | None]
    countries: Mapped[Any] = mapped_column(Json, default=list, nullable=False)
    regions: Mapped[Any] = mapped_column(Json, default=list, nullable=False)
    content: Mapped[Any] = mapped_column(Json, default=dict, nullable=False)
    begun_by: Mapped[str]
    filed_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    waits_for: Mapped[str | None]
    questions: Mapped[Any] = mapped_column(Json, default=list, nullable=False)
    questions_asked: Mapped[int] = mapped_column(default=0)
    reply_by: Mapped[date | None]
    ending: Mapped[Any | None] = mapped_column(Json, nullable=True)
    ended_on: Mapped[date | None]
    last_on: Mapped[date | None]
    received_on: Mapped[date | None]
    channel: Mapped[str | None]
    plan_status: Mapped[Any] = mapped_column(Json, default=list, nullable=False)
    plan_key: Mapped[str | None] = mapped_column(unique=True)
    due_on: Mapped[date | None]
    searchable: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    filed_on: Mapped[date | None]
    adopted_on: Mapped[date | None]
    moved_at: Mapped[datetime | None]


class CaseCountryRow(Base):
    """A country that a case touches; the same as `cases.countries`, for filters."""

    __tablename__ = "case_countries"
    __table_args__ = (
        CheckConstraint("length(country) = 2 AND country = upper(country)", name="country"),
        Index(None, "country", "case_id"),
    )

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    country: Mapped[str] = mapped_column(primary_key=True)


class ClockRow(Base):
    """A clock of a case. `next_on`: the next day on which it has something to say."""

    __tablename__ = "clocks"
    __table_args__ = (
        one_of("kind", "duty", "target", "standstill"),
        one_of("state", "running", "suspended", "met", "missed", "stopped"),
        Index(
            None,
            "next_on",
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    of_role: Mapped[str]
    state: Mapped[str]
    starts_on: Mapped[date]
    due_on: Mapped[date | None]
    suspended_on: Mapped[date | None]
    suspended_days: Mapped[int] = mapped_column(default=0)
    rung: Mapped[Any] = mapped_column(Json, default=list, nullable=False)
    ended_on: Mapped[date | None]
    calendar: Mapped[str | None]
    calendar_version: Mapped[int | None]
    rule: Mapped[str | None]
    basis: Mapped[str]
    data_on: Mapped[date | None]
    next_on: Mapped[date | None]


class AnalysisRow(Base):
    """What was found in the law of one country."""

    __tablename__ = "analyses"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    country: Mapped[str] = mapped_column(primary_key=True)
    finding: Mapped[str]
    sources: Mapped[Any] = mapped_column(Json, default=list, nullable=False)
    version: Mapped[int] = mapped_column(default=1)
    written_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]
