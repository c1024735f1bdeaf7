"""A real browser in front of the whole service. Without a Chromium nothing here runs, and the run says so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium
from tests.browser.served import Served, served


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
