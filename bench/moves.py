"""A move in process: the whole of it, rules and rows, against hand-written SQL for the same rows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from bench import ground
from bench.by_hand import ByHand
from bench.timing import Figure, Round, compare, rate
from service.store.engine import Store
from workflows.actor import Actor

Move = Callable[[Actor, str, dict[str, Any]], None]
WARMING = 2 * ground.PEOPLE
"""So many moves before anything is timed: everybody has made one."""


def measure(new_database: ground.NewDatabase, *, times: int = 20, runs: int = 101) -> Figure:
    """Moves a second on this kind of database, one after the other."""
    url = new_database("move")
    mine, theirs = ground.prepare(url, 2)
    store, hand = Store.open(url), ByHand(url)
    versions = count(3)  # filed and registered
    try:
        ours = to_and_fro(lambda actor, name, data: ground.move(store, actor, mine, next(versions), name, data))
        reference = to_and_fro(lambda actor, name, data: hand.move(theirs, actor, name, data))
        for warming in (ours, reference):
            warming(WARMING)
        return compare(lambda: rate(ours, times), lambda: rate(reference, times), runs=runs)
    finally:
        store.close()
        hand.close()


def to_and_fro(move: Move) -> Round:
    """Questions and answers in turn, each by another person than the last time."""
    asked = count(1)

    def moved(times: int) -> None:
        for _ in range(times // 2):
            question = next(asked)
            secretary, officer = (people[question % ground.PEOPLE] for people in (ground.SECRETARIES, ground.OFFICERS))
            move(secretary, ground.ASK_MOVE, dict(ground.ASK))
            move(officer, ground.ANSWER_MOVE, {"answers": [{"question": question, "text": "Article 5."}]})

    return moved
