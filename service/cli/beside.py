"""Beside: a worker in a process of its own, which never outlives the process that started it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import click

from service.settings import Settings

PATIENCE = 30.0  # seconds for the letter in hand
LONGEST_PAUSE = 30.0


class WorkerBeside:
    """The worker's standard input is a pipe whose other end only we hold.

    The kernel closes it when we end, however we end; so the worker ends too. When the worker is killed, a new one
    takes its place.
    """

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watching: threading.Thread | None = None

    def start(self, settings: Settings) -> None:
        """Start it, with the same settings as ours."""
        self._process = _started(settings)
        self._watching = threading.Thread(target=self._watch, args=(settings,), daemon=True, name="beside")
        self._watching.start()

    def end(self) -> None:
        """Let it end, and wait until the letter in hand is sent."""
        self._ending.set()
        process = self._process
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._watching is not None:
            self._watching.join(PATIENCE)

    def _watch(self, settings: Settings) -> None:
        pause = 1.0
        while self._process is not None:
            began = time.monotonic()
            status = self._process.wait()
            if time.monotonic() - began > LONGEST_PAUSE:  # it worked; what ended it now has nothing to do with before
                pause = 1.0
            if status == 0 or self._ending.wait(pause):
                return
            pause = min(2 * pause, LONGEST_PAUSE)
            click.echo(f"the worker ended with status {status}; another takes its place", err=True)
            self._process = _started(settings)


def _started(settings: Settings) -> subprocess.Popen[bytes]:
    # -P: the folder in which somebody stands is no place to look for our code.
    command = [sys.executable, "-P", "-c", "from service.cli import run; run()", "worker", "--with-parent"]
    return subprocess.Popen(command, env=settings.handed_on(), stdin=subprocess.PIPE)  # noqa: S603 - our own words
