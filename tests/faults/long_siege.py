"""The long siege, `make faults`: a thousand kills, half on each database, in at most ninety minutes; a report is kept.

In rounds of fifty: each with an installation of its own, at the end of which everything is looked at. The last round
of each database waits for the leases of those who were killed to run out by themselves.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import secrets
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from multiprocessing import Queue, get_context
from pathlib import Path
from queue import Empty
from typing import Any

from tests import postgres
from tests.faults.campaign import campaign, migrations
from tests.faults.siege import Report

KEPT = Path(__file__).parents[2] / "docs" / "proof" / "faults.json"
A_ROUND = 50  # kills
MIGRATIONS = 0.1  # of the kills
LEASES_RUN_OUT = 900.0  # seconds that the last round may wait
RESERVE = 1_200.0  # seconds before the end after which no round begins
VERIFIED = (
    "every acknowledged request is in the log, in its order and once, with the mark that its words carried",
    "each key was carried out once, and came to what its answer named; each case that was begun is there once",
    "chains, heads, clocks, references, numbers, consultations, positions, papers and notices agree with the events",
    "slagboom audit verify and slagboom db check find nothing",
    "each step was told to the same people, by the same notices, as in a case that nobody disturbed",
    "copies of one letter carry one Message-ID; none came that nobody wrote; none is left",
    "a migration that was killed left the old database or the new one, with every row; the next one succeeded",
    "server and worker went on without anything being done but starting them again",
)


def say(line: str) -> None:
    """A line for whoever waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass
class Ledger:
    """What came of each round, on file as soon as it is over."""

    file: Path
    seed: int
    begun_at: datetime
    rounds: dict[str, list[Report]] = field(default_factory=dict)

    def enter(self, report: Report) -> None:
        """One round more."""
        self.rounds.setdefault(report.database, []).append(report)
        kills = sum(one.kills.total() for one in self.rounds[report.database])
        say(f"{datetime.now(UTC):%H:%M:%S} {report.database}: {kills} kills, faults {report.faults}")
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.told(), indent=2, ensure_ascii=False) + "\n")

    @property
    def faults(self) -> list[str]:
        return [fault for rounds in self.rounds.values() for report in rounds for fault in report.faults]

    def told(self) -> Mapping[str, Any]:
        """Everything, as it is kept."""
        return {
            "seed": self.seed,
            "begun_at": f"{self.begun_at:%Y-%m-%dT%H:%M:%SZ}",
            "ended_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
            "kills": sum(report.kills.total() for rounds in self.rounds.values() for report in rounds),
            "verified": VERIFIED,
            "databases": {database: summed(rounds) for database, rounds in sorted(self.rounds.items())},
        }


def summed(rounds: list[Report]) -> Mapping[str, Any]:
    """What the rounds of one database came to together."""
    whole = Report(rounds[0].seed, rounds[0].database)
    for report in rounds:
        whole.kills += report.kills
        whole.met += report.met
        whole.starts += report.starts
        whole.restarts += report.restarts
        whole.cases += report.cases
        whole.acknowledged += report.acknowledged
        whole.mails += report.mails
        whole.doubles += report.doubles
        whole.faults += [f"seed {report.seed}: {fault}" for fault in report.faults]
    return {"rounds": len(rounds)} | {name: value for name, value in whole.told().items() if name != "database"}


def attack(name: str, where: str, kills: int, seed: int, until: float, told: Queue[Report | None]) -> None:
    """Round after round on one database, until it was killed often enough or the time is over.

    `where`: the folder of SQLite's files, or the address of a PostgreSQL server.
    """
    chance = random.Random(f"{seed} {name}")

    def play(attacked: Callable[[Path, str, Report], None]) -> None:
        report = Report(chance.randrange(2**32), name)
        with tempfile.TemporaryDirectory(prefix="slagboom-faults-") as folder:
            try:
                attacked(Path(folder), new_database(name, where), report)
            except Exception:  # whatever it is, it belongs in the report
                report.faults.append(traceback.format_exc())
        told.put(report)

    left = kills - round(kills * MIGRATIONS)
    play(lambda folder, url, report: migrations(folder, url, kills - left, report))
    while left > 0 and time.monotonic() < until - RESERVE:
        some = min(A_ROUND, left)
        left -= some
        patience = 0 if left else LEASES_RUN_OUT
        play(partial(_besiege, some, until - RESERVE / 2, patience))
    told.put(None)


def _besiege(kills: int, until: float, patience: float, folder: Path, url: str, report: Report) -> None:
    campaign(folder, url, kills, report, until=until, patience=patience)


def new_database(kind: str, where: str) -> str:
    """The address of a new, empty one."""
    name = f"faults_{secrets.token_hex(6)}"
    return (
        f"sqlite:///{where}/{name}.db"
        if kind == "sqlite"
        else postgres.for_alchemy(postgres.create_database(where, name))
    )


def besiege_both(ledger: Ledger, share: int, until: float) -> None:
    """Each database in a process of its own, side by side."""
    processes = get_context("spawn")
    told: Queue[Report | None] = processes.Queue()
    with (
        tempfile.TemporaryDirectory(prefix="slagboom-faults-databases-") as folder,
        postgres.shared_server(Path(folder)) as server,
    ):
        places = {"sqlite": folder, "postgresql": server}
        attackers = [
            processes.Process(target=attack, args=(kind, where, share, ledger.seed, until, told), name=kind)
            for kind, where in places.items()
        ]
        for attacker in attackers:
            attacker.start()
        left = len(attackers)
        while left:
            try:
                report = told.get(timeout=10)
            except Empty:
                assert any(attacker.is_alive() for attacker in attackers), "an attack ended without a word"
                continue
            if report is None:
                left -= 1
            else:
                ledger.enter(report)
        for attacker in attackers:
            attacker.join()


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    asked.add_argument("--kills", type=int, default=1_000, help="in all, half of them on each database")
    asked.add_argument("--minutes", type=float, default=90, help="at most")
    asked.add_argument("--seed", type=int, default=secrets.randbits(32), help="what chance is made from")
    asked.add_argument("--report", type=Path, default=KEPT, help="the file to keep what came of it")
    given = asked.parse_args()
    ledger = Ledger(given.report, given.seed, datetime.now(UTC))
    say(f"seed {given.seed}")
    until = time.monotonic() + given.minutes * 60
    besiege_both(ledger, given.kills // 2, until)
    kills = Counter({name: sum(one.kills.total() for one in rounds) for name, rounds in ledger.rounds.items()})
    say(f"{kills.total()} kills ({dict(kills)}), {len(ledger.faults)} faults: {given.report}")
    return 1 if ledger.faults or kills.total() < given.kills else 0
