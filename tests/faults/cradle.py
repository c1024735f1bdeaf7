"""A cradle: a process that has imported everything already, and of which servers and workers are born in an instant.

To import the service takes two seconds, to start it a tenth of one. Whoever starts it a thousand times has no use
for the two seconds; what is born runs the same command, with nothing shared but what was imported.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

IMPORTED = ("service.main", "service.worker", "service.cli.serving", "alembic.command", "tests.faults.fatal", __name__)


@cache
def _cradle() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(IMPORTED))
    return context


class Born:
    """A process of the cradle, handled like one of `subprocess`."""

    def __init__(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> None:
        self._process = _cradle().Process(target=live, args=(arguments, folder, dict(environment), log))
        self._process.start()
        self.pid: int = self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended; negative: by which signal."""
        code: int | None = self._process.exitcode
        return code

    def poll(self) -> int | None:
        """The same."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ends. Raises TimeoutExpired."""
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("slagboom", timeout or 0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it is there."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


def live(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> None:
    """What a new process does: take its place, and run the command."""
    from service.cli import run
    from tests.faults.fatal import VARIABLE, arm

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    streams = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for descriptor, stream in zip((0, 1, 2), (streams[0], streams[1], streams[1]), strict=True):
        os.dup2(stream, descriptor)
    sys.argv = ["slagboom", *arguments]
    if VARIABLE in environment:
        arm()
    run()
