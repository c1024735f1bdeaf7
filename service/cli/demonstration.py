"""`slagboom demo`: a server of its own, and the journey of one case from its filing to a decision, step by step."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import IO

import click
import httpx

from service.cli import Failed
from service.demo.journey import Journey, Stopped
from service.demo.people import ADDRESSES, PASSWORD
from service.queries.digests import week_of
from service.settings import Environment, Settings
from workflows.dates import day_in_brussels

SLAGBOOM = (sys.executable, "-P", "-c", "from service.cli import run; run()")
"""Our own command line, whatever folder it is called from and whether or not its script is on the path."""
MAILDIR = "maildir:"
TO_START, TO_END, PAUSE = 90.0, 30.0, 0.2  # seconds


@click.command()
def demo() -> None:
    """Play a case from its filing to a decision, and show every step and every mail.

    Starts a server for it, in a temporary folder unless SLAGBOOM_DATABASE_URL names a database.
    """
    with tempfile.TemporaryDirectory(prefix="slagboom-") as folder, _ended_by_signals():
        settings = _settings(Path(folder))
        click.echo("Starting a server with demo people and the annual plan of 2023 …")
        with (Path(folder) / "server.log").open("w+") as log, served(settings, log):
            click.echo(f"It listens at {settings.public_url}; its mail goes to {settings.mail_url}")
            _play(settings, day_in_brussels(datetime.now(UTC)))


def _settings(folder: Path) -> Settings:
    """Those of the environment where they name a database, else all in one folder that is thrown away."""
    named = Settings.read()
    if named.environment is Environment.PRODUCTION:
        raise Failed("the demo makes people with a published password: it does not run in production")
    here: dict[str, object] = {"host": "127.0.0.1", "port": free_port()}
    here["public_url"] = f"http://127.0.0.1:{here['port']}"
    if "database_url" not in named.model_fields_set:
        here |= {
            "database_url": f"sqlite:///{folder}/slagboom.db",
            "mail_url": f"{MAILDIR}{folder}/mail",
            "files": folder / "files",
            "signing_key": str(folder / "signing-key.pem"),
        }
    settings = Settings.read(**here)
    if not settings.mail_url.startswith(MAILDIR):
        raise Failed("the demo reads its mail from a folder: let SLAGBOOM_MAIL_URL name one (maildir:/absolute/folder)")
    return settings


def free_port() -> int:
    """A port of this machine that nobody listens at now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def served(settings: Settings, log: IO[str]) -> Iterator[None]:
    """A server with its worker, ready to answer; ended at the end of the block."""
    # It ends by itself when the pipe to its standard input is closed: even when this process is killed.
    command = (*SLAGBOOM, "serve", "--demo", "--with-worker", "--with-parent")
    server = subprocess.Popen(  # noqa: S603 - our own command
        command, env=settings.handed_on(), stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        _wait_until_ready(server, settings.public_url, log)
        yield
    finally:
        server.terminate()
        try:
            server.wait(TO_END)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        if server.stdin is not None:
            server.stdin.close()


def _wait_until_ready(server: subprocess.Popen[bytes], address: str, log: IO[str]) -> None:
    until = time.monotonic() + TO_START
    while server.poll() is None and time.monotonic() < until:
        try:
            if httpx.get(f"{address}/readyz", trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(PAUSE)
    log.seek(0)
    last = next((line for line in reversed(log.read().splitlines()) if line.strip()), "it said nothing")
    raise Failed(f"the server did not start: {last}")


def _play(settings: Settings, today: date) -> None:
    maildir = Path(settings.mail_url.removeprefix(MAILDIR))
    journey = Journey(settings.public_url, maildir, ADDRESSES, PASSWORD, today, click.echo)
    try:
        dossier = journey.obstacle()
        journey.wait_for_mail(dossier, "valmosan", reads="sg")
        proposal = journey.project()
        journey.wait_for_mail(proposal, "transport", reads="sg")
        monday = today + timedelta(days=7 - today.weekday())
        sent = _said(settings, "digest", "send", "--on", monday.isoformat())
        if not sent.startswith("0 "):  # a second demo in one week sends none
            journey.wait_for_digest(week_of(today), "minister-be")
        journey.tell_mails()
    except Stopped as stop:
        click.echo(str(stop), err=True)
        raise Failed("the journey stopped there") from stop
    finally:
        journey.close()
    click.echo(f"\n     {sent}")
    click.echo(f"     {_said(settings, 'audit', 'verify')}")


def _said(settings: Settings, *arguments: str) -> str:
    """The last line of what a command of ours says. Raises Failed with its complaint."""
    done = subprocess.run(  # noqa: S603 - our own command
        (*SLAGBOOM, *arguments), env=settings.handed_on(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        *before, complaint = (done.stdout + done.stderr).strip().splitlines() or ["it said nothing"]
        for line in before:
            click.echo(line, err=True)
        raise Failed(complaint.removeprefix("slagboom: "))
    return done.stdout.strip().splitlines()[-1]


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """A signal that would end this process at once lets it end the server first."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    told = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, interrupt) for number in told}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
