"""`slagboom serve` and `slagboom worker`: what runs until it is told to end."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit

import click

from service.cli import Failed
from service.cli.progress import progress
from service.settings import Environment, Settings

STDIN = 0


@click.command()
@click.option("--host", help="The address to listen at, instead of SLAGBOOM_HOST.")
@click.option("--port", type=click.IntRange(0, 65_535), help="The port, instead of SLAGBOOM_PORT; 0 takes a free one.")
@click.option("--demo", is_flag=True, help="Add made-up people for every role, and the annual plan of 2023.")
@click.option("--with-worker", is_flag=True, help="Start a worker beside it, which ends with it.")
@click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input is closed.")
def serve(host: str | None, port: int | None, demo: bool, with_worker: bool, with_parent: bool) -> None:
    """Bring the database up to date and answer requests until told to end (Ctrl-C)."""
    settings = Settings.read(**{name: given for name, given in (("host", host), ("port", port)) if given is not None})
    if demo and settings.environment is Environment.PRODUCTION:
        raise Failed("--demo adds people whose password everybody knows; production does without them")
    _check_free(settings.host, settings.port)
    if demo:
        _add_demo(settings)
    from service import main
    from service.cli.beside import WorkerBeside

    beside = WorkerBeside()

    def listening(address: str) -> None:
        found = settings.model_copy(update={"public_url": _with_port(settings.public_url, urlsplit(address).port)})
        if with_worker:
            beside.start(found)
        for line in _about(found, demo=demo, with_worker=with_worker):
            click.echo(line)
        sys.stdout.flush()

    if with_parent:
        _end_with_parent(lambda: signal.raise_signal(signal.SIGTERM))
    # After it has ended well, the server sends itself the signal again that it was told to end by.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main.serve(settings, listening, demo=demo)
    except KeyboardInterrupt:
        pass
    finally:
        beside.end()


@click.command()
@click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input is closed.")
def worker(with_parent: bool) -> None:
    """Send mail, let clocks run out, write the weekly digests, until told to end.

    It waits for the database until that is at the newest migration. Any number of workers may run beside each other.
    """
    from notifications.channels import channel
    from service.store.engine import Store
    from service.worker import Worker
    from service.worker.logs import log_as_json

    settings = Settings.read()
    log_as_json()
    with closing(Store.open(settings.database_url, pool_size=4)) as store:
        way = channel(settings.mail_url)
        started = Worker(store, way, public_url=settings.public_url, mail_from=settings.mail_from)
        if with_parent:
            _end_with_parent(started.stop)
        started.run_until_signalled()


def _end_with_parent(stop: Callable[[], None]) -> None:
    """The other end of standard input is the parent's alone: when it is gone, however it went, reading ends."""

    def watch() -> None:
        while os.read(STDIN, 1):
            pass
        stop()

    threading.Thread(target=watch, daemon=True, name="parent").start()


def _check_free(host: str, port: int) -> None:
    """Say in one line that nobody can listen there, before anything is begun."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            raise Failed(f"cannot listen at {host}, port {port}: {error.strerror or error}") from error


def _with_port(public_url: str, port: int | None) -> str:
    """The address with the port that was found, where the settings leave it open."""
    return public_url.removesuffix(":0") + f":{port}" if public_url.endswith(":0") else public_url


def _add_demo(settings: Settings) -> None:
    from datetime import UTC, datetime

    from service.auth.passwords import hash_password
    from service.commands.clocks import THE_HOUSE
    from service.commands.imports import IMPORTER
    from service.demo.people import seed
    from service.imports.annual_plan import import_annual_plan, shipped_plan
    from service.store.engine import Store, upgrade
    from service.store.work import Work

    upgrade(settings.database_url)
    with closing(Store.open(settings.database_url)) as store:
        seed(lambda: Work(store, THE_HOUSE, datetime.now(UTC)), hash_password)
        with progress("Taking over the plan of 2023") as moved:
            import_annual_plan(shipped_plan(), lambda: Work(store, IMPORTER, datetime.now(UTC)), moved)


def _about(settings: Settings, *, demo: bool, with_worker: bool) -> Iterator[str]:
    """What somebody wants to know who has just started it."""
    yield f"Slagboom answers at {settings.public_url}"
    yield f"  documentation of the API: {settings.public_url}/api/v1/docs"
    mail = settings.mail_url.removeprefix("maildir:")
    if settings.mail_url.startswith("maildir:"):
        yield f"  mail becomes files in:    {mail}/new"
    else:
        yield f"  mail goes by way of:      {urlsplit(settings.mail_url).hostname}"
    if not with_worker:
        yield "  no mail goes out before a worker runs: `slagboom worker`, or --with-worker"
    if demo:
        from service.demo.people import PASSWORD, table

        yield f"  whom to sign in as:       {settings.public_url}/demo"
        yield f"  the mails that went out:  {settings.public_url}/demo/mail"
        yield f"  sign in as one of these, with the password {PASSWORD}"
        yield from (f"    {line}" for line in table())
