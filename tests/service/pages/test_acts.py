"""Acts as forms: the publication of a decision, by the Secretariat-General."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.service.pages.browsing import Browser
from tests.service.seeds import House

AtBrowser = Callable[..., Browser]


@pytest.fixture
def page(house: House) -> str:
    return f"/cases/{house.bring('implementation')}/acts/publish"


def test_a_publication_is_recorded(at_browser: AtBrowser, page: str) -> None:
    browser = at_browser("sg")
    done = browser.send(browser.open(page), {"/journal": "2026-4", "/published_on": "2026-11-24"})
    assert (done.status, done.path) == (200, page.removesuffix("/acts/publish"))


def test_what_is_missing_is_told_at_its_field_and_the_rest_is_kept(at_browser: AtBrowser, page: str) -> None:
    browser = at_browser("sg")
    again = browser.send(browser.open(page), {"/journal": "2026-4"})
    assert (again.status, again.main.value("/journal"), "f-published_on-error" in again.ids) == (422, "2026-4", True)
    assert browser.open(page).main.value("/journal") == "2026-4"


def test_who_may_not_publish_is_told_so(at_browser: AtBrowser, page: str) -> None:
    assert "main-form" not in at_browser("officer").open(page).forms
    assert at_browser("stranger").open(page).status == 404
    assert at_browser("sg").open(page.replace("publish", "nonsense")).status == 404
