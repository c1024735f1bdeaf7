"""Looking: what a page is held against, as a browser shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
CONTRAST = "color-contrast"
HEIGHT, WIDE, TELEPHONE, NARROW = 900, 1280, 375, 320
LETTERS = 16
"""Pixels of a letter where nobody chose another size."""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
EDGELESS = """() => [...document.querySelectorAll('.govuk-button, .govuk-input, .govuk-textarea, .govuk-select')]
  .filter(one => one.checkVisibility() && ['none', 'hidden', ''].includes(getComputedStyle(one).borderTopStyle))
  .map(one => one.outerHTML.slice(0, 120))"""
STICKING_OUT = """() => [...document.querySelectorAll('body *')]
  .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .slice(-3).map(one => one.outerHTML.slice(0, 120))"""


def barriers(page: Page) -> Iterator[str]:
    """What axe finds wrong, and each text whose contrast it could not tell: white on white is among those."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    asked: dict[str, Any] = {"resultTypes": ["violations", "incomplete"]}
    found = page.evaluate("asked => axe.run(document, asked)", asked)
    unsure = [rule for rule in found["incomplete"] if rule["id"] == CONTRAST]
    for rule in [*found["violations"], *unsure]:
        for node in rule["nodes"]:
            why = "; ".join(one["message"] for one in [*node["any"], *node["all"], *node["none"]])
            yield f"{rule['id']}: {why}: {node['html'][:160]}"


def sideways(page: Page) -> Iterator[str]:
    """What makes a reader scroll sideways."""
    wider = page.evaluate(WIDER)
    if wider > 0:
        yield f"{wider} pixels wider than the window: {page.evaluate(STICKING_OUT)}"


@contextmanager
def large_letters(page: Page) -> Iterator[None]:
    """Letters of twice the size, as a reader sets them in the browser."""
    browser = page.context.new_cdp_session(page)
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 2 * LETTERS}})
    assert page.evaluate("() => getComputedStyle(document.documentElement).fontSize") == f"{2 * LETTERS}px"
    yield
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": LETTERS}})
    browser.detach()


def edgeless(page: Page) -> Iterator[str]:
    """What can be pressed or filled in, and shows no edge where the reader's own colours replace ours."""
    page.emulate_media(forced_colors="active")
    yield from page.evaluate(EDGELESS)
    page.emulate_media(forced_colors="none")


def unsound(page: Page) -> Iterator[str]:
    """Headings that leave a level out, ids that occur twice, no heading or more than one of the first level."""
    levels = page.evaluate("() => [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(one => +one.tagName[1])")
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of the first level"
    if any(after - before > 1 for before, after in pairwise(levels)):
        yield f"headings leave a level out: {levels}"
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(one => one.id)")
    yield from (f"the id {one} occurs twice" for one in sorted({one for one in ids if ids.count(one) > 1}))


def barriers_at_every_size(page: Page) -> list[str]:
    """Everything that stands in somebody's way: wide and narrow, in large letters, in the reader's own colours."""
    found = [*unsound(page), *barriers(page), *sideways(page)]
    for width, look in ((NARROW, (barriers, sideways)), (TELEPHONE, (sideways,))):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"at {width}: {one}" for way in look for one in way(page)]
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    with large_letters(page):
        found += [f"at twice the size: {one}" for one in sideways(page)]
    return found + [f"in forced colours: {one}" for one in edgeless(page)]
