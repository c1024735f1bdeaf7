"""Every page, in every state that is listed: no barrier that axe can tell, and nothing that runs off the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from fastapi import APIRouter
from playwright.sync_api import BrowserContext, Page

from service.languages import LANGUAGES
from service.pages.application import ROUTERS
from tests.browser import looking
from tests.browser.addresses import ADDRESSES, Address, cast
from tests.browser.served import Served

HEIGHT, WIDE, NARROW = 900, 1280, 320
pytestmark = pytest.mark.timeout(300)  # a full machine takes its time with a browser

NO_PAGES = {"/assets/{name}", "/cases/{case}/documents/{document}/content"}
"""What is got by itself and shows no page of ours."""

AtPage = Callable[[Address], Page]


@pytest.fixture(scope="module")
def names(service: Served) -> dict[str, str]:
    return cast(service)


@pytest.fixture(scope="module")
def people(service: Served, names: dict[str, str]) -> Iterator[dict[str | None, BrowserContext]]:
    contexts = {name: service.at_browser(name) for name in {address.person for address in ADDRESSES}}
    yield contexts
    for context in contexts.values():
        context.close()


@pytest.fixture
def at_page(people: dict[str | None, BrowserContext], names: dict[str, str]) -> Iterator[AtPage]:
    opened: list[Page] = []

    def open_page(address: Address) -> Page:
        page = people[address.person].new_page()
        opened.append(page)
        answer = page.goto(address.path.format_map(names))
        assert answer is not None
        assert answer.status == address.status
        if address.press:
            with page.expect_navigation():
                page.click(address.press)
        return page

    yield open_page
    for page in opened:
        page.close()


@pytest.mark.parametrize("address", ADDRESSES, ids=str)
def test_no_barrier_stands_on_a_page(at_page: AtPage, address: Address) -> None:
    page = at_page(address)
    found = [*looking.unsound(page), *looking.barriers(page), *looking.sideways(page)]
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    found += [f"at {NARROW}: {one}" for one in (*looking.barriers(page), *looking.sideways(page))]
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    with looking.large_letters(page):
        found += [f"at twice the size: {one}" for one in looking.sideways(page)]
    found += [f"in forced colours: {one}" for one in looking.edgeless(page)]
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_runs_off_a_narrow_page(
    service: Served, people: dict[str | None, BrowserContext], names: dict[str, str], language: str
) -> None:
    found = []
    for person, context in people.items():
        service.read_in(context, language)
        page = context.new_page()
        page.set_viewport_size({"width": NARROW, "height": HEIGHT})
        for path in sorted({address.path for address in ADDRESSES if address.person == person}):
            page.goto(path.format_map(names))
            found += [f"{path}: {one}" for one in looking.sideways(page)]
        page.close()
        context.clear_cookies(name="slagboom-language")
    assert found == []


def test_every_page_is_listed() -> None:
    looked_at = {_pattern(address.path.partition("?")[0]) for address in ADDRESSES}
    routes = {path for router in ROUTERS for path in _paths(router)}
    assert len(routes) > 30
    missing = [path for path in sorted(routes - NO_PAGES) if not any(_fits(path, one) for one in looked_at)]
    assert missing == [], f"{missing}: add a line for each to tests/browser/addresses.py"


def _paths(router: APIRouter) -> Iterator[str]:
    """What can be looked at, in this room and in the rooms behind it."""
    for route in router.routes:
        behind = getattr(route, "original_router", None)
        if behind is not None:
            yield from _paths(behind)
        elif "GET" in (getattr(route, "methods", None) or ()):
            yield route.path  # type: ignore[attr-defined]  # a route that has methods has a path


def _pattern(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "~", path)


def _fits(route: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(route)), path) is not None


def test_what_axe_and_the_eye_find_is_found(people: dict[str | None, BrowserContext]) -> None:
    """White on white, an image without words, a table wider than the window: or the tests above show nothing."""
    page = people[None].new_page()
    page.set_content(
        "<html lang=en><title>x</title><main><h1>One</h1><h3>Three</h3><img src=x.png>"
        "<p style='color:#fff;background:#fff'>white</p><div style='width:2000px' id=a>wide</div><b id=a></b></main>"
    )
    rules = {one.partition(":")[0] for one in looking.barriers(page)}
    assert {"image-alt", "color-contrast"} <= rules
    assert len([*looking.sideways(page)]) == 1
    assert len([*looking.unsound(page)]) == 2
    page.close()
