"""Timing: two ways of doing the same, in turn, several times; the medians and their ratio."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Rate = Callable[[], float]
"""Does it for a while; how often a second."""
Round = Callable[[int], None]
"""Does it so many times."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a measurement came to: rates per second, ours against the reference, in so many interleaved runs."""

    ours: float
    reference: float
    ratio: float
    runs: int

    def written(self) -> dict[str, float | int]:
        """As it stands in var/bench.json."""
        return {
            "ours": round(self.ours, 1),
            "reference": round(self.reference, 1),
            "ratio": round(self.ratio, 3),
            "runs": self.runs,
        }


def rate(round_: Round, times: int) -> float:
    """How often a second."""
    started = time.perf_counter()
    round_(times)
    return times / (time.perf_counter() - started)


def busy_rate(round_: Round, times: int) -> float:
    """How often a second of this process's own time on a core: for what waits for nothing, on a busy machine."""
    started = time.process_time()
    round_(times)
    return times / (time.process_time() - started)


def lasting(once: Callable[[], object], seconds: float) -> float:
    """How often a second, when it is done again and again for so long (and at least twice)."""
    started, times = time.perf_counter(), 0
    while times < 2 or time.perf_counter() < started + seconds:
        once()
        times += 1
    return times / (time.perf_counter() - started)


def compare(ours: Rate, reference: Rate, *, runs: int) -> Figure:
    """Time both in turn, each going first every other time; the ratio is the median of the pairs' ratios.

    Both have been warmed up before.
    """
    pairs = []
    for run in range(runs):
        if run % 2:
            theirs, mine = reference(), ours()
        else:
            mine, theirs = ours(), reference()
        pairs.append((mine, theirs))
    return Figure(
        ours=statistics.median(mine for mine, _ in pairs),
        reference=statistics.median(theirs for _, theirs in pairs),
        ratio=statistics.median(mine / theirs for mine, theirs in pairs),
        runs=runs,
    )
