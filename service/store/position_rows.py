"""Positions in their table, and the consultations that they answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from service.store.loading import CONSULTATIONS, POSITIONS

CASE_OF = select(CONSULTATIONS.c.case_id).where(CONSULTATIONS.c.id == bindparam("consultation"))
CONSULTATION = select(CONSULTATIONS).where(CONSULTATIONS.c.id == bindparam("consultation"))
SUPERSEDE = (
    update(POSITIONS)
    .where(
        POSITIONS.c.consultation_id == bindparam("round_id"),
        POSITIONS.c.delegation == bindparam("speaker"),
        ~POSITIONS.c.superseded,
    )
    .values(superseded=True)
)
KEEP = insert(POSITIONS)


def case_of_consultation(connection: Connection, consultation: str) -> str | None:
    """The id of the case that a consultation is about; None where there is no such consultation."""
    found: str | None = connection.execute(CASE_OF, {"consultation": consultation}).scalar_one_or_none()
    return found


def consultation_row(connection: Connection, consultation: str) -> RowMapping:
    """A consultation as it stands. Read it after its case is locked: closing it takes the same lock."""
    return connection.execute(CONSULTATION, {"consultation": consultation}).mappings().one()


def keep_position(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep a position; the one that stood for the same organisation stays readable, superseded."""
    connection.execute(SUPERSEDE, {"round_id": row["consultation_id"], "speaker": row["delegation"]})
    connection.execute(KEEP, dict(row))
