"""Upkeep at size: the commands that read a whole database, in time and memory."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.large import Large

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
    starting = [sys.executable, "-P", "-c", "from service.cli import run; run()", *words]
    own = {"SLAGBOOM_DATABASE_URL": large.url, "SLAGBOOM_FILES": str(folder / "files")}
    said = os.open(folder / "said", os.O_CREAT | os.O_WRONLY)
    started = time.perf_counter()
    process = os.posix_spawn(
        sys.executable,
        starting,
        os.environ | own,
        file_actions=[(os.POSIX_SPAWN_DUP2, said, 1), (os.POSIX_SPAWN_DUP2, said, 2)],
    )
    _, status, used = os.wait4(process, 0)  # this child alone: others that ran before may have held more
    seconds = time.perf_counter() - started
    os.close(said)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"slagboom {' '.join(words)} failed:\n{(folder / 'said').read_text()[-2000:]}")
    return Spent(seconds, used.ru_maxrss // 1024, large.events)
