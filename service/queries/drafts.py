"""Drafts: what is being written and not yet filed, for whoever may go on with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from service.queries.cases import ProcedureOf
from service.store.holders import ORGANISATIONS, PEOPLE
from service.store.sight import CASES, Sight
from workflows import shelf
from workflows.actor import Actor
from workflows.errors import NotFound

NAMES = ("id", "version", "procedure", "procedure_version", "organisation", "title", "language", "theme", "countries",
         "regions", "content", "begun_by", "filed_by", "created_at", "updated_at")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A report that is being written. `person` (an id) and `name` are of whoever has it in hand."""

    id: str
    version: int
    procedure: ProcedureOf
    organisation: str
    organisation_name: str
    title: str
    language: str
    theme: str | None
    countries: Sequence[str]
    regions: Sequence[str]
    content: Mapping[str, Any]
    begun_by: str
    person: str | None
    name: str | None
    begun_at: datetime
    changed_at: datetime


def drafts(connection: Connection, actor: Actor, limit: int) -> tuple[Draft, ...]:
    """The drafts that the person may read, those that changed last first."""
    statement = _drafts(actor).order_by(CASES.c.updated_at.desc(), CASES.c.id.desc()).limit(limit)
    return tuple(_draft(row) for row in connection.execute(statement))


def draft(connection: Connection, actor: Actor, id: str) -> Draft:
    """One of them. Raises NotFound, also for what is filed already."""
    row = connection.execute(_drafts(actor).where(CASES.c.id == id)).one_or_none()
    if row is None:
        raise NotFound(id)
    return _draft(row)


def _drafts(actor: Actor) -> Select[Any]:
    begins = {shelf.newest(name).starts_in for name in shelf.names()}
    return (
        select(*(CASES.c[name] for name in NAMES), ORGANISATIONS.c.name.label("of"), PEOPLE.c.name.label("who"))
        .join(ORGANISATIONS, ORGANISATIONS.c.code == CASES.c.organisation)
        .outerjoin(PEOPLE, PEOPLE.c.id == CASES.c.filed_by)
        .where(CASES.c.stage.in_(sorted(begins)), CASES.c.events == 0, Sight(actor).whole())
    )


def _draft(row: Row[Any]) -> Draft:
    return Draft(
        id=row.id,
        version=row.version,
        procedure=ProcedureOf(id=row.procedure, version=row.procedure_version),
        organisation=row.organisation,
        organisation_name=row.of,
        title=row.title,
        language=row.language,
        theme=row.theme,
        countries=row.countries,
        regions=row.regions,
        content=row.content,
        begun_by=row.begun_by,
        person=row.filed_by,
        name=row.who,
        begun_at=row.created_at,
        changed_at=row.updated_at,
    )
