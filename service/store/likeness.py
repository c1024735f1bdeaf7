"""Likeness: which filed cases resemble one that is being written, whoever may read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, case, literal, or_, select

from service.glossary import Notion, notions_in
from service.store.case_rows import searchable
from service.store.sight import CASES, COUNTRIES
from workflows.case import Case

ENOUGH = 2
"""So many notions of the glossary in both make two cases alike."""
NEWEST = 3_000
"""Among so many cases, those that changed last, notions are looked for: to search more costs more than it tells."""
MOST = 50


@dataclass(frozen=True, slots=True)
class Traits:
    """What a case is compared by. `id` is the case itself, which is not like itself."""

    id: str
    theme: str | None
    countries: tuple[str, ...]
    notions: tuple[Notion, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """A case (its id) that is alike, and why: the countries beside the same theme, or the notions in both."""

    id: str
    countries: tuple[str, ...]
    notions: tuple[Notion, ...]


def traits_of(case: Case) -> Traits:
    """What a case is compared by."""
    spoken_of = notions_in(searchable(None, case.title, case.content))
    return Traits(case.id, case.theme, case.countries, spoken_of)


def alike(connection: Connection, traits: Traits, among: Sequence[str] = ()) -> tuple[Alike, ...]:
    """The filed cases that are alike, the most alike first. `among`: only these (ids)."""
    conditions = [*_same_theme(traits), *_same_words(traits)]
    if not conditions:
        return ()
    statement = _filed(traits).where(or_(*conditions)).order_by(CASES.c.updated_at.desc(), CASES.c.id.desc())
    if among:
        statement = statement.where(CASES.c.id.in_(among))
    found = [_alike(row, traits) for row in connection.execute(statement.limit(MOST)).mappings()]
    real = [one for one in found if one.countries or len(one.notions) >= ENOUGH]
    return tuple(sorted(real, key=lambda one: -(len(one.notions) + len(one.countries))))


def _filed(traits: Traits) -> Select[Any]:
    columns = (CASES.c[name] for name in ("id", "theme", "countries", "searchable"))
    return select(*columns).where(CASES.c.events > 0, CASES.c.id != traits.id)


def _same_theme(traits: Traits) -> list[ColumnElement[bool]]:
    if traits.theme is None or not traits.countries:
        return []
    shared = select(COUNTRIES.c.case_id).where(COUNTRIES.c.country.in_(traits.countries))
    return [and_(CASES.c.theme == traits.theme, CASES.c.id.in_(shared))]


def _same_words(traits: Traits) -> list[ColumnElement[bool]]:
    """Roughly; `_alike` then looks at where words begin."""
    if len(traits.notions) < ENOUGH:
        return []
    newest = select(CASES.c.id).where(CASES.c.events > 0).order_by(CASES.c.updated_at.desc()).limit(NEWEST)
    count: ColumnElement[int] = literal(0)
    for notion in traits.notions:
        spoken_of = or_(*(CASES.c.searchable.like(_pattern(form), escape="\\") for form in notion.forms))
        count = count + case((spoken_of, 1), else_=0)
    return [and_(CASES.c.id.in_(newest.subquery().select()), count >= ENOUGH)]


def _pattern(form: str) -> str:
    words = (word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in form.split())
    return f"%{'%'.join(words)}%"


def _alike(row: RowMapping, traits: Traits) -> Alike:
    same_theme = traits.theme is not None and row["theme"] == traits.theme
    countries = tuple(code for code in traits.countries if code in row["countries"]) if same_theme else ()
    notions = tuple(one for one in traits.notions if one.stands_in(row["searchable"]))
    return Alike(row["id"], countries, notions if len(notions) >= ENOUGH else ())
