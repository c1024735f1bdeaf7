"""The company: the people of the demonstration at browsers of their own, before a service that sends its mail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Response

from service.demo.journey.mailbox import Mailbox
from service.demo.people import ADDRESSES, PASSWORD
from tests.browser.walking import Walker
from tests.journeys.running import Running, running

PATIENCE = 15_000
"""Milliseconds that a page may take on a busy machine."""
READS = {
    "valmosan": "fr-BE",
    "grenzdall": "de-LU",
    "grensbeek": "nl-NL",
    "intake": "nl-NL",
    "transport": "nl-BE",
    "sg": "fr-BE",
    "delegate-be": "fr-BE",
    "delegate-nl": "nl-NL",
    "delegate-lu": "de-LU",
    "wallonia": "fr-BE",
    "minister-be": "nl-BE",
    "minister-nl": "nl-NL",
    "minister-lu": "fr-LU",
}
"""What the browser of each part asks for before it is known who sits there."""


@dataclass(slots=True)
class Company:
    """Whoever is asked for sits down, signs in and stays. `broken`: what a browser was told that nobody should see."""

    service: Running
    browser: Browser
    scripts: bool
    broken: list[str] = field(default_factory=list)
    _seated: dict[str, Walker] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day in Brussels."""
        return self.service.today

    def at(self, part: str) -> Walker:
        """Who plays this part, signed in at the first page that she opened."""
        if part not in self._seated:
            self._seated[part] = self.come_in(part)
        return self._seated[part]

    def sit_down(self, part: str, *, scripts: bool | None = None) -> Walker:
        """The same person at another browser, not signed in."""
        context = self.browser.new_context(
            base_url=self.service.settings.public_url,
            java_script_enabled=self.scripts if scripts is None else scripts,
            locale=READS[part],
            viewport={"width": 1280, "height": 900},
        )
        context.set_default_timeout(PATIENCE)
        self._watch(context)
        return Walker(ADDRESSES[part], context.new_page(), Mailbox(self.service.maildir))

    def come_in(self, part: str, *, scripts: bool | None = None) -> Walker:
        """The same, signed in."""
        walker = self.sit_down(part, scripts=scripts)
        walker.open("/sign-in")
        walker.sign_in(PASSWORD)
        return walker

    def _watch(self, context: BrowserContext) -> None:
        def answered(response: Response) -> None:
            if response.status >= 400:
                self.broken.append(f"{response.status} {response.request.method} {response.url}")

        context.on("response", answered)
        context.on("weberror", lambda error: self.broken.append(str(error.error)))


@contextmanager
def gathered(browser: Browser, folder: Path, *, scripts: bool) -> Iterator[Company]:
    """The company before a service on SQLite, until the block ends."""
    with running(f"sqlite:///{folder / 'slagboom.db'}", folder) as service:
        company = Company(service, browser, scripts)
        yield company
        for context in list(browser.contexts):
            context.close()
