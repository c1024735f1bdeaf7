"""What hangs on a case: documents, comments, links to other cases, followers.

A discarded draft takes these along; a case with events is never deleted (its events refuse).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables.columns import Base, Json, one_of


class DocumentRow(Base):
    """A file of a case; its bytes lie under their hash."""

    __tablename__ = "documents"
    __table_args__ = (one_of("audience", "internal", "shared"), CheckConstraint("size >= 0", name="size"))

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    title: Mapped[str]
    language: Mapped[str]
    audience: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    attached_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    attached_at: Mapped[datetime]


class CommentRow(Base):
    """Something said about a case, to those inside or to all who read it."""

    __tablename__ = "comments"
    __table_args__ = (one_of("audience", "internal", "shared"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    audience: Mapped[str]
    text: Mapped[str]
    by_person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    on_behalf_of: Mapped[str]
    at: Mapped[datetime]


class LinkRow(Base):
    """What a case has to do with another."""

    __tablename__ = "links"
    __table_args__ = (
        one_of("kind", "duplicate_of", "parent", "related", "spawned_from", "based_on"),
        CheckConstraint("case_id <> to_case", name="not_to_itself"),
    )

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    to_case: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, index=True)
    created_at: Mapped[datetime]
    by_person: Mapped[str | None] = mapped_column(ForeignKey("people.id"))


class FollowerRow(Base):
    """A person who asked to hear of a case, and of which notices."""

    __tablename__ = "followers"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    since_at: Mapped[datetime]
    notices: Mapped[Any] = mapped_column(Json, default=list, nullable=False)
