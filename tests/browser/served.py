"""Served: the whole service on a free port, with the people of the seeds, for a real browser."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, BrowserContext
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from notifications.channels.maildir import Maildir
from service.auth.sessions import name_of, new_secret
from service.auth.tokens import generate_key
from service.demo.journey.mailbox import Mailbox
from service.main import build
from service.pages.visitor import LANGUAGE, SESSION
from service.settings import Settings
from service.store.engine import Store
from service.store.sessions import BrowserSessions
from service.worker import Worker
from tests.service.seeds import House, seed

PASSWORD = "met-de-klomp-op-de-slagboom"
SENDER = "Slagboom <slagboom@slagboom.example>"
PATIENCE = 10_000
"""Milliseconds that a page may take on a busy machine."""


@dataclass(frozen=True, slots=True)
class Served:
    """The service at `url`, the house behind it, and the browser in front of it."""

    url: str
    house: House
    browser: Browser
    maildir: Path

    def send_mail(self) -> None:
        """Let the worker do all that there is to do now."""
        channel = Maildir(str(self.maildir))
        worker = Worker(self.house.store, channel, public_url=self.url, mail_from=SENDER, now=lambda: self.house.now)
        for _ in range(5):  # fifty letters a turn
            worker.turn()

    def mails(self) -> list[str]:
        """The names of the mails that went out, the first one first."""
        return [mail.name for mail in Mailbox(self.maildir).mails()]

    def at_browser(self, name: str | None = None, *, language: str | None = None, scripts: bool = True,
                   width: int = 1280) -> BrowserContext:  # fmt: skip
        """Somebody of the seeds at a browser of her own; without a name a guest."""
        context = self.browser.new_context(
            base_url=self.url, java_script_enabled=scripts, viewport={"width": width, "height": 900}, locale="en-GB"
        )
        context.set_default_timeout(PATIENCE)
        if name is not None:
            self._let_in(context, name)
        if language is not None:
            self.read_in(context, language)
        return context

    def read_in(self, context: BrowserContext, language: str) -> None:
        """Let a browser ask for pages in a language."""
        context.add_cookies([{"name": LANGUAGE, "value": language, "url": self.url}])

    def _let_in(self, context: BrowserContext, name: str) -> None:
        secret = new_secret()
        sessions = BrowserSessions(self.house.store, idle=timedelta(hours=3), longest=timedelta(hours=12))
        sessions.begin(name_of(secret), f"person-{name}", self.house.now)
        context.add_cookies([{"name": SESSION, "value": secret, "url": self.url}])


@contextmanager
def served(browser: Browser, template: Path, folder: Path) -> Iterator[Served]:
    """The service on a fresh database, until the block ends."""
    database = folder / "slagboom.db"
    shutil.copy(template, database)
    store = Store.open(f"sqlite:///{database}")
    # Anybody's own hash would do; this one is made with few rounds, since everybody may read the password.
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),)).hash(PASSWORD)
    house = seed(store, password_hash=quick)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings.read(
            database_url=f"sqlite:///{database}",
            signing_key=generate_key(),
            files=folder / "files",
            mail_url=f"maildir:{folder / 'mail'}",
            public_url=url,
        )
        with _answering(settings, house, listening):
            yield Served(url, house, browser, folder / "mail")
    store.close()


@contextmanager
def _answering(settings: Settings, house: House, listening: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(
        build(settings, lambda: house.now, demo=True),
        ws="none",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="served")
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        assert server.started, "the service did not begin"
        yield
    finally:
        server.should_exit = True
        thread.join()
