"""Filters under a name: one's own above list and inbox, shared with a working group, removed again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.service.pages.browsing import Browser, Page
from tests.service.seeds import House

AtBrowser = Callable[..., Browser]

QUERY = "stage=consultation&country=BE"


def save(browser: Browser, name: str, query: str = QUERY, group: str = "") -> Page:
    """Save what the list is narrowed to."""
    typed = {"/name": name, "/working_group": group} if group else {"/name": name}
    return browser.send(browser.open(f"/cases?{query}"), typed)


def test_a_filter_is_saved_found_above_list_and_inbox_and_removed(at_browser: AtBrowser) -> None:
    browser = at_browser("secretary")
    saved = save(browser, "Advies uit België")
    assert (saved.status, saved.path) == (200, "/cases")
    assert saved.links["Advies uit België"] == f"/cases?{QUERY}"
    assert browser.open("/inbox").links["Advies uit België"] == f"/cases?{QUERY}"
    assert "Advies uit België" not in at_browser("sg").open("/cases").links
    removal = next(form for form in saved.forms if form.endswith("/remove"))
    assert "Advies uit België" not in browser.send(saved, form=removal).links


def test_a_group_has_what_one_of_it_shares_and_only_the_owner_removes_it(at_browser: AtBrowser, house: House) -> None:
    browser = at_browser("secretary")
    saved = save(browser, "Vervoer, late zaken", "status=late", group="transport")
    removal = next(form for form in saved.forms if form.endswith("/remove"))
    other = at_browser("other_secretary")
    assert "Vervoer, late zaken" not in other.open("/cases").links
    page = other.open("/cases")
    answer = other.client.post(removal, data={"_token": page.forms["/sign-out"].value("_token"), "_page": "/cases"})
    assert answer.status_code == 404
    assert "Vervoer, late zaken" in browser.open("/cases").links


def test_the_same_name_again_takes_the_place_of_the_first(at_browser: AtBrowser) -> None:
    browser = at_browser("secretary")
    save(browser, "Mijn zaken")
    assert save(browser, "Mijn  zaken ", "status=late").links["Mijn zaken"] == "/cases?status=late"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\0b"])
def test_a_name_that_is_none_is_told_beside_the_field(at_browser: AtBrowser, name: str) -> None:
    page = save(at_browser("secretary"), name)
    assert (page.status, "f-name-error" in page.ids) == (422, True)


def test_markup_in_a_name_is_text(at_browser: AtBrowser) -> None:
    page = save(at_browser("secretary"), "<script>alert(1)</script>")
    assert "<script>alert" not in page.answer.text


def test_nobody_shares_with_a_group_of_others(at_browser: AtBrowser) -> None:
    browser = at_browser("secretary")
    page = browser.open(f"/cases?{QUERY}")
    fields = dict(page.main.fields) | {"/name": "Energie", "/working_group": "energy"}
    assert browser.client.post("/cases/filters", data=fields).status_code == 422
    fields = dict(page.main.fields) | {"/name": "Onzin", "_query": "stage=nonsense&cursor=1"}
    assert browser.client.post("/cases/filters", data=fields).status_code == 422


def test_an_unsaved_name_is_kept(at_browser: AtBrowser) -> None:
    browser = at_browser("secretary")
    save(browser, "x" * 81)
    assert browser.open(f"/cases?{QUERY}").main.value("/name") == "x" * 81
