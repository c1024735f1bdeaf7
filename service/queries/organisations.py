"""Organisations and working groups: everybody who is signed in reads them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, select

from service import words
from service.queries.keyset import Page, Place, page_of, unknown_cursor
from service.store.case_rows import folded
from service.store.holders import ORGANISATIONS
from service.store.loading import WORKING_GROUPS
from workflows.actor import Actor
from workflows.errors import NotFound

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body that files, advises or votes. `answers_for`: the delegation for which it speaks."""

    code: str
    name: str
    kind: str
    country: str | None
    answers_for: str | None
    version: int


@dataclass(frozen=True, slots=True)
class WorkingGroup:
    """A working group. `origin`: the annual plan that brought it, where one did."""

    code: str
    name: str
    origin: str | None
    version: int


def organisations(
    connection: Connection,
    actor: Actor,
    *,
    kinds: Collection[str] = (),
    countries: Collection[str] = (),
    q: str | None = None,
    place: Place | None = None,
    limit: int,
    count: bool = False,
) -> Page[Organisation]:
    """The organisations by code. `q`: words that all stand in code or name."""
    statement = select(ORGANISATIONS)
    if kinds:
        statement = statement.where(ORGANISATIONS.c.kind.in_(kinds))
    if countries:
        statement = statement.where(ORGANISATIONS.c.country.in_(countries))
    return _found(connection, statement, ORGANISATIONS, Organisation, q, place, limit, count)


def organisation(connection: Connection, actor: Actor, code: str) -> Organisation:
    """One of them. Raises NotFound."""
    return _one(connection, ORGANISATIONS, Organisation, code)


def names_of_organisations(
    connection: Connection, actor: Actor, codes: Collection[str], language: str
) -> Mapping[str, str]:
    """What these organisations are called in this language; one that is not known is left out."""
    statement = select(ORGANISATIONS.c.code, ORGANISATIONS.c.name).where(ORGANISATIONS.c.code.in_(set(codes)))
    return {row.code: words.body(row.code, row.name, language) for row in connection.execute(statement)}


def working_groups(
    connection: Connection,
    actor: Actor,
    *,
    q: str | None = None,
    place: Place | None = None,
    limit: int,
    count: bool = False,
) -> Page[WorkingGroup]:
    """The working groups by code. `q`: words that all stand in code or name."""
    return _found(connection, select(WORKING_GROUPS), WORKING_GROUPS, WorkingGroup, q, place, limit, count)


def working_group(connection: Connection, actor: Actor, code: str) -> WorkingGroup:
    """One of them. Raises NotFound."""
    return _one(connection, WORKING_GROUPS, WorkingGroup, code)


def _found(
    connection: Connection,
    statement: Select[Any],
    table: Table,
    make: Callable[..., Thing],
    q: str | None,
    place: Place | None,
    limit: int,
    count: bool,
) -> Page[Thing]:
    """A page of the register. There are hundreds of rows, not thousands: words are looked for here, accents aside."""
    if place is not None and len(place) != 1:
        raise unknown_cursor()
    sought = folded(q).split() if q else []
    rows = sorted(connection.execute(statement).mappings(), key=lambda row: str(row["code"]))
    wanted = [row for row in rows if all(word in folded(f"{row['code']} {row['name']}") for word in sought)]
    beyond = [row for row in wanted if place is None or row["code"] > place[0]]
    kept, more = page_of(beyond, limit)
    after = (str(kept[-1]["code"]),) if more else None
    return Page(items=tuple(make(**row) for row in kept), after=after, count=len(wanted) if count else None)


def _one(connection: Connection, table: Table, make: Callable[..., Thing], code: str) -> Thing:
    row = connection.execute(select(table).where(table.c.code == code)).mappings().one_or_none()
    if row is None:
        raise NotFound(code)
    return make(**row)
