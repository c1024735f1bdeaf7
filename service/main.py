"""The service over HTTP: put together here, from settings to a server that answers."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from structlog.tracebacks import ExceptionDictTransformer

from notifications.digest import body_of
from service.api import ROUTERS
from service.api.application import create_app
from service.api.connections import Limits, connection_with
from service.api.doors import Doors
from service.auth.keys import signer
from service.auth.passwords import PasswordsBusy
from service.auth.sessions import IDLE, LONGEST
from service.demo.journey.mailbox import Mailbox
from service.demo.people import PASSWORD, PEOPLE
from service.files import FilesUnusable
from service.pages.application import create_pages
from service.pages.doors import Demonstration
from service.pages.doors import Doors as PageDoors
from service.settings import Environment, Settings
from service.store.engine import Store, upgrade
from service.store.errors import StoreFailed
from service.store.outbox import Outbox
from service.store.sessions import BrowserSessions
from service.store.sign_ins import SignIns
from service.store.work import Work
from service.worker.previews import Previews

THREADS = 10
"""Requests that are worked on at once; each needs one connection, and more would only wait for the database."""


def now() -> datetime:
    """The moment, by this machine's clock."""
    return datetime.now(UTC)


def build(settings: Settings, clock: Callable[[], datetime] = now, *, demo: bool = False) -> FastAPI:
    """The service on a database that stands at the newest migration. Raises SettingsFaulty.

    `demo`: in development, show whom to sign in as and everybody's mail.
    """
    store = Store.open(settings.database_url, pool_size=THREADS)
    unusable = (StoreFailed, FilesUnusable)
    doors = Doors(
        now=clock,
        reading=store.reading,
        work=partial(Work, store),
        at_head=store.at_head,
        signer=signer(settings),
        tries=SignIns(store),
        files=settings.files,
    )
    pages = create_pages(_page_doors(settings, store, clock, demo), (*unusable, PasswordsBusy))
    return create_app(doors, ROUTERS, threads=THREADS, unusable=unusable, close=store.close, pages=pages)


def _page_doors(settings: Settings, store: Store, clock: Callable[[], datetime], demo: bool) -> PageDoors:
    return PageDoors(
        now=clock,
        reading=store.reading,
        work=partial(Work, store),
        tries=SignIns(store),
        sessions=BrowserSessions(store, idle=IDLE, longest=LONGEST),
        files=settings.files,
        secure=settings.public_url.startswith("https:"),
        preview=_previews(settings, store),
        digest=body_of,
        demo=_demonstration(settings) if demo and settings.environment is Environment.DEVELOPMENT else None,
    )


def _demonstration(settings: Settings) -> Demonstration:
    """The demo people, and the folder in which their mail is kept instead of being sent."""
    kept = settings.mail_url.startswith("maildir:")
    mailbox = Mailbox(Path(settings.mail_url.removeprefix("maildir:")))
    return Demonstration(
        people=PEOPLE, password=PASSWORD, public_url=settings.public_url, mails=mailbox.mails if kept else None
    )


def _previews(settings: Settings, store: Store) -> Previews:
    sender = settings.mail_from
    outbox = Outbox(store, "preview", domain=sender.rpartition("@")[2].strip("> "))
    return Previews(outbox, public_url=settings.public_url, mail_from=sender)


def serve(settings: Settings, listening: Callable[[str], None] = lambda address: None, *, demo: bool = False) -> None:
    """Bring the database up to date, then answer requests until the process is told to end.

    `listening` is called with the address once it answers there (with port 0 nobody knows it before).
    Raises SettingsFaulty, and StoreFailed for a database that cannot be used.
    """
    configure_log()
    upgrade(settings.database_url)
    config = uvicorn.Config(
        build(settings, demo=demo),
        host=settings.host,
        port=settings.port,
        http=connection_with(Limits()),
        ws="none",  # nothing here speaks it
        log_config=None,
        access_log=False,  # the application logs each request itself, without addresses of people
        server_header=False,
        proxy_headers=False,  # nothing here depends on the sender's address
        timeout_graceful_shutdown=20,
    )
    bound = config.bind_socket()
    _Server(config, partial(listening, _address(settings.host, bound.getsockname()[1]))).run(sockets=[bound])


class _Server(uvicorn.Server):
    """Tells when it answers."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        if self.started:
            self._listening()


def configure_log(level: int = logging.INFO) -> None:
    """One line of JSON for each thing that happens, on standard error; of libraries too, from warnings up."""
    steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        # Without the values of variables: they are what people wrote.
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
    ]
    structlog.configure(
        processors=[*steps, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    rendered: list[Any] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.JSONRenderer(),
    ]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=rendered, foreign_pre_chain=steps))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
