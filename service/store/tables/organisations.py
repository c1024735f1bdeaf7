"""Organisations, and the working groups in which they meet."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.store.tables.columns import Base, one_of

KINDS = (
    "secretariat", "delegation", "government", "ministry", "region", "province", "municipality", "egtc", "partner",
    "eu_body",
)  # fmt: skip


class OrganisationRow(Base):
    """A body that files, advises or votes. `answers_for`: the delegation for which it speaks."""

    __tablename__ = "organisations"
    __table_args__ = (
        one_of("kind", *KINDS),
        CheckConstraint("length(country) = 2 AND country = upper(country)", name="country"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    country: Mapped[str | None]
    answers_for: Mapped[str | None] = mapped_column(ForeignKey("organisations.code"))
    version: Mapped[int] = mapped_column(default=1)


class WorkingGroupRow(Base):
    """A working group. `origin`: the annual plan that brought it, where one did."""

    __tablename__ = "working_groups"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    origin: Mapped[str | None]
