"""Positions in their table, and the consultations that they answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, insert, select, update

from service.store.loading import CONSULTATIONS, POSITIONS
from service.store.sight import CASES, Sight
from workflows.actor import Actor
from workflows.errors import NotFound

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


@lru_cache(maxsize=256)
def _case_seen_by(actor: Actor) -> Select[Any]:
    """By way of sight at once, so that what is not one's own takes no query more than what is not there."""
    return (
        select(CASES.c.id)
        .join(CONSULTATIONS, CONSULTATIONS.c.case_id == CASES.c.id)
        .where(CONSULTATIONS.c.id == bindparam("consultation"), Sight(actor).readable())
    )


def case_of_consultation(connection: Connection, actor: Actor, consultation: str) -> str:
    """The id of the case that a consultation is about. Raises NotFound, also where it is not the actor's to read."""
    found: str | None = connection.execute(_case_seen_by(actor), {"consultation": consultation}).scalar_one_or_none()
    if found is None:
        raise NotFound(consultation)
    return found


def consultation_row(connection: Connection, consultation: str) -> RowMapping:
    """A consultation as it stands. Read it after its case is locked: closing it takes the same lock."""
    return connection.execute(CONSULTATION, {"consultation": consultation}).mappings().one()


def keep_position(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep a position; the one that stood for the same organisation stays readable, superseded."""
    connection.execute(SUPERSEDE, {"round_id": row["consultation_id"], "speaker": row["delegation"]})
    connection.execute(KEEP, dict(row))
