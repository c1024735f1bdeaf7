"""`python -m bench [NAME …]`: measure, print a table, and write var/bench.json."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from bench import at_once, ground, moves, web
from bench.timing import Figure

MEASUREMENTS: dict[str, tuple[str, Callable[[ground.NewDatabase], Figure]]] = {
    "move": ("a move in process, against hand-written SQL for the same rows", moves.measure),
    "moves_at_once": ("the same by eight threads at once", at_once.measure),
    "http_move": ("a move over HTTP, 8 connections and one worker, against a plain ORM endpoint", web.measure),
}
WRITTEN = Path("var/bench.json")
NAMES = [f"{name}_{kind}" for name in MEASUREMENTS for kind in ("sqlite", "postgres")]


def main(wanted: list[str]) -> int:
    """Measure what is wanted (all, where nothing is named); the exit status."""
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"no such measurement: {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 1
    figures: dict[str, Figure] = {}
    print(f"Python {platform.python_version()}; ratio = ours / reference, the median of interleaved pairs")
    for what, _ in MEASUREMENTS.values():
        print(f"  {what}")
    print(f"{'':22}{'ratio':>8}{'ours/s':>10}{'reference/s':>13}{'runs':>6}", flush=True)
    with ground.databases() as databases:
        for name, (_, measure) in MEASUREMENTS.items():
            for kind, new_database in databases.items():
                called = f"{name}_{kind}"
                if wanted and called not in wanted:
                    continue
                figures[called] = figure = measure(new_database)
                row = f"{figure.ratio:>8.2f}{figure.ours:>10.0f}{figure.reference:>13.0f}{figure.runs:>6}"
                print(f"{called:22}{row}{_waits(figure)}", flush=True)
    _write(figures)
    return 0


def _waits(figure: Figure) -> str:
    """How long one move took, where that was measured."""
    more = figure.written()
    return f"   p50 {more['p50_ms']} ms, p99 {more['p99_ms']} ms" if "p99_ms" in more else ""


def _write(figures: dict[str, Figure]) -> None:
    """What was measured now, beside what was measured before."""
    WRITTEN.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(WRITTEN.read_text()) if WRITTEN.exists() else {}
    known |= {name: figure.written() for name, figure in figures.items()}
    WRITTEN.write_text(json.dumps(known, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
