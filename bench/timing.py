"""Timing: two ways of doing the same, in turn, several times; the medians and their ratio."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

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


def compare(ours: Round, reference: Round, *, times: int, runs: int) -> Figure:
    """Time both in turn, after a run of each that is not counted; the ratio is the median of the pairs' ratios."""
    ours(max(1, times // 5))
    reference(max(1, times // 5))
    pairs = [(rate(ours, times), rate(reference, times)) for _ in range(runs)]
    return Figure(
        ours=statistics.median(pair[0] for pair in pairs),
        reference=statistics.median(pair[1] for pair in pairs),
        ratio=statistics.median(pair[0] / pair[1] for pair in pairs),
        runs=runs,
    )
