"""Moves of eight at once, in process: threads that each move a case of their own, and how long each move took them."""

from __future__ import annotations

import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import dataclass
from itertools import count
from typing import Any

from bench import ground
from bench.by_hand import ByHand
from bench.moves import WARMING, Move, to_and_fro
from bench.timing import Figure, Round, compare
from service.store.engine import Store
from workflows.actor import Actor

CLIENTS = 8


@dataclass(frozen=True, slots=True)
class FigureAtOnce(Figure):
    """The same, with how long one move takes (ours): the median, and what 99 of 100 do not exceed. Milliseconds."""

    p50: float
    p99: float
    reference_p99: float

    def written(self) -> dict[str, float | int]:
        """As it stands in var/bench.json."""
        more = {"p50_ms": self.p50, "p99_ms": self.p99, "reference_p99_ms": self.reference_p99}
        return {**Figure.written(self), **{name: round(value, 2) for name, value in more.items()}}


class Crowd:
    """Threads that all move at the same time; `took` keeps the seconds of every move."""

    def __init__(self, moves: list[Move]) -> None:
        self.took: list[float] = []
        self._rounds: list[Round] = [to_and_fro(self._timed(move)) for move in moves]
        self._threads = ThreadPoolExecutor(len(moves))

    def _timed(self, move: Move) -> Move:
        def timed(actor: Actor, name: str, data: dict[str, Any]) -> None:
            started = time.perf_counter()
            move(actor, name, data)
            self.took.append(time.perf_counter() - started)

        return timed

    def rate(self, times: int) -> float:
        """Moves a second, when each makes so many."""
        started = time.perf_counter()
        list(self._threads.map(lambda round_: round_(times), self._rounds))
        return times * len(self._rounds) / (time.perf_counter() - started)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown()


def measure(new_database: ground.NewDatabase, *, times: int = 20, runs: int = 21) -> FigureAtOnce:
    """Moves a second of eight threads on this kind of database."""
    url = new_database("at_once")
    cases = ground.prepare(url, 2 * CLIENTS)
    with ExitStack() as stack:
        ours = stack.enter_context(closing(Crowd(_ours(stack, url, cases[:CLIENTS]))))
        reference = stack.enter_context(closing(Crowd(_by_hand(stack, url, cases[CLIENTS:]))))
        for crowd in (ours, reference):
            crowd.rate(WARMING)
            crowd.took.clear()
        figure = compare(lambda: ours.rate(times), lambda: reference.rate(times), runs=runs)
        p50, p99 = _percentiles(ours)
        return FigureAtOnce(
            figure.ours, figure.reference, figure.ratio, figure.runs, p50, p99, _percentiles(reference)[1]
        )


def _ours(stack: ExitStack, url: str, cases: list[str]) -> list[Move]:
    store = stack.enter_context(closing(Store.open(url)))

    def moving(case: str) -> Move:
        versions = count(3)  # filed and registered
        return lambda actor, name, data: ground.move(store, actor, case, next(versions), name, data)

    return [moving(case) for case in cases]


def _by_hand(stack: ExitStack, url: str, cases: list[str]) -> list[Move]:
    """A connection each; on SQLite they take turns by a lock, as it would make them sleep and try again."""
    turn: AbstractContextManager[object] = threading.Lock() if url.startswith("sqlite") else nullcontext()

    def moving(case: str) -> Move:
        hand = stack.enter_context(closing(ByHand(url)))

        def move(actor: Actor, name: str, data: dict[str, Any]) -> None:
            with turn:
                hand.move(case, actor, name, data)

        return move

    return [moving(case) for case in cases]


def _percentiles(crowd: Crowd) -> tuple[float, float]:
    """The median and the 99th of 100, in milliseconds."""
    parts = statistics.quantiles(crowd.took, n=100)
    return parts[49] * 1000, parts[98] * 1000
