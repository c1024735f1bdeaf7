"""The list of cases: what a person may read, narrowed by the address."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.service.pages.browsing import Browser
from tests.service.seeds import House

AtBrowser = Callable[..., Browser]


def test_everybody_finds_the_cases_that_are_theirs_to_read(at_browser: AtBrowser, house: House) -> None:
    reference = house.case(house.bring("consultation")).reference
    assert reference is not None
    assert reference in at_browser("secretary").open("/cases").text
    assert reference not in at_browser("stranger").open("/cases").text
    assert at_browser().open("/cases").status == 401


@pytest.mark.parametrize(("language", "name"), [("nl", "Waalse Regering"), ("de", "Wallonische Regierung")])
def test_bodies_are_offered_by_their_names_in_the_readers_language(
    at_browser: AtBrowser, language: str, name: str
) -> None:
    browser = at_browser("secretary")
    browser.have_cookie("slagboom-language", language)
    assert name in browser.open("/cases").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("stage=consultation", True),
        ("stage=draft&stage=consultation", True),
        ("stage=resolved", False),
        ("q=schoolbus", True),
        ("q=tram", False),
        ("country=LU", False),
        ("status=open&theme=mobility_transport", True),
        ("moved=filed&from=2026-11-23&until=2026-11-30", True),  # as the numbers of a digest lead here
        ("moved=filed&from=2026-11-16&until=2026-11-23", False),
        ("asked_of=BE", True),
        ("due_before=&q=", True),  # an empty field asks for nothing
    ],
)
def test_filters_stand_in_the_address(at_browser: AtBrowser, house: House, query: str, found: bool) -> None:
    reference = str(house.case(house.bring("consultation")).reference)
    page = at_browser("sg").open(f"/cases?{query}")
    assert (page.status, reference in page.text) == (200, found)


@pytest.mark.parametrize("query", ["stage=nonsense", "due_before=soon", "unknown=1", "q=a&q=b", "q=" + "a" * 300])
def test_a_filter_that_is_none_is_told_and_shows_nothing(at_browser: AtBrowser, query: str) -> None:
    page = at_browser("sg").open(f"/cases?{query}")
    assert (page.status, "trouble" in page.ids) == (422, True)


def test_a_cursor_that_is_none_is_told(at_browser: AtBrowser) -> None:
    assert at_browser("sg").open("/cases?cursor=%00nonsense").status == 422


def test_pages_follow_one_another(at_browser: AtBrowser, house: House) -> None:
    for number in range(53):
        house.begin(title=f"Zaak {number}")
    browser = at_browser("officer")
    first = browser.open("/cases")
    assert "53" in first.title
    address = next(link for link in first.links.values() if "cursor=" in link)
    second = browser.open(address)
    rows = [text for text in second.links if text in ("Concept", "Draft")]
    assert second.status == 200
    assert rows
    assert "/cases?" in second.links.values()
