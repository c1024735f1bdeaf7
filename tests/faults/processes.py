"""Processes: the server and the worker as an operator runs them, killed without a word and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.faults.cradle import Born
from tests.faults.fatal import COMMAND, VARIABLE
from tests.postgres import free_port

SLAGBOOM = [sys.executable, "-P", "-c", "from service.cli import run; run()"]
PATIENCE = 90.0  # seconds for a start on a busy machine
SENDER = "post@slagboom.example"
ROOT = Path(__file__).parents[2]
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
"""What makes a process believe another clock; from Debian's package faketime."""


@dataclass
class Site:
    """One installation: a folder, a database, a mail server and a port; what runs there ends with the block."""

    folder: Path
    database_url: str
    mail_url: str
    port: int = field(default_factory=free_port)
    more: Mapping[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes] | Born] = field(default_factory=dict)
    armed: dict[str, str | None] = field(default_factory=dict)
    """The kind of line at which each is to kill itself."""
    _begun_at: dict[str, int] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What every command is told; nothing of the machine's own settings gets through."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SLAGBOOM_")}
        return inherited | {
            "SLAGBOOM_DATABASE_URL": self.database_url,
            "SLAGBOOM_MAIL_URL": self.mail_url,
            "SLAGBOOM_MAIL_FROM": SENDER,
            "SLAGBOOM_PORT": str(self.port),
            **self.more,
        }

    def start(self, name: str, *, clock: Path | None = None, fatal: str | None = None, warm: bool = False) -> None:
        """Start `name` (server or worker). `clock`: the file in which faketime reads what time it is; `fatal`: the
        line at which it is to kill itself; `warm`: by the cradle, which has imported everything."""
        environment = self.environment | ({} if fatal is None else {VARIABLE: fatal, "PYTHONPATH": str(ROOT)})
        self.armed[name] = None if fatal is None else fatal.partition(":")[0]
        self._begun_at[name] = self.log(name).stat().st_size if self.log(name).exists() else 0
        if warm:
            self.running[name] = Born(COMMANDS[name], self.folder, environment, self.log(name))
            return
        command = [*(SLAGBOOM if fatal is None else COMMAND), *COMMANDS[name]]
        with self.log(name).open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, cwd=self.folder, env=environment | ({} if clock is None else faked(clock)),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def kill(self, name: str) -> None:
        """SIGKILL: nothing of it gets to tidy up. Fails when it had ended by itself and nobody armed it."""
        fault = self._ended(name)
        assert fault is None, fault
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        assert process.wait(PATIENCE) == -signal.SIGKILL

    def dies(self, name: str, seconds: float) -> bool:
        """Whether an armed process kills itself within so many seconds."""
        try:
            status = self.running[name].wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        assert status == -signal.SIGKILL, f"{name} ended by itself, with {status}:\n{self.tail(name)}"
        del self.running[name]
        return True

    def end(self, name: str) -> None:
        """SIGTERM, as an operator ends it; not before it is so far that it can end well."""
        until = time.monotonic() + PATIENCE
        while BEGUN[name] not in self.log(name).read_bytes()[self._begun_at[name] :]:
            assert time.monotonic() < until, f"{name} never began:\n{self.tail(name)}"
            time.sleep(0.05)
        process = self.running.pop(name)
        process.terminate()
        assert process.wait(PATIENCE) == 0, self.tail(name)

    def _ended(self, name: str) -> str | None:
        """How it ended by itself, when nobody armed it."""
        process = self.running[name]
        if process.poll() is None or self.armed.get(name) is not None:
            return None
        return f"{name} ended by itself, with {process.returncode}:\n{self.tail(name)}"

    def wait_until_ready(self, seconds: float = PATIENCE) -> float:
        """Wait until the server says that it can answer; says how long that took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            fault = self._ended("server")
            assert fault is None, fault
            if self.running["server"].poll() is not None:
                return time.monotonic() - began  # it died at its line before it was ready
            if self._is_ready():
                return time.monotonic() - began
            time.sleep(0.05)
        raise AssertionError(f"not ready within {seconds} s:\n{self.tail('server')}")

    def _is_ready(self) -> bool:
        line = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/readyz")
            return line.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            line.close()

    def run(self, *arguments: str, **more: str) -> str:
        """A command that ends by itself, and well; what it said."""
        done = self.try_to_run(*arguments, **more)
        assert done.returncode == 0, f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}"
        return done.stdout

    def try_to_run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """A command that ends by itself, well or not."""
        return subprocess.run(
            [*SLAGBOOM, *arguments], cwd=self.folder, env=self.environment | more, text=True, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600,
        )  # fmt: skip

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def tail(self, name: str) -> str:
        return self.log(name).read_text(errors="replace")[-3000:] if self.log(name).exists() else ""


def faked(clock: Path) -> dict[str, str]:
    """The environment of a process that takes the time from a file: an offset such as +2d, read again at each look.

    Its pauses and its patience are measured by another clock, which nobody sets.
    """
    assert FAKETIME is not None, "faketime is not installed"
    return {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_FAKE_UTIME": "1",
    }


BEGUN = {"server": b"Slagboom answers at", "worker": b"worker_started"}
COMMANDS = {"server": ("serve",), "worker": ("worker",)}


@contextmanager
def site(folder: Path, database_url: str, mail_url: str, **more: str) -> Iterator[Site]:
    """An installation with nothing running in it yet; whatever runs at the end of the block is killed."""
    folder.mkdir(parents=True, exist_ok=True)
    opened = Site(folder, database_url, mail_url, more=more)
    try:
        yield opened
    finally:
        for process in opened.running.values():
            process.kill()
            process.wait(PATIENCE)


def seed_people(at: Site) -> None:
    """The database at its newest migration, with the people of the demo; no plan, no server."""
    from contextlib import closing
    from datetime import UTC, datetime

    from service.auth.passwords import hash_password
    from service.commands.clocks import THE_HOUSE
    from service.demo.people import seed
    from service.store.engine import Store, upgrade
    from service.store.work import Work

    upgrade(at.database_url)
    with closing(Store.open(at.database_url)) as store:
        seed(lambda: Work(store, THE_HOUSE, datetime.now(UTC)), hash_password)
