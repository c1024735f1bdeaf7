"""Long lists: an inbox of two hundred lines and a list of as many cases are as readable as short ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from service.pages.cases import PAGE
from service.pages.inbox import MOST
from tests.browser import looking
from tests.browser.addresses import COMPOUND
from tests.browser.looking import HEIGHT, NARROW, WIDE
from tests.browser.served import Served

pytestmark = pytest.mark.timeout(120)  # a full machine takes its time with a browser

STAGES = {"exploration": 40, "drafting": 30, "consultation": 10, "admissibility": MOST - 70}
"""How many cases stand where; all but those in consultation wait for the secretary."""
TITLES = (
    "Schoolbus over de grens",
    f"Ein Grenzgänger mit {COMPOUND}sfragen",
    "Bus scolaire : l'agrément manque",
    "إذن 🚲 " * 9,
)
LATE = timedelta(days=80)
"""After the period of the check of admissibility."""


@pytest.fixture(scope="module")
def cases(service: Served) -> None:
    """Two hundred cases that wait for the secretary, and some for others; a part of them is late."""
    house = service.house
    for stage, many in STAGES.items():
        for number in range(many):
            if stage == "admissibility" and number == many // 2:
                house.now += LATE
            house.bring(stage, house.begin(title=TITLES[number % len(TITLES)]))


@pytest.fixture
def secretary(service: Served, cases: None) -> Iterator[Page]:
    context = service.at_browser("secretary", language="nl")
    yield context.new_page()
    context.close()


def rows(page: Page) -> int:
    return page.locator("tbody tr").count()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_an_inbox_of_two_hundred_lines_has_no_barrier(secretary: Page, width: int) -> None:
    secretary.set_viewport_size({"width": width, "height": HEIGHT})
    secretary.goto("/inbox?all=mine")
    assert secretary.locator("section[aria-labelledby=mine] tbody tr").count() == MOST
    assert secretary.locator("section[aria-labelledby=late] tbody tr").count() == STAGES["consultation"]
    assert [*looking.barriers(secretary), *looking.sideways(secretary)] == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_list_of_two_hundred_cases_has_no_barrier_on_any_of_its_pages(secretary: Page, width: int) -> None:
    secretary.set_viewport_size({"width": width, "height": HEIGHT})
    secretary.goto("/cases?sort=due_on")
    seen, found = rows(secretary), [*looking.barriers(secretary), *looking.sideways(secretary)]
    assert seen == PAGE
    while (following := secretary.locator("a[rel=next]")).count():
        following.click()
        seen += rows(secretary)
        found += [*looking.barriers(secretary), *looking.sideways(secretary)]
    assert seen == sum(STAGES.values())
    assert found == []
