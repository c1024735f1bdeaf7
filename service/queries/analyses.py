"""Analyses as the secretariat and the auditors read them: what was found in the law of each country."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from service.queries.within import Within, within
from service.store.loading import ANALYSES
from service.store.tables import PersonRow
from workflows.actor import Actor
from workflows.errors import NotFound

PEOPLE = PersonRow.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisShown:
    """A finding. `written_by` is the name of who wrote this version of it."""

    case: str
    country: str
    finding: str
    sources: tuple[str, ...]
    version: int
    written_by: str
    written_at: datetime


def analysis(connection: Connection, actor: Actor, case: str, country: str) -> AnalysisShown:
    """The finding for a country on a case (its id or reference). Raises NotFound."""
    found = within(connection, actor, case)
    if not found.inner:
        raise NotFound(case)
    statement = (
        select(ANALYSES, PEOPLE.c.name)
        .join(PEOPLE, PEOPLE.c.id == ANALYSES.c.written_by)
        .where(ANALYSES.c.case_id == found.id, ANALYSES.c.country == country)
    )
    row = connection.execute(statement).mappings().one_or_none()
    if row is None:
        raise NotFound(f"{case}, {country}")
    return _shown(row)


def analyses(connection: Connection, actor: Actor, case: str | Within) -> tuple[AnalysisShown, ...]:
    """Every finding on a case (its id or reference), by country; none for who does not read them. Raises NotFound."""
    found = within(connection, actor, case)
    if not found.inner:
        return ()
    statement = (
        select(ANALYSES, PEOPLE.c.name)
        .join(PEOPLE, PEOPLE.c.id == ANALYSES.c.written_by)
        .where(ANALYSES.c.case_id == found.id)
        .order_by(ANALYSES.c.country)
    )
    return tuple(map(_shown, connection.execute(statement).mappings()))


def _shown(row: RowMapping) -> AnalysisShown:
    return AnalysisShown(
        case=row["case_id"],
        country=row["country"],
        finding=row["finding"],
        sources=tuple(row["sources"]),
        version=row["version"],
        written_by=row["name"],
        written_at=row["written_at"],
    )
