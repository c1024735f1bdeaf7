"""Similar cases: what has been filed already that resembles a draft."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from service.queries.cases import ProcedureOf, case_row
from service.store.case_rows import case_of
from service.store.likeness import Alike, Traits, alike, traits_of
from service.store.sight import CASES, FOLLOWERS, Sight
from workflows.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What anybody who writes a similar report may know of a case: its subject, place and stage, no word of it."""

    id: str
    procedure: ProcedureOf
    stage: str
    theme: str | None
    countries: Sequence[str]
    regions: Sequence[str]
    why: Alike


@dataclass(frozen=True, slots=True)
class Readable:
    """A case of which one reads the title. `followed`: one hears of it already."""

    reference: str | None
    title: str
    language: str
    followed: bool


def traits(connection: Connection, actor: Actor, case: str) -> Traits:
    """What a case (its id) is compared by. Raises NotFound."""
    return traits_of(case_of(case_row(connection, actor, case)))


def cards(connection: Connection, actor: Actor, of: Traits, most: int) -> tuple[Card, ...]:
    """The filed cases that are like the one with these traits, the most alike first, whoever may read them."""
    found = alike(connection, of)[:most]
    if not found:
        return ()
    names = ("id", "procedure", "procedure_version", "stage", "theme", "countries", "regions")
    statement = select(*(CASES.c[name] for name in names)).where(CASES.c.id.in_([one.id for one in found]))
    rows = {row.id: row for row in connection.execute(statement)}
    return tuple(
        Card(
            id=one.id,
            procedure=ProcedureOf(id=row.procedure, version=row.procedure_version),
            stage=row.stage,
            theme=row.theme,
            countries=row.countries,
            regions=row.regions,
            why=one,
        )
        for one in found
        if (row := rows.get(one.id)) is not None
    )


def readable(connection: Connection, actor: Actor, cases: Collection[str]) -> Mapping[str, Readable]:
    """Those of these cases (ids) that the person may read."""
    if not cases:
        return {}
    mine = select(FOLLOWERS.c.case_id).where(FOLLOWERS.c.person_id == actor.person)
    statement = select(
        CASES.c.id, CASES.c.reference, CASES.c.title, CASES.c.language, CASES.c.id.in_(mine).label("followed")
    ).where(CASES.c.id.in_(cases), Sight(actor).readable())
    return {
        row.id: Readable(row.reference, row.title, row.language, bool(row.followed))
        for row in connection.execute(statement)
    }
