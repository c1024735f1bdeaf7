"""The inbox and the list of cases ask as many questions of the database for one case as for twelve."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.service.pages.browsing import Browser
from tests.service.seeds import House

AtBrowser = Callable[..., Browser]

STAGES = ("admissibility", "consultation", "implementation", "inadmissible")
PEOPLE = ("secretary", "delegate_be", "office_be", "sg")


@pytest.mark.parametrize("path", ["/inbox", "/cases", "/cases?status=open"])
@pytest.mark.parametrize("who", PEOPLE)
def test_as_many_questions_for_one_case_as_for_twelve(at_browser: AtBrowser, house: House, who: str, path: str) -> None:
    browser, asked = at_browser(who), []
    for times in (1, 2):
        for stage in STAGES * times:
            house.bring(stage)
        browser.open(path)  # a visit is written down once
        asked.append(browser.queries(path))
    assert asked[0] == asked[1]
