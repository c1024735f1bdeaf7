"""Drifting: many pairs of hands on one database, in threads of this process and in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from notifications.channels.maildir import Maildir
from service.store.engine import Store
from service.worker import Worker
from tests.faults.drift import Drift
from tests.faults.told import Memory, read_all
from tests.service.seeds import NOW, House

ROOT = Path(__file__).parents[2]
CONNECTIONS = 48
"""Every pair of hands may ask for something several times at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a crowd does. `began_at`: seconds since 1970 at which the seeds stand, the same for all processes."""

    url: str
    folder: Path
    seed: int
    began_at: float
    steps: int
    threads: int
    name: str = "here"

    def now(self) -> datetime:
        """The moment, by the clock of the seeds."""
        return NOW + timedelta(seconds=time.time() - self.began_at)

    def seconds(self) -> float:
        """How long ago it began."""
        return time.time() - self.began_at


def crowd(plan: Plan) -> Memory:
    """So many hands at once in this process; what they were told. Whatever ends one early is a surprise."""
    memory = Memory(plan.folder / f"{plan.name}.told")
    with open_store(plan.url) as store:
        hands = [Drift(House(store), plan.seed * 1000 + one, memory, plan.seconds) for one in range(plan.threads)]
        at_once([lambda one=one: _run(one, plan.steps, memory) for one in hands])
    report = {"surprises": memory.surprises, "refusals": dict(memory.refusals)}
    (plan.folder / f"{plan.name}.report").write_text(json.dumps(report))
    return memory


def _run(drift: Drift, steps: int, memory: Memory) -> None:
    try:
        drift.run(steps)
    except BaseException:
        memory.surprises.append(traceback.format_exc())
        raise


def at_once(deeds: Sequence[Callable[[], object]]) -> None:
    """Do all of it, beginning at the same moment, each in a thread of its own."""
    start = threading.Barrier(len(deeds), timeout=60)

    def do(deed: Callable[[], object]) -> None:
        start.wait()
        deed()

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextmanager
def open_store(url: str) -> Iterator[Store]:
    """An open database with room for a crowd."""
    store = Store.open(url, pool_size=CONNECTIONS)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def working(plan: Plan) -> Iterator[Worker]:
    """A worker beside, that sends into a folder until the block ends."""
    with open_store(plan.url) as store:
        worker = a_worker(store, plan)
        thread = threading.Thread(target=worker.run, name="worker")
        thread.start()
        try:
            yield worker
        finally:
            worker.stop()
            thread.join(60)
            assert not thread.is_alive(), "the worker does not end"


def a_worker(store: Store, plan: Plan) -> Worker:
    """A worker by the clock of the seeds."""
    return Worker(
        store,
        Maildir(plan.folder / "mail"),
        public_url="https://slagboom.test",
        mail_from="Slagboom <post@slagboom.test>",
        now=plan.now,
    )


def start_process(plan: Plan) -> subprocess.Popen[str]:
    """The same crowd in a process of its own, with a worker. What it was told is in `<name>.told` of the folder."""
    given = (plan.url, plan.folder, plan.seed, plan.began_at, plan.steps, plan.threads, plan.name)
    said = [str(one) for one in given]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.drifting", *said],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def await_end(process: subprocess.Popen[str], plan: Plan, patience: float = 250) -> Memory:
    """What a process was told, once it has ended well."""
    try:
        output, _ = process.communicate(timeout=patience)
    finally:
        process.kill()
    assert process.returncode == 0, output
    report = json.loads((plan.folder / f"{plan.name}.report").read_text())
    told = read_all([plan.folder / f"{plan.name}.told"])
    memory = Memory(deeds=told, surprises=report["surprises"])
    memory.refusals.update(report["refusals"])
    return memory


if __name__ == "__main__":
    url, folder, seed, began_at, steps, threads, name = sys.argv[1:]
    here = Plan(
        url=url, folder=Path(folder), seed=int(seed), began_at=float(began_at), steps=int(steps),
        threads=int(threads), name=name,
    )  # fmt: skip
    with working(here):
        crowd(here)
