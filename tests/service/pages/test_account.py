"""A person's own account: what is known of her, her language, and signing out everywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from service.store.tables import MandateRow, PersonRow
from tests.service.pages.browsing import Browser
from tests.service.seeds import House

AtBrowser = Callable[..., Browser]
PEOPLE, MANDATES = PersonRow.__table__, MandateRow.__table__


def language_of(house: House, person: str) -> str:
    with house.store.reading() as connection:
        return str(connection.execute(select(PEOPLE.c.language).where(PEOPLE.c.id == person)).scalar_one())


def test_it_says_who_one_is_here_and_in_which_functions(at_browser: AtBrowser, house: House) -> None:
    page = at_browser("office_be").open("/account")
    assert page.status == 200
    assert house.actor("office_be").name in page.text
    assert "België" in page.text
    assert "zonder einddatum" in page.text
    assert page.links["Mijn account"] == "/account"


def test_a_function_that_ends_says_when(at_browser: AtBrowser, house: House) -> None:
    last = house.now.date()
    with house.store.writing() as connection:
        connection.execute(update(MANDATES).where(MANDATES.c.person_id == "person-office_be").values(ends_on=last))
    assert f"tot en met {last.day} " in at_browser("office_be").open("/account").text


def test_who_holds_no_function_reads_so(at_browser: AtBrowser, house: House) -> None:
    with house.store.writing() as connection:
        connection.execute(MANDATES.delete().where(MANDATES.c.person_id == "person-delegate_nl"))
    page = at_browser("delegate_nl").open("/account")
    assert page.status == 200
    assert "geen functie" in page.text


def test_a_chosen_language_holds_for_pages_and_mails_and_ends_the_choice_of_the_browser(
    at_browser: AtBrowser, house: House
) -> None:
    browser, elsewhere = at_browser("officer"), at_browser("officer")
    browser.have_cookie("slagboom-language", "en")
    page = browser.open("/account")
    chosen = browser.send(page, {"language": "de"}, form="/account/language")
    assert (chosen.path, chosen.language) == ("/account", "de")
    assert "Die Sprache wurde gespeichert." in chosen.text
    assert elsewhere.open("/account").language == "de"
    assert language_of(house, "person-officer") == "de"


@pytest.mark.parametrize("language", ["", "it", "nl\x00", "x" * 10_000])
def test_what_is_no_language_of_ours_changes_nothing(at_browser: AtBrowser, house: House, language: str) -> None:
    before = language_of(house, "person-officer")
    browser = at_browser("officer")
    assert browser.send(browser.open("/account"), {"language": language}, form="/account/language").status == 422
    assert language_of(house, "person-officer") == before


def test_signing_out_everywhere_ends_every_session_of_that_person_alone(at_browser: AtBrowser) -> None:
    here, there, other = at_browser("officer"), at_browser("officer"), at_browser("office_be")
    page = here.send(here.open("/account"), form="/account/sign-out-everywhere")
    assert page.path == "/"
    assert here.open("/account").status == there.open("/account").status == 401
    assert other.open("/account").status == 200


def test_a_stranger_signs_in_first(at_browser: AtBrowser) -> None:
    assert at_browser().open("/account").status == 401
