"""Upkeep at size: the commands that read a whole database, in time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.large import Large

# A process counts as its own what held the one that started it; so one that holds nothing stands between.
WATCH = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
COMMANDS = {"audit_verify": ("audit", "verify"), "db_backup": ("db", "backup")}


@dataclass(frozen=True, slots=True)
class Spent:
    """What one run of a command took: seconds, and the most memory that its process held, in MB."""

    seconds: float
    megabytes: int
    events: int

    def written(self) -> dict[str, Any]:
        """As it stands in var/bench.json."""
        return {"seconds": round(self.seconds, 1), "peak_mb": self.megabytes, "events": self.events}


def measure(large: Large, wanted: Callable[[str], bool]) -> Iterator[tuple[str, Spent]]:
    """Each command once, as an operator runs it. Raises SystemExit where one fails."""
    for name, words in COMMANDS.items():
        if wanted(name):
            with tempfile.TemporaryDirectory(prefix="slagboom-bench-") as folder:
                more = [str(Path(folder) / "backup.tar")] if name == "db_backup" else []
                yield name, _spent(large, [*words, *more], Path(folder))


def _spent(large: Large, words: list[str], folder: Path) -> Spent:
    running = [sys.executable, "-P", "-c", "from service.cli import run; run()", *words]
    own = {"SLAGBOOM_DATABASE_URL": large.url, "SLAGBOOM_FILES": str(folder / "files")}
    started = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - this Python, with commands from this file
        [sys.executable, "-c", WATCH, *running], env=os.environ | own, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"slagboom {' '.join(words)} failed:\n{(done.stdout + done.stderr)[-2000:]}")
    return Spent(seconds, int(done.stdout.rpartition("peak ")[2]) // 1024, large.events)
