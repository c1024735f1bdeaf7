"""Fatal: a command of ours that kills itself at a line that was chosen beforehand, where chance alone rarely hits.

`FATAL` names the line: `statement:12` before the twelfth statement, `commit:3` before the third commit, `committed:3`
when the third is done and nobody was told yet. `started:0.4` is that many seconds after the start.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Any, NoReturn

VARIABLE = "FATAL"
COMMAND = [sys.executable, "-P", "-c", "from tests.faults.fatal import arm; arm(); from service.cli import run; run()"]


def arm() -> None:
    """Let this process die where its environment says."""
    line, _, number = os.environ[VARIABLE].partition(":")
    if line == "started":
        threading.Timer(float(number), die).start()
    else:
        _watch(line, int(number))


def die() -> NoReturn:
    """Nothing after this happens: no `finally`, no handler, no flush."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a dead process goes on")


def _watch(line: str, number: int) -> None:
    from sqlalchemy import Engine, event

    left, door = [number], threading.Lock()

    def count() -> bool:
        with door:
            left[0] -= 1
            return left[0] < 0

    def before_statement(*_given: Any) -> None:
        if line == "statement" and count():
            die()

    def before_commit(connection: Any) -> None:
        if line == "commit" and count():
            die()
        connection.info["commits"] = True

    def after_commit(_connection: Any, record: Any) -> None:
        if record.info.pop("commits", False) and line == "committed" and count():
            die()

    event.listen(Engine, "before_cursor_execute", before_statement)
    event.listen(Engine, "commit", before_commit)
    event.listen(Engine, "checkin", after_commit)
