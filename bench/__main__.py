"""`python -m bench [--size SHARE] [NAME …]`: measure, print a table, and write var/bench.json.

A NAME names one measurement, or all whose names begin with it where they are made at size: `list_`, `digest_postgres`.
SHARE makes the large databases smaller: 0.1 for a quick look.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import at_once, at_size, ground, mail, moves, web
from bench.timing import Figure

MEASUREMENTS: dict[str, tuple[str, Callable[[ground.NewDatabase], Figure]]] = {
    "move": ("a move in process, against hand-written SQL for the same rows", moves.measure),
    "moves_at_once": ("the same by eight threads at once", at_once.measure),
    "http_move": ("a move over HTTP, 8 connections and one worker, against a plain ORM endpoint", web.measure),
    "mail": ("mail over one connection, against a loop that only sends ready messages", mail.measure_elsewhere),
    "mail_here": ("the same, with the mail server on this machine: the worst case for us", mail.measure_here),
}
WRITTEN = Path("var/bench.json")
NAMES = [f"{name}_{kind}" for name in MEASUREMENTS for kind in ("sqlite", "postgres")]


def main(wanted: list[str], share: float = 1.0) -> int:
    """Measure what is wanted (all, where nothing is named); the exit status."""
    unknown = [name for name in wanted if name not in NAMES and not at_size.is_known(name)]
    if unknown:
        print(f"no such measurement: {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 1
    figures: dict[str, dict[str, Any]] = {}
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
                figure = measure(new_database)
                figures[called] = figure.written()
                row = f"{figure.ratio:>8.2f}{figure.ours:>10.0f}{figure.reference:>13.0f}{figure.runs:>6}"
                print(f"{called:22}{row}{_waits(figure)}", flush=True)
        others = [name for name in wanted if name not in NAMES]
        for called, written, said in at_size.measure(others, share, databases) if others or not wanted else ():
            figures[called] = written
            print(f"{called:34}{said}", flush=True)
    _write(figures)
    return 0


def _waits(figure: Figure) -> str:
    """How long one move took, where that was measured."""
    more = figure.written()
    return f"   p50 {more['p50_ms']} ms, p99 {more['p99_ms']} ms" if "p99_ms" in more else ""


def _write(figures: dict[str, dict[str, Any]]) -> None:
    """What was measured now, beside what was measured before."""
    WRITTEN.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(WRITTEN.read_text()) if WRITTEN.exists() else {}
    known |= figures
    WRITTEN.write_text(json.dumps(known, indent=2) + "\n")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog="python -m bench")
    asked.add_argument("names", nargs="*")
    asked.add_argument("--size", type=float, default=1.0)
    given = asked.parse_args()
    sys.exit(main(given.names, given.size))
