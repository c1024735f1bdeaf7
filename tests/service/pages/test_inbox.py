"""The inbox: what waits for a person and what to do first; what is late, new, and waits for others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.service.pages.browsing import Browser, Page
from tests.service.seeds import House

AtBrowser = Callable[..., Browser]


def group(page: Page, name: str, following: str) -> str:
    """What stands in one group of the inbox."""
    text = page.answer.text
    return text[text.index(f'<h2 class="govuk-heading-m" id="{name}"') :].split(f'id="{following}"')[0]


@pytest.mark.parametrize(
    ("who", "stage", "move"),
    [
        ("intake", "submitted", "register"),
        ("secretary", "admissibility", "declare_admissible"),
        ("secretary", "exploration", "open_consultation"),
        ("sg", "common_position", "choose_instrument"),
        ("secretary", "drafting", "submit_to_council"),
        ("sg", "council", "table"),
    ],
)
def test_what_waits_for_a_person_leads_to_the_step_that_leads_on(
    at_browser: AtBrowser, house: House, who: str, stage: str, move: str
) -> None:
    case = house.bring(stage)
    assert f"/cases/{case}/moves/{move}" in group(at_browser(who).open("/inbox"), "mine", "late")


@pytest.mark.parametrize(
    ("who", "stage"),
    [
        ("delegate_be", "consultation"),
        ("adviser", "consultation"),
        ("office_nl", "adoption"),
        ("office_nl", "implementation"),
    ],
)
def test_what_is_asked_of_a_delegation_or_office_waits_until_it_is_given(
    at_browser: AtBrowser, house: House, who: str, stage: str
) -> None:
    case = house.bring(stage)
    reference = str(house.case(case).reference)
    waiting = group(at_browser(who).open("/inbox"), "mine", "late")
    assert reference in waiting
    assert ("/position?for=" in waiting) == (stage != "implementation")  # straight to the form, not to the case
    assert ("#measures" in waiting) == (stage == "implementation")
    if stage == "implementation":
        house.finish_measures(case)
    elif who != "adviser":
        house.agree(case)
    answered = who != "adviser"
    assert (reference not in group(at_browser(who).open("/inbox"), "mine", "late")) == answered


def test_what_waits_for_others_is_late_first_and_then_by_its_day(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("consultation")  # closes on 29 January
    reference = str(house.case(case).reference)
    assert reference in group(at_browser("secretary").open("/inbox"), "others", "main-end")
    house.now += timedelta(days=62)
    assert reference in group(at_browser("secretary").open("/inbox"), "soon", "new")
    house.now += timedelta(days=10)
    page = at_browser("secretary").open("/inbox")
    assert reference in group(page, "late", "soon")
    assert "1" in page.answer.text.split("</title>")[0]


def test_new_is_what_others_moved_since_the_visit_before(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("admissibility")
    reference = str(house.case(case).reference)
    at_browser("sg").open("/inbox")
    house.now += timedelta(hours=2)
    house.bring("exploration", case)
    house.now += timedelta(hours=2)
    assert reference in group(at_browser("sg").open("/inbox"), "new", "others")
    house.now += timedelta(minutes=10)
    assert reference in group(at_browser("sg").open("/inbox"), "new", "others")  # still the same visit
    house.now += timedelta(hours=1)
    assert reference not in group(at_browser("sg").open("/inbox"), "new", "others")


def test_nobody_sees_what_is_anothers(at_browser: AtBrowser, house: House) -> None:
    reference = str(house.case(house.bring("consultation")).reference)
    assert reference not in at_browser("other_secretary").open("/inbox").text
    assert at_browser("officer").open("/inbox").status == 404
    assert at_browser().open("/inbox").status == 401


def test_markup_in_a_title_is_text(at_browser: AtBrowser, house: House) -> None:
    house.bring("submitted", house.begin(title="<script>alert(1)</script>"))
    assert "<script>alert" not in at_browser("intake").open("/inbox").answer.text


@pytest.mark.parametrize("query", ["all=mine", "all=nonsense", "all=%00"])
def test_more_of_a_group_can_be_seen(at_browser: AtBrowser, house: House, query: str) -> None:
    house.bring("submitted")
    assert at_browser("intake").open(f"/inbox?{query}").status == 200
