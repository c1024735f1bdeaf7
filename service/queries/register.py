"""The register of people, as whoever administers it reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, exists, func, or_, select

from service.queries.keyset import Order, Page, Place
from service.queries.paging import read_page
from service.store.holders import MANDATES, PEOPLE
from workflows.actor import Actor, Role
from workflows.errors import NotFound, RoleMissing

ORDER = Order((PEOPLE.c.email,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A mandate, also one that has not begun or has ended. `until` is the last day on which it holds."""

    id: str
    role: str
    organisation: str
    working_group: str | None
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person with every mandate, the oldest first."""

    id: str
    email: str
    name: str
    language: str
    active: bool
    version: int
    mandates: tuple[Registered, ...]


def people(
    connection: Connection,
    actor: Actor,
    *,
    q: str | None = None,
    roles: Collection[str] = (),
    organisations: Collection[str] = (),
    active: bool | None = None,
    place: Place | None = None,
    limit: int,
    count: bool = False,
) -> Page[Person]:
    """People by e-mail address. `q`: a part of the name or the address. Raises RoleMissing for who is no admin."""
    _check(actor)
    page = read_page(
        connection,
        _wanted(q, roles, organisations, active),
        ORDER,
        place=place,
        limit=limit,
        count=count,
        read=lambda row: row,
    )
    held = _mandates(connection, [row["id"] for row in page.items])
    items = tuple(_person(row, held.get(row["id"], ())) for row in page.items)
    return Page(items=items, after=page.after, count=page.count)


def person(connection: Connection, actor: Actor, id: str) -> Person:
    """One of them. Raises RoleMissing for who is no admin, NotFound."""
    _check(actor)
    row = connection.execute(select(PEOPLE).where(PEOPLE.c.id == id)).mappings().one_or_none()
    if row is None:
        raise NotFound(id)
    return _person(row, _mandates(connection, [id]).get(id, ()))


def _check(actor: Actor) -> None:
    if not actor.has(Role.ADMIN):
        raise RoleMissing((Role.ADMIN,))


def _wanted(
    q: str | None, roles: Collection[str], organisations: Collection[str], active: bool | None
) -> Select[tuple[Any, ...]]:
    statement = select(PEOPLE)
    if q:
        part = q.casefold()
        named = func.lower(PEOPLE.c.name).contains(part, autoescape=True)
        statement = statement.where(or_(PEOPLE.c.email.contains(part, autoescape=True), named))
    if active is not None:
        statement = statement.where(PEOPLE.c.active == active)
    if roles or organisations:
        held = exists().where(MANDATES.c.person_id == PEOPLE.c.id)
        held = held.where(MANDATES.c.role.in_(roles)) if roles else held
        held = held.where(MANDATES.c.organisation.in_(organisations)) if organisations else held
        statement = statement.where(held)
    return statement


def _mandates(connection: Connection, people: Collection[str]) -> Mapping[str, list[RowMapping]]:
    statement = select(MANDATES).where(MANDATES.c.person_id.in_(people)).order_by(MANDATES.c.created_at, MANDATES.c.id)
    found: dict[str, list[RowMapping]] = {}
    for row in connection.execute(statement).mappings():
        found.setdefault(row["person_id"], []).append(row)
    return found


def _person(row: RowMapping, mandates: Iterable[RowMapping]) -> Person:
    return Person(
        id=row["id"],
        email=row["email"],
        name=row["name"],
        language=row["language"],
        active=row["active"],
        version=row["version"],
        mandates=tuple(
            Registered(
                id=one["id"],
                role=one["role"],
                organisation=one["organisation"],
                working_group=one["working_group"],
                starts_on=one["starts_on"],
                ends_on=one["ends_on"],
            )
            for one in mandates
        ),
    )
