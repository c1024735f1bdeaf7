"""All pages together: none is forgotten, no language runs off a narrow one, and none is heavy at first sight."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from playwright.sync_api import BrowserContext, Request

from service.languages import LANGUAGES
from service.pages.application import ROUTERS
from tests.browser import looking
from tests.browser.addresses import ADDRESSES
from tests.browser.looking import HEIGHT, NARROW
from tests.browser.served import Served

pytestmark = pytest.mark.timeout(300)  # a full machine takes its time with a browser

NO_PAGES = {"/assets/{name}", "/cases/{case}/documents/{document}/content"}
"""What is got by itself and shows no page of ours."""
HEAVIEST, MOST_REQUESTS = 100_000, 4


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


def test_a_first_view_is_light_and_asks_no_other_house(service: Served, names: dict[str, str]) -> None:
    found = []
    for person, path in sorted({(one.person, one.path) for one in ADDRESSES}, key=str):
        context = service.at_browser(person)
        asked: list[Request] = []
        context.on("requestfinished", lambda one, asked=asked: asked.append(one))
        context.new_page().goto(path.format_map(names))
        asked = [one for one in asked if one.redirected_to is None]  # who resumes a draft is led to its step
        sizes = [one.sizes() for one in asked]
        weight = sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes)
        elsewhere = {urlsplit(one.url).netloc for one in asked} - {urlsplit(service.url).netloc}
        if weight > HEAVIEST or len(asked) > MOST_REQUESTS or elsewhere or len(asked) < 3:
            found.append(f"{path} {person}: {weight} bytes, {[one.url for one in asked]}")
        context.close()
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
        elif isinstance(route, APIRoute) and "GET" in route.methods:
            yield route.path


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
