"""Links between cases, seen from one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, literal, select, union, union_all

from service.queries.within import Within, within_whole
from service.store.carrying import LINKS
from service.store.sight import CASES, Sight
from workflows.actor import Actor
from workflows.errors import NotFound

OUT, IN = "out", "in"


@dataclass(frozen=True, slots=True)
class Linked:
    """The case at the other end of a link."""

    id: str
    reference: str | None
    title: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link. `direction` is `out` when it was made on this case, `in` when it was made on the other.

    `id` names it from either side.
    """

    id: str
    kind: str
    to: Linked
    direction: str


def links(connection: Connection, actor: Actor, case: str | Within) -> tuple[Link, ...]:
    """What a case has to do with others, of those that this person reads too. Raises NotFound."""
    id, seen = within_whole(connection, actor, case).id, Sight(actor).readable()
    shown = (CASES.c.id, CASES.c.reference, CASES.c.title, LINKS.c.kind)
    made_here = (
        select(*shown, literal(OUT).label("direction"))
        .join(LINKS, LINKS.c.to_case == CASES.c.id)
        .where(LINKS.c.case_id == id, seen)
    )
    made_there = (
        select(*shown, literal(IN).label("direction"))
        .join(LINKS, LINKS.c.case_id == CASES.c.id)
        .where(LINKS.c.to_case == id, seen)
    )
    rows = connection.execute(union_all(made_here, made_there)).all()
    found = [_link(id, row) for row in rows]
    return tuple(sorted(found, key=lambda link: (link.kind, link.to.reference or "", link.to.id, link.direction)))


def _link(case: str, row: Row[Any]) -> Link:
    made_on, other = (case, row.id) if row.direction == OUT else (row.id, case)
    return Link(
        id=f"{made_on}.{row.kind}.{other}",
        kind=row.kind,
        to=Linked(row.id, row.reference, row.title),
        direction=row.direction,
    )


def link(connection: Connection, actor: Actor, case: str, kind: str, other: str) -> Link:
    """The link of this kind with the other case (its id), whichever of the two it was made on. Raises NotFound."""
    found = [one for one in links(connection, actor, case) if (one.kind, one.to.id) == (kind, other)]
    if not found:
        raise NotFound(f"{kind}/{other}")
    return max(found, key=lambda one: one.direction)  # `out` before `in`


def linked_to(connection: Connection, actor: Actor, cases: Collection[str]) -> Mapping[str, tuple[Linked, ...]]:
    """The cases that each of these (ids) is linked to, from either side, of those that this person reads too."""
    seen, shown = Sight(actor).readable(), (CASES.c.id, CASES.c.reference, CASES.c.title)
    out = (
        select(LINKS.c.case_id.label("of"), *shown)
        .join(CASES, CASES.c.id == LINKS.c.to_case)
        .where(LINKS.c.case_id.in_(cases), seen)
    )
    back = (
        select(LINKS.c.to_case.label("of"), *shown)
        .join(CASES, CASES.c.id == LINKS.c.case_id)
        .where(LINKS.c.to_case.in_(cases), seen)
    )
    found: dict[str, dict[str, Linked]] = {}
    for row in connection.execute(union(out, back)):
        found.setdefault(row.of, {})[row.id] = Linked(row.id, row.reference, row.title)
    return {of: tuple(sorted(others.values(), key=lambda one: one.id)) for of, others in found.items()}
