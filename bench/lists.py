"""Lists of cases at size, each against the same list by hand, and a page far down against the first one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic_core import to_json

from bench.large import Large
from bench.lists_asked import TODAY, Asked, lists
from bench.lists_by_hand import ListsByHand, Wanted
from bench.timing import Figure, compare, lasting
from service.queries.case_filters import SORTS
from service.queries.cases import CaseShown, list_cases
from service.queries.keyset import Page, Place
from service.store.engine import Store

LIMIT = 50
RUNS = 7
SHORTEST = 0.15
"""Seconds that one side works on one list before it is the other's turn."""


@dataclass(slots=True)
class Sides:
    """The two that are compared, over one database."""

    store: Store
    by_hand: ListsByHand

    def ours(self, asked: Asked, place: Place | None) -> bytes:
        """The page as the service answers it."""
        return to_json({"items": self.read(asked, place).items})

    def read(self, asked: Asked, place: Place | None = None) -> Page[CaseShown]:
        """The page as the service reads it."""
        with self.store.reading() as connection:
            return list_cases(
                connection,
                asked.actor,
                asked.wanted,
                TODAY,
                sort=asked.sort,
                limit=LIMIT,
                place=place,
                count=asked.count,
            )

    def theirs(self, asked: Asked, wanted: Wanted) -> bytes:
        """The page by hand."""
        page = self.by_hand.page(wanted)
        if asked.count:
            self.by_hand.count(wanted)
        return page

    def place(self, asked: Asked) -> tuple[Place | None, Wanted]:
        """Where the page begins, for either: after the last row of the page before it."""
        wanted = asked.by_hand
        if asked.page == 1:
            return None, wanted
        column = "due_on" if asked.sort == "due_on" else "updated_at"
        where = wanted.where.replace("{few}", "")
        skipped = LIMIT * (asked.page - 1) - 1
        statement = f"SELECT c.{column} AS value, c.id FROM cases c WHERE {where} ORDER BY {wanted.order}"  # noqa: S608 - our own words
        last = self.by_hand.run(f"{statement} LIMIT 1 OFFSET {skipped}", wanted.values).fetchone()
        beyond = f"(c.{column}, c.id) {'>' if column == 'due_on' else '<'} (?, ?)"
        values = (*wanted.values, last["value"], last["id"])
        texts = [str(last["value"]) if isinstance(last["value"], str) else last["value"].isoformat(), last["id"]]
        return SORTS[asked.sort].place(texts), replace(wanted, where=f"({wanted.where}) AND {beyond}", values=values)


def measure(large: Large, wanted: Callable[[str], bool]) -> Iterator[tuple[str, Figure]]:
    """Every list that is wanted, by name, in pages a second."""
    sides = Sides(Store.open(large.url), ListsByHand(large.url))
    try:
        for name, asked in lists(large.kind, large.cases).items():
            if wanted(f"list_{name}"):
                yield f"list_{name}", _compared(sides, asked)
    finally:
        sides.by_hand.close()
        sides.store.close()


def _compared(sides: Sides, asked: Asked) -> Figure:
    place, wanted = sides.place(asked)
    check_same(sides.ours(asked, place), sides.theirs(asked, wanted))
    return compare(
        lambda: lasting(lambda: sides.ours(asked, place), SHORTEST),
        lambda: lasting(lambda: sides.theirs(asked, wanted), SHORTEST),
        runs=RUNS,
    )


def check_same(ours: bytes, theirs: bytes) -> None:
    """Raise AssertionError where the two do not answer the same."""
    mine, other = (sorted(_plain(one) for one in json.loads(page)["items"]) for page in (ours, theirs))
    if mine != other:
        differing = next(
            (pair for pair in zip(mine, other, strict=False) if pair[0] != pair[1]), (len(mine), len(other))
        )
        raise AssertionError(f"the two do not read the same: {differing}")


def _plain(case: dict[str, Any]) -> str:
    """A case as text, without the moment, which each writes in its own way."""
    return json.dumps({name: value for name, value in case.items() if name != "updated_at"}, sort_keys=True)
