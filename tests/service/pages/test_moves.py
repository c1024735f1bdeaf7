"""Moves as forms: what is typed is never lost, whatever happens between opening a form and sending it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.pages.visitor import SESSION
from service.store.tables import OutboxRow
from tests.service.pages.browsing import Browser
from tests.service.seeds import House

AtBrowser = Callable[..., Browser]
LONG = "Met welke voertuigen?\nEn hoe vaak? <script>alert(1)</script> é 🚲 \u202ertl"


@pytest.fixture
def case(house: House) -> str:
    return house.bring("admissibility")


def ask(case: str) -> str:
    return f"/cases/{case}/moves/request_information"


def test_a_secretary_asks_a_question(at_browser: AtBrowser, house: House, case: str) -> None:
    browser = at_browser("secretary")
    page = browser.open(ask(case))
    assert page.status == 200
    browser.send(page, {"/questions/0": LONG, "/reply_by": "2026-12-18"})
    found = house.case(case)
    assert found.stage == "information_requested"
    assert [question.text for question in found.questions] == [LONG.strip()]


def test_beside_the_form_stands_what_it_sets_off(at_browser: AtBrowser, case: str) -> None:
    page = at_browser("secretary").open(ask(case))
    assert "If you press this" in page.text or "Als u op deze knop drukt" in page.text
    assert "Officer" in page.text or "officer" in page.text  # the one who hears, by name


def test_what_is_refused_keeps_what_was_typed_and_says_where(at_browser: AtBrowser, case: str) -> None:
    browser = at_browser("secretary")
    page = browser.send(browser.open(ask(case)), {"/questions/0": LONG, "/reply_by": "2020-01-01"})
    assert page.status == 422
    assert page.main.value("/questions/0") == LONG
    assert "f-reply_by-error" in page.ids, page.text
    assert browser.open(ask(case)).main.value("/questions/0") == LONG  # also on another device, later


def test_a_row_more_costs_nothing_that_was_typed(at_browser: AtBrowser, case: str) -> None:
    browser = at_browser("secretary")
    page = browser.send(browser.open(ask(case)), {"/questions/0": "one"}, button="more")
    assert (page.status, page.main.value("/questions/0"), page.main.value("/questions/1")) == (200, "one", "")
    page = browser.send(page, {"/questions/1": "two", "/reply_by": "2026-12-18"}, button="send")
    assert page.path.startswith("/cases/")


def test_another_language_costs_nothing_that_was_typed(at_browser: AtBrowser, case: str) -> None:
    browser = at_browser("secretary")
    page = browser.send(browser.open(ask(case)), {"/questions/0": LONG}, button="Français")
    assert (page.path, page.language, page.main.value("/questions/0")) == (ask(case), "fr", LONG)


def test_a_session_that_ends_costs_nothing_that_was_typed(
    at_browser: AtBrowser, house: House, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = at_browser("secretary")
    page = browser.open(ask(case))
    browser.have_cookie(SESSION, "over")
    page = browser.send(page, {"/questions/0": LONG})
    assert (page.status, page.main.action) == (401, "/sign-in")
    monkeypatch.setattr("service.pages.signing.sign_in", lambda *_: "person-secretary")
    page = browser.send(page, {"email": "secretary@example.org", "password": "whatever it is"})
    assert (page.path, page.main.value("/questions/0")) == (ask(case), LONG)


def test_what_somebody_else_typed_is_not_shown(
    at_browser: AtBrowser, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = at_browser("secretary")
    browser.send(browser.open(ask(case)), {"/questions/0": LONG}, button="more")
    other = at_browser("sg").open(ask(case))
    assert LONG[:20] not in other.answer.text


def test_a_form_of_a_former_session_is_shown_again_with_its_words(at_browser: AtBrowser, case: str) -> None:
    browser = at_browser("secretary")
    page = browser.open(ask(case))
    browser.sign_in("secretary")
    page = browser.send(page, {"/questions/0": LONG, "/reply_by": "2026-12-18"})
    assert (page.status, page.path, page.main.value("/questions/0")) == (200, ask(case), LONG)


def test_the_same_form_sent_twice_moves_the_case_once(at_browser: AtBrowser, house: House, case: str) -> None:
    browser = at_browser("secretary")
    page = browser.open(ask(case))
    typed = {"/questions/0": "one", "/reply_by": "2026-12-18"}
    first, second = browser.send(page, typed), browser.send(page, typed)
    assert first.path == second.path
    assert len(house.case(case).questions) == 1


def test_a_back_button_after_sending_changes_nothing_and_says_so(
    at_browser: AtBrowser, house: House, case: str
) -> None:
    browser = at_browser("secretary")
    page = browser.open(ask(case))
    browser.send(page, {"/questions/0": "one", "/reply_by": "2026-12-18"})
    page = browser.send(page, {"/questions/0": "something else", "/reply_by": "2026-12-18"})
    assert page.status == 409
    assert [question.text for question in house.case(case).questions] == ["one"]


def test_a_stale_form_keeps_its_words(at_browser: AtBrowser, house: House, case: str) -> None:
    browser = at_browser("secretary")
    page = browser.open(ask(case))
    house.move("secretary", case, "request_information", {"questions": ["first"], "reply_by": "2026-12-18"})
    house.move("officer", case, "supply_information", {"answers": [{"question": 1, "text": "yes"}]})
    page = browser.send(page, {"/questions/0": LONG, "/reply_by": "2026-12-18"})
    assert (page.status, page.main.value("/questions/0")) == (409, LONG)


def test_what_cannot_be_kept_is_told_and_not_lost(at_browser: AtBrowser, case: str) -> None:
    browser = at_browser("secretary")
    page = browser.send(browser.open(ask(case)), {"/questions/0": "a" * 1_000_000, "/reply_by": "2026-12-18"})
    assert (page.status, len(page.main.value("/questions/0"))) == (422, 1_000_000)
    page = browser.send(browser.open(ask(case)), {"/questions/0": "null\0byte", "/reply_by": "2026-12-18"})
    assert page.status == 422


def test_who_may_not_read_the_case_finds_nothing(at_browser: AtBrowser, case: str) -> None:
    assert at_browser("stranger").open(ask(case)).status == 404
    assert at_browser("secretary").open(f"/cases/{case}/moves/nonsense").status == 404


def test_thrown_away_is_thrown_away(at_browser: AtBrowser, case: str) -> None:
    browser = at_browser("secretary")
    browser.send(browser.open(ask(case)), {"/questions/0": LONG}, button="more")
    page = browser.send(browser.open(ask(case)), form="throw-away")
    assert (page.path, page.main.value("/questions/0")) == (ask(case), "")


def test_the_mails_are_read_before_they_are_sent(at_browser: AtBrowser, house: House, case: str) -> None:
    browser = at_browser("secretary")
    page = browser.send(browser.open(ask(case)), {"/questions/0": LONG, "/reply_by": "2026-12-18"}, button="mails")
    assert (page.status, page.main.value("/questions/0")) == (200, LONG)
    assert "Met welke voertuigen?" in page.text.split("Om aanvulling vragen", 1)[1]
    assert "18 december 2026" in page.text
    assert house.case(case).stage == "admissibility"
    with house.store.reading() as connection:
        told = connection.execute(select(OutboxRow.__table__.c.id)).all()
    browser.send(page, button="send")
    assert house.case(case).stage == "information_requested"
    with house.store.reading() as connection:
        assert len(connection.execute(select(OutboxRow.__table__.c.id)).all()) > len(told)


def test_once_the_mails_are_seen_the_periods_show_the_days_that_were_filled_in(
    at_browser: AtBrowser, house: House, case: str
) -> None:
    house.now += timedelta(days=7)
    browser = at_browser("secretary")
    before = browser.open(ask(case))
    assert "tot en met de dag die u invult" in before.text
    assert "driemaandelijks bericht, tot en met 1 maart 2027" in before.text
    typed = {"/questions/0": "Welke lijn?", "/reply_by": "2026-12-18", "/on": "2026-11-25"}
    after = browser.send(before, typed, button="mails")
    assert "antwoord op de vragen, tot en met 18 december 2026" in after.text
    assert "driemaandelijks bericht, tot en met 25 februari 2027" in after.text


def test_whoever_files_sees_the_mails_to_herself_alone(at_browser: AtBrowser, house: House) -> None:
    draft = f"/cases/{house.begin()}/moves/submit"
    browser = at_browser("officer")
    page = browser.send(browser.open(draft), button="mails")
    assert page.status == 200
    shown = page.answer.text.split('id="mails"', 1)[1].split("</section>", 1)[0]
    assert "Officer" in shown
    assert shown.count("<summary") == 1  # intake gets a mail too


def test_what_the_case_says_already_is_chosen(at_browser: AtBrowser, house: House) -> None:
    page = at_browser("intake").open(f"/cases/{house.bring('submitted', house.begin(theme='health'))}/moves/register")
    assert (page.main.value("/theme"), page.main.value("/working_group")) == ("health", "")


def test_who_asks_for_one_more_row_goes_on_in_it(at_browser: AtBrowser, case: str) -> None:
    browser = at_browser("secretary")
    page = browser.open(ask(case))
    assert "autofocus" not in page.answer.text
    page = browser.send(page, {"/questions/0": "one"}, button="more")
    assert re.findall(r'id="([^"]*)"[^>]* autofocus', page.answer.text) == ["f-questions-1"]


def test_who_looks_at_the_mails_first_begins_to_read_there(at_browser: AtBrowser, case: str) -> None:
    browser = at_browser("secretary")
    typed = {"/questions/0": "one", "/reply_by": "2026-12-18"}
    page = browser.send(browser.open(ask(case)), typed, button="mails")
    assert re.findall(r'id="([^"]*)"[^>]* autofocus', page.answer.text) == ["mails"]


def test_periods_are_told_with_their_last_day(at_browser: AtBrowser, house: House, case: str) -> None:
    page = at_browser("secretary").open(ask(case), "nl")
    assert "antwoord op de vragen, tot en met de dag die u invult" in page.text
    page = at_browser("intake").open(f"/cases/{house.bring('submitted')}/moves/register")
    assert "ontvankelijkheidstoets, tot en met 25 januari 2027" in page.text


def test_the_adoption_shows_its_number_and_leads_to_its_text(at_browser: AtBrowser, house: House) -> None:
    page = at_browser("sg").open(f"/cases/{house.bring('adoption')}/moves/adopt", "nl")
    assert "het nummer M(2026)1" in page.text
    assert page.links["De tekst lezen die wordt aangenomen (Beschikking)"].startswith("/instruments/")


def test_who_is_still_typing_is_not_told_that_she_did_not_send_it(at_browser: AtBrowser, case: str) -> None:
    browser = at_browser("secretary")
    page = browser.send(browser.open(ask(case)), {"/questions/0": "one"}, button="more")
    assert "/kept/throw-away" not in [form.action for form in page.forms.values() if form.buttons]
    assert "getypt en niet verstuurd" not in page.text
    assert "getypt en niet verstuurd" in browser.open(ask(case)).text


def test_a_step_that_is_not_open_yet_says_what_it_needs(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("exploration")
    page = at_browser("secretary").open(f"/cases/{case}/moves/open_consultation")
    assert "why-not" in page.ids
    assert "Nog zonder bevinding: België, Luxemburg en Nederland." in page.text


def test_beside_closing_stands_the_outcome_that_would_be_kept(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("consultation")
    page = at_browser("secretary").open(f"/cases/{case}/moves/close_consultation")
    assert "outcome" in page.ids
    assert "Zoals het nu staat: Nog niet beslist" in page.text  # it cannot be closed yet
    house.agree(case)
    page = at_browser("secretary").open(f"/cases/{case}/moves/close_consultation")
    assert "Als de consultatie nu wordt gesloten: Aangenomen" in page.text
    assert "outcome" not in at_browser("secretary").open(f"/cases/{case}/moves/cancel_consultation").ids
