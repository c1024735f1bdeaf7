"""A pytest session that stays warm: tests are collected once, and each mutant runs in a fork of it.

A fork carries no trace of the tests before it (no cache is filled but what collecting fills), and starts in a
millisecond where a new pytest takes half a second.
"""

from __future__ import annotations

import gc
import json
import math
import os
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pytest
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state

SURVIVED, KILLED, BROKEN = 0, 1, 2
MEMORY = 4 << 30
TESTS = (
    "tests/workflows",
    "--ignore=tests/workflows/test_simulate.py",
    "--ignore=tests/workflows/test_procedure_hostile.py",
)
"""Those that say a rule. A random walk that stumbles over a mutant says none, and takes seconds."""


class Session:
    """Instead of the tests: which function each test reaches, and then every mutant against the tests that reach it."""

    def __init__(self, mutants: list[str], results: Path, workers: int) -> None:
        self._mutants = mutants
        self._results = results
        self._workers = workers
        self._failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed = self._failed or report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        gc.freeze()
        items = {item.nodeid: item for item in session.items}
        reach = self._results.with_suffix(".reach")
        if _status_of(_forked(partial(self._learn, items, reach))) != SURVIVED:
            failed = reach.read_text(encoding="utf-8")
            raise pytest.UsageError(f"the tests do not pass on code that is not mutated: {failed}")
        learned = json.loads(reach.read_text(encoding="utf-8"))
        found = self._run(items, learned["durations"], learned["reached"])
        self._results.write_text(json.dumps(found), encoding="utf-8")
        return True

    def _learn(self, items: dict[str, pytest.Item], reach: Path) -> int:
        """Run everything once, unmutated, and write down how long each test takes and what it reaches."""
        set_mutant_under_test("stats")
        reached: defaultdict[str, list[str]] = defaultdict(list)
        durations: dict[str, float] = {}
        for name, item in items.items():
            state()._stats.clear()
            began = time.process_time()
            self._failed = False
            if self._fail_of([item]):
                reach.write_text(name, encoding="utf-8")
                return BROKEN
            durations[name] = time.process_time() - began
            for function in state()._stats:
                reached[function].append(name)
        reach.write_text(json.dumps({"durations": durations, "reached": reached}), encoding="utf-8")
        return SURVIVED

    def _run(
        self, items: dict[str, pytest.Item], durations: dict[str, float], reached: dict[str, list[str]]
    ) -> dict[str, str]:
        found: dict[str, str] = {}
        running: dict[int, str] = {}
        for mutant in self._mutants:
            tests = sorted(reached.get(mutant.partition("__mutmut_")[0], ()), key=durations.__getitem__)
            if not tests:
                found[mutant] = "no test reaches it"
                continue
            while len(running) >= self._workers:
                self._reap(running, found)
            limit = math.ceil(10 * sum(durations[test] for test in tests)) + 10
            running[_forked(partial(self._try, mutant, [items[test] for test in tests], limit))] = mutant
        while running:
            self._reap(running, found)
        return found

    def _reap(self, running: dict[int, str], found: dict[str, str]) -> None:
        pid, status = os.wait()
        code = os.waitstatus_to_exitcode(status)
        found[running.pop(pid)] = (
            "timeout" if code < 0 else {SURVIVED: "survived", KILLED: "killed"}.get(code, "broken")
        )

    def _try(self, mutant: str, items: list[pytest.Item], limit: int) -> int:
        set_mutant_under_test(mutant)
        limit += math.ceil(time.process_time())
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.alarm(600)
        return KILLED if self._fail_of(items) else SURVIVED

    def _fail_of(self, items: Iterable[pytest.Item]) -> bool:
        """Whether one of these tests fails; the ones after it are not run."""
        self._failed = False
        for item in items:
            item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
            if self._failed:
                return True
        return False


def _forked(work: Callable[[], int]) -> int:
    pid = os.fork()
    if pid:
        return pid
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    code = BROKEN  # what no test catches tells nothing of the tests
    try:
        code = work()
    finally:
        os._exit(code)


def _status_of(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main(asked: Path, results: Path, workers: int = 2) -> int:
    """Try the mutants that are asked for; this runs in the folder of the mutated copy."""
    set_mutant_under_test("")
    options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "--timeout=0", "--hypothesis-profile=ci"]
    mutants = json.loads(asked.read_text(encoding="utf-8"))
    return int(pytest.main([*options, *TESTS], plugins=[Session(mutants, results, workers)]))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
