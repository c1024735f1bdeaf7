"""The inbox: what waits for a person and what to do first; what is late, new, and waits for others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.commands.positions import GivePosition, give_position
from service.pages import inbox as page_of_inbox
from service.queries import inbox
from service.store.tables import ConsultationRow
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
        ("sg", "common_position", "choose_instrument"),
        ("sg", "council", "table"),
    ],
)
def test_what_waits_for_a_person_leads_to_the_step_that_leads_on(
    at_browser: AtBrowser, house: House, who: str, stage: str, move: str
) -> None:
    case = house.bring(stage)
    assert f"/cases/{case}/moves/{move}" in group(at_browser(who).open("/inbox"), "mine", "late")


def test_a_step_that_is_shut_gives_way_to_what_opens_it(at_browser: AtBrowser, house: House) -> None:
    explored, drafted = house.bring("exploration"), house.bring("drafting")
    before = group(at_browser("secretary").open("/inbox"), "mine", "late")
    assert f"/cases/{explored}/analysis/BE" in before
    assert "Nog zonder bevinding: België, Luxemburg en Nederland." in before
    assert "/texts/nl" in before
    assert "/moves/open_consultation" not in before
    assert "/moves/submit_to_council" not in before
    house.analyse(explored)
    house.write_texts(drafted)
    after = group(at_browser("secretary").open("/inbox"), "mine", "late")
    assert f"/cases/{explored}/moves/open_consultation" in after
    assert f"/cases/{drafted}/moves/submit_to_council" in after


def test_a_round_says_who_is_silent_and_that_it_can_be_closed_once_its_day_is_past(
    at_browser: AtBrowser, house: House
) -> None:
    case = house.bring("consultation")  # closes on 29 January
    house.agree(case, ("BE", "NL"))
    waiting = group(at_browser("secretary").open("/inbox"), "others", "main-end")
    assert "Nog geen antwoord van Luxemburg." in waiting
    assert "/moves/" not in waiting
    house.now += timedelta(days=72)
    late = group(at_browser("secretary").open("/inbox"), "late", "soon")
    assert f"/cases/{case}/moves/close_consultation" in late
    office = at_browser("office_nl").open("/inbox").answer.text
    assert str(house.case(case).reference) in office
    assert "Luxemburg" not in office  # what was said, only those who were asked may know


def test_a_case_on_which_everybody_has_answered_says_so(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("consultation")
    with house.store.reading() as connection:
        table = ConsultationRow.__table__
        asked = connection.execute(select(table.c.id).where(table.c.case_id == case)).scalar_one()
    for name in ("delegate_be", "delegate_lu", "delegate_nl"):
        give_position(GivePosition(asked, lambda: {"position": "agree"}), house.work(name))
    waiting = group(at_browser("secretary").open("/inbox"), "mine", "late")
    assert "Alle delegaties hebben geantwoord." in waiting
    assert f"/cases/{case}/moves/close_consultation" in waiting


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


def test_what_lies_with_another_working_group_names_it(at_browser: AtBrowser, house: House) -> None:
    house.bring("admissibility")
    others = group(at_browser("intake").open("/inbox"), "others", "main-end")
    assert "Wacht op: de secretaris van de werkgroep (Werkgroep Vervoer), sinds" in others


def test_from_a_step_that_was_taken_one_goes_back_to_the_inbox(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("admissibility")
    assert at_browser("secretary").open(f"/cases/{case}?said=moved").links["Naar de werkvoorraad"] == "/inbox"
    assert "Naar de werkvoorraad" not in at_browser("officer").open(f"/cases/{case}?said=moved").links
    assert at_browser().open("/?said=moved", "nl").status == 200


def test_a_plus_stands_where_more_were_not_counted(
    at_browser: AtBrowser, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        house.bring("consultation")
    assert "(3)" in group(at_browser("secretary").open("/inbox"), "others", "never")
    monkeypatch.setattr(inbox, "GLANCED", 2)
    monkeypatch.setattr(page_of_inbox, "LOOKED_AT", 1)
    assert "(2+)" in group(at_browser("secretary").open("/inbox"), "others", "never")
