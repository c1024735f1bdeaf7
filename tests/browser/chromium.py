"""Chromium for the tests: the one that is named, else the system's."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMED = "SLAGBOOM_TEST_CHROMIUM"
REQUIRED = "SLAGBOOM_TEST_REQUIRE_CHROMIUM"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


class NoChromium(Exception):
    """There is no Chromium to test with; the message says what would help."""


def program() -> str:
    """The path of the browser. Raises NoChromium."""
    named = os.environ.get(NAMED)
    if named:
        return named
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if found is None:
        raise NoChromium(f"no {PROGRAMS[0]} on the path; install it or name one in {NAMED}")
    return found


@contextmanager
def opened() -> Iterator[Browser]:
    """A browser without a window, that talks to this machine alone. Raises NoChromium."""
    path = program()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-proxy-server", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()
