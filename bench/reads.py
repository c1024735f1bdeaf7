"""One case at size: the case, its events and its clocks, each against the same rows read by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle
from typing import Any

from pydantic_core import to_json

from bench.large import Large
from bench.lists_asked import OFFICE, SECRETARY, SIGHT, by_hand_of, readable
from bench.lists_by_hand import ListsByHand
from bench.timing import Figure, compare, lasting
from service.queries.cases import find_case
from service.queries.clocks import clocks
from service.queries.events import events
from service.store.engine import Store
from workflows.actor import Actor

RUNS = 7
SHORTEST = 0.1
CASES = 200
"""How many cases are read in turn."""
EVENTS = "SELECT * FROM events WHERE case_id = ? ORDER BY position LIMIT 51"
CLOCKS = "SELECT * FROM clocks WHERE case_id = ? ORDER BY starts_on, name"


def measure(large: Large, wanted: Callable[[str], bool]) -> Iterator[tuple[str, Figure]]:
    """Cases, histories and lists of clocks a second, as an office and a secretary read them in turn."""
    store, by_hand = Store.open(large.url), ListsByHand(large.url)
    try:
        for name, ours, theirs in _pairs(store, by_hand):
            if wanted(name):
                for _ in range(20):
                    ours(), theirs()  # warm
                yield (
                    name,
                    compare(lambda f=ours: lasting(f, SHORTEST), lambda f=theirs: lasting(f, SHORTEST), runs=RUNS),
                )
    finally:
        by_hand.close()
        store.close()


def _pairs(store: Store, by_hand: ListsByHand) -> Iterator[tuple[str, Callable[[], object], Callable[[], object]]]:
    for actor, who in ((OFFICE, "office"), (SECRETARY, "secretary")):
        names = _read_by(by_hand, actor)
        yield f"case_{who}", _ours(store, actor, names, find_case), _case(by_hand, actor, names)
        yield f"events_{who}", _ours(store, actor, names, _history), _rows(by_hand, actor, names, EVENTS)
        yield f"clocks_{who}", _ours(store, actor, names, clocks), _rows(by_hand, actor, names, CLOCKS)


def _read_by(by_hand: ListsByHand, actor: Actor) -> list[str]:
    where, values, _ = SIGHT[actor]  # a follower sees no clocks
    found = by_hand.run(f"SELECT id FROM cases c WHERE {where.replace('{few}', '')} LIMIT {CASES}", values)  # noqa: S608 - our own words
    return [row["id"] for row in found.fetchall()]


def _history(connection: Any, actor: Actor, case: str) -> object:
    return events(connection, actor, case, limit=50)


def _ours(
    store: Store, actor: Actor, names: list[str], read: Callable[[Any, Actor, str], object]
) -> Callable[[], object]:
    turn = cycle(names)

    def once() -> object:
        with store.reading() as connection:
            return to_json(read(connection, actor, next(turn)))

    return once


def _seen(actor: Actor, case: str) -> tuple[str, tuple[Any, ...]]:
    where, values = readable(actor)
    return f"{where} AND c.id = ?", (*values, case)


def _case(by_hand: ListsByHand, actor: Actor, names: list[str]) -> Callable[[], object]:
    turn = cycle(names)

    def once() -> object:
        where, values = _seen(actor, next(turn))
        return by_hand.page(replace(by_hand_of(actor, where, values), limit=1))

    return once


def _rows(by_hand: ListsByHand, actor: Actor, names: list[str], statement: str) -> Callable[[], object]:
    """The case is looked up first, as far as the actor sees it; then the rows that hang on it."""
    turn = cycle(names)

    def once() -> object:
        where, values = _seen(actor, next(turn))
        looked_up = f"SELECT c.id FROM cases c WHERE {where.replace('{few}', '')}"  # noqa: S608 - our own words
        case = by_hand.run(looked_up, values).fetchone()["id"]
        rows = [dict(row) for row in by_hand.run(statement, (case,)).fetchall()]
        for row in rows:
            if "body" in row:
                row["facts"] = json.loads(row["body"])
        return json.dumps(rows, default=str).encode()

    return once
