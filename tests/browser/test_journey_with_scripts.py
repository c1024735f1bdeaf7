"""The journey of the demonstration by clicks, with scripts: from a report to a decision in force."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.company import Company, gathered
from tests.browser.journey import travel

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def company(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with gathered(browser, tmp_path_factory.mktemp("journey"), scripts=True) as found:
        yield found


def test_an_obstacle_becomes_a_decision_by_clicks(company: Company) -> None:
    travel(company.at, company.today)
    assert company.broken == []
