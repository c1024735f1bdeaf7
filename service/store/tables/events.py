"""Events, which are only ever added, and the seals over them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables.columns import Base, one_of


class EventRow(Base):
    """What happened to a case. `body` is the very text that was hashed; `private` may be erased, nothing else changes.

    `audience`: who may read `private`: readers, inner, or consulted:<consultation>. `move` and `stage` (the one after)
    repeat what the body says; `moved` sums it up for digests. Triggers refuse every change (the migrations make them).
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("case_id", "position"),
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        Index(None, "at"),
        Index(None, "kind", "at"),
        Index(None, "moved", "at"),
        one_of("moved", "filed", "advanced", "adopted", "ended"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    position: Mapped[int]
    kind: Mapped[str]
    schema: Mapped[int]
    at: Mapped[datetime]
    on_date: Mapped[date]
    actor: Mapped[str | None]
    body: Mapped[str]
    sha256: Mapped[str]
    private: Mapped[str | None]
    audience: Mapped[str]
    move: Mapped[str | None]
    moved: Mapped[str | None]
    stage: Mapped[str | None]


class SealRow(Base):
    """A Merkle root over the heads of all cases, as printed in digests: it dates the whole log."""

    __tablename__ = "seals"
    __table_args__ = (CheckConstraint("length(root) = 64", name="root"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    root: Mapped[str]
    cases: Mapped[int]
    events: Mapped[int]


class SealedHeadRow(Base):
    """Up to where a case was sealed, for each case that had moved since the seal before: which events lie under a seal.

    Only a help to look them up: without the very events that were sealed, no rows here give the root again.
    """

    __tablename__ = "sealed_heads"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seal_id: Mapped[str] = mapped_column(ForeignKey("seals.id"), index=True)
