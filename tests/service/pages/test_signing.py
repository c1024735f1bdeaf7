"""Signing in at a browser: sessions, their cookies, and what was typed when one ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from service.auth.passwords import hash_password
from service.pages.visitor import GUEST, SESSION
from service.store.tables import PersonRow, SessionRow
from tests.service.pages.browsing import Browser
from tests.service.seeds import House

PASSWORD = "twaalf tekens of meer"
AtBrowser = Callable[..., Browser]


@pytest.fixture(scope="session")
def hashed() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def email(house: House, hashed: str) -> str:
    """The address of the officer, who has a password."""
    people = PersonRow.__table__
    with house.store.writing() as connection:
        connection.execute(update(people).where(people.c.id == "person-officer").values(password_hash=hashed))
        return str(connection.execute(select(people.c.email).where(people.c.id == "person-officer")).scalar_one())


def test_a_person_signs_in_and_out_again(at_browser: AtBrowser, house: House, email: str) -> None:
    browser = at_browser()
    page = browser.send(browser.open("/sign-in"), {"email": email, "password": PASSWORD})
    assert (page.status, page.path) == (200, "/my-cases")
    secret = browser.client.cookies[SESSION]
    assert any("Sign out" in text or "Afmelden" in text for *_, text in page.forms["/sign-out"].buttons)
    with house.store.reading() as connection:
        names = connection.execute(select(SessionRow.__table__.c.id)).scalars().all()
    assert secret not in names  # who reads the database cannot sign in with it
    page = browser.send(page, form="/sign-out")
    assert "/sign-out" not in page.forms
    browser.have_cookie(SESSION, secret)
    assert "/sign-out" not in browser.open("/").forms


@pytest.mark.parametrize(("who", "first"), [("secretary", "/inbox"), ("delegate_be", "/inbox"), ("auditor", "/")])
def test_whoever_came_in_by_the_front_door_begins_where_the_work_is(
    at_browser: AtBrowser, house: House, hashed: str, who: str, first: str
) -> None:
    people, browser = PersonRow.__table__, at_browser()
    with house.store.writing() as connection:
        connection.execute(update(people).where(people.c.id == f"person-{who}").values(password_hash=hashed))
        address = connection.execute(select(people.c.email).where(people.c.id == f"person-{who}")).scalar_one()
    typed = {"email": str(address), "password": PASSWORD}
    assert browser.send(browser.open("/sign-in"), typed).path == first
    browser.send(browser.open("/cases"), form="/sign-out")
    assert browser.send(browser.open("/sign-in?next=/cases"), typed).path == "/cases"


def test_a_password_of_blanks_opens_the_door_that_it_was_taken_for(
    at_browser: AtBrowser, house: House, email: str
) -> None:
    people, blanks = PersonRow.__table__, " " * 13
    with house.store.writing() as connection:
        changed = update(people).where(people.c.id == "person-officer").values(password_hash=hash_password(blanks))
        connection.execute(changed)
    browser = at_browser()
    page = browser.send(browser.open("/sign-in"), {"email": email, "password": blanks})
    assert page.path == "/my-cases"
    other = at_browser()
    assert other.send(other.open("/sign-in"), {"email": email, "password": ""}).status == 422


def test_signing_in_gives_a_new_secret(at_browser: AtBrowser, email: str) -> None:
    browser = at_browser()
    browser.have_cookie(SESSION, "prepared-by-somebody-else")
    browser.send(browser.open("/sign-in"), {"email": email, "password": PASSWORD})
    assert browser.client.cookies[SESSION] != "prepared-by-somebody-else"


def test_a_wrong_password_keeps_the_address_that_was_typed(at_browser: AtBrowser, email: str) -> None:
    browser = at_browser()
    page = browser.send(browser.open("/sign-in"), {"email": email, "password": "something else"})
    assert (page.status, page.main.value("email"), page.main.value("password")) == (401, email, "")


def test_what_is_missing_is_said_at_the_field(at_browser: AtBrowser) -> None:
    browser = at_browser()
    page = browser.send(browser.open("/sign-in"), {"email": "", "password": ""})
    assert page.status == 422
    assert {"f-email-error", "f-password-error", "trouble"} <= set(page.ids)


def test_a_session_ends_after_three_hours_without_a_page(at_browser: AtBrowser, house: House) -> None:
    browser = at_browser("officer")
    house.now = house.now.replace(hour=house.now.hour + 2)
    assert "/sign-out" in browser.open("/").forms
    house.now = house.now.replace(hour=house.now.hour + 2)
    assert "/sign-out" in browser.open("/").forms
    house.now = house.now.replace(hour=house.now.hour + 4)
    assert "/sign-out" not in browser.open("/").forms


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(at_browser: AtBrowser) -> None:
    header = at_browser().client.get("/").headers["set-cookie"].lower()
    assert GUEST in header
    assert "httponly" in header
    assert "samesite=lax" in header


def test_another_site_cannot_send_a_form(at_browser: AtBrowser) -> None:
    browser = at_browser("officer")
    page = browser.open("/")
    assert browser.send(page, form="/sign-out", headers={"Sec-Fetch-Site": "cross-site"}).status == 403
    assert browser.send(page, form="/sign-out", headers={"Origin": "https://elsewhere.example"}).status == 403
    assert "/sign-out" in browser.open("/").forms


def test_a_form_without_its_token_is_not_carried_out(at_browser: AtBrowser) -> None:
    browser = at_browser("officer")
    page = browser.open("/")
    stranger = at_browser("stranger").open("/")
    page.forms["/sign-out"].fields = stranger.forms["/sign-out"].fields
    browser.send(page, form="/sign-out")
    assert "/sign-out" in browser.open("/").forms


@pytest.mark.parametrize("elsewhere", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example"])
def test_nobody_is_led_to_another_host(at_browser: AtBrowser, email: str, elsewhere: str) -> None:
    browser = at_browser()
    page = browser.open(f"/sign-in?next={elsewhere}")
    assert page.main.value("next") == "/"


def test_the_language_is_switched_where_one_is(at_browser: AtBrowser) -> None:
    browser = at_browser()
    page = browser.send(browser.open("/", "nl"), form="languages", button="Français")
    assert (page.path, page.language) == ("/", "fr")
    page = browser.send(browser.open("/sign-in"), {"email": "iemand@example.org"}, button="Deutsch")
    assert (page.language, page.main.value("email")) == ("de", "iemand@example.org")


def test_nothing_of_a_page_comes_from_elsewhere_or_runs_inline(at_browser: AtBrowser) -> None:
    answer = at_browser().client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "style=" not in answer.text
    assert "<script>" not in answer.text
    assert "http" not in answer.text.replace("http-equiv", "")


def test_a_page_that_is_not_there_says_so_in_the_readers_language(at_browser: AtBrowser) -> None:
    page = at_browser().open("/nowhere", "nl")
    assert (page.status, page.language) == (404, "nl")
    assert page.title


def test_the_enter_key_sends_the_form_and_chooses_no_language(at_browser: AtBrowser) -> None:
    """A browser presses the first button of the form in the order of the page, wherever the button stands."""
    text = at_browser().client.get("/sign-in").text
    assert text.index('form="main-form" name="_button" value="send"') < text.index('name="_language"')
