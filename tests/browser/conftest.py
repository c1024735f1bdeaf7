"""A real browser in front of the whole service. Without a Chromium nothing here runs, and the run says so."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import chromium
from tests.browser.addresses import ADDRESSES, Address, cast
from tests.browser.served import Served, served

AtPage = Callable[[Address], Page]


# For a file at a time: while Playwright is open, no other test of the process can run a loop of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        with chromium.opened() as opened:
            yield opened
    except chromium.NoChromium as reason:
        message = f"NO PAGE WAS SEEN BY A BROWSER: {reason}"
        if os.environ.get(chromium.REQUIRED) == "1":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)


@pytest.fixture(scope="module")
def service(browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with the people of the seeds, on a database for this file."""
    with served(browser, sqlite_template, tmp_path_factory.mktemp("served")) as answering:
        yield answering


@pytest.fixture(scope="module")
def names(service: Served) -> dict[str, str]:
    """What stands for `{…}` in the addresses."""
    return cast(service)


@pytest.fixture(scope="module")
def people(service: Served, names: dict[str, str]) -> Iterator[dict[str | None, BrowserContext]]:
    """Everybody whom the addresses name, at a browser of their own."""
    contexts = {name: service.at_browser(name) for name in {address.person for address in ADDRESSES}}
    yield contexts
    for context in contexts.values():
        context.close()


@pytest.fixture
def at_page(people: dict[str | None, BrowserContext], names: dict[str, str]) -> Iterator[AtPage]:
    """Opens the page of an address, and sees to it that it is the one that was meant."""
    opened: list[Page] = []

    def open_page(address: Address) -> Page:
        page = people[address.person].new_page()
        opened.append(page)
        answer = page.goto(address.path.format_map(names))
        assert answer is not None
        assert answer.status == address.status
        if address.fill:
            page.fill(*address.fill)
        if address.press:
            with page.expect_navigation():
                page.click(address.press)
            assert page.locator(address.shows).first.is_visible(), page.url
        return page

    yield open_page
    for page in opened:
        page.close()
