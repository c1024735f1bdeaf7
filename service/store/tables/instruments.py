"""Instruments: their texts, the measures that give them effect, and what they have to do with each other."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables.columns import Base, Json, in_four_languages, one_of

UNDONE = text("state IN ('planned', 'adopted')")


class InstrumentRow(Base):
    """A recommendation, a decision, a treaty … of a case, or known from elsewhere (`external`).

    `adopted_on_text`: the date as the source gives it, where that is not one day. `frozen_hash` stands while the
    texts are frozen.
    """

    __tablename__ = "instruments"

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), unique=True)
    kind: Mapped[str]
    number: Mapped[str | None] = mapped_column(unique=True)
    title: Mapped[str | None]
    state: Mapped[str]
    adopted_on: Mapped[date | None]
    adopted_on_text: Mapped[str | None]
    in_force: Mapped[Any | None] = mapped_column(Json, nullable=True)
    in_force_on: Mapped[date | None]
    evaluate_on: Mapped[date | None]
    council_on: Mapped[date | None]
    council_opinion: Mapped[str | None]
    journal: Mapped[str | None]
    published_on: Mapped[date | None]
    frozen_hash: Mapped[str | None]
    external: Mapped[bool] = mapped_column(default=False)
    source: Mapped[Any | None] = mapped_column(Json, nullable=True)
    plan_key: Mapped[str | None] = mapped_column(unique=True)
    url: Mapped[str | None]
    language: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ExpressionRow(Base):
    """The text of an instrument in one language."""

    __tablename__ = "expressions"
    __table_args__ = (in_four_languages(),)

    instrument_id: Mapped[str] = mapped_column(ForeignKey("instruments.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    articles: Mapped[Any] = mapped_column(Json, nullable=False)
    final: Mapped[bool] = mapped_column(default=False)
    sha256: Mapped[str]
    written_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]


class MeasureRow(Base):
    """What one country does to give an instrument effect."""

    __tablename__ = "measures"
    __table_args__ = (
        one_of("state", "planned", "adopted", "in_force", "not_needed", "declined"),
        CheckConstraint("length(country) = 2 AND country = upper(country)", name="country"),
        Index(None, "country", "state"),
        Index(None, "country", "due_on", sqlite_where=UNDONE, postgresql_where=UNDONE),
        Index(None, "case_id"),
        Index(None, "instrument_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    instrument_id: Mapped[str] = mapped_column(ForeignKey("instruments.id"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    country: Mapped[str]
    title: Mapped[str]
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="planned")
    on_date: Mapped[date | None]
    reference: Mapped[str | None]
    url: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]


class InstrumentLinkRow(Base):
    """One instrument amends (repeals, implements …) another."""

    __tablename__ = "instrument_links"

    from_id: Mapped[str] = mapped_column(ForeignKey("instruments.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    to_id: Mapped[str] = mapped_column(ForeignKey("instruments.id"), primary_key=True, index=True)


class CaseInstrumentRow(Base):
    """What a case has to do with an instrument, as an annual plan says it."""

    __tablename__ = "case_instruments"
    __table_args__ = (one_of("relation", "produces", "implements", "based_on", "evaluates", "amends"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    instrument_id: Mapped[str] = mapped_column(ForeignKey("instruments.id"), primary_key=True, index=True)
    relation: Mapped[str] = mapped_column(primary_key=True)


class AnnualPlanRow(Base):
    """An annual plan that was read in, with its title in four languages."""

    __tablename__ = "annual_plans"

    id: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int]
    title: Mapped[Any] = mapped_column(Json, nullable=False)
    source: Mapped[Any] = mapped_column(Json, nullable=False)
    imported_at: Mapped[datetime]
