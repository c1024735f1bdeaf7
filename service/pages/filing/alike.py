"""Alike: cases that were filed already and resemble a draft, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.pages.visitor import Visitor
from service.queries import Connection
from service.queries.drafts import Draft
from service.queries.organisations import names_of_organisations
from service.queries.similar import Card, Readable, cards, readable, traits

MOST = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A similar case. `read`: its title and reference, for who may read it; `notions`: what both speak of."""

    card: Card
    read: Readable | None
    notions: Sequence[str]
    regions: Sequence[str]


def alike_to(connection: Connection, visitor: Visitor, draft: Draft) -> tuple[Shown, ...]:
    """The filed cases that resemble the draft most."""
    found = cards(connection, visitor.actor, traits(connection, visitor.actor, draft.id), MOST)
    seen = readable(connection, visitor.actor, [one.id for one in found])
    regions = {region for one in found for region in one.regions}
    # an imported case names regions by their codes
    named = names_of_organisations(connection, visitor.actor, regions, visitor.language)
    return tuple(
        Shown(
            one,
            seen.get(one.id),
            [notion.names[visitor.language] for notion in one.why.notions],
            [named.get(region, region) for region in one.regions],
        )
        for one in found
    )
