"""Another password: who knows the present one takes another, everything begun with it ends, nothing typed is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from service.auth.passwords import hash_password, verify
from service.auth.sign_in import MOST_FAILED
from service.pages.visitor import LANGUAGE, SESSION
from service.store.tables import KeptWordsRow, OnceRow, OutboxRow, PersonRow
from tests.service.pages.browsing import Browser, Page
from tests.service.seeds import House

AtBrowser = Callable[..., Browser]
PAGE = "/account/password"
OLD, NEW = "twaalf tekens of meer", "vier woorden op rij"
PEOPLE = PersonRow.__table__


@pytest.fixture(scope="session")
def hashed() -> str:
    return hash_password(OLD)


@pytest.fixture
def email(house: House, hashed: str) -> str:
    """The address of the officer, who has a password."""
    with house.store.writing() as connection:
        connection.execute(update(PEOPLE).where(PEOPLE.c.id == "person-officer").values(password_hash=hashed))
        return str(connection.execute(select(PEOPLE.c.email).where(PEOPLE.c.id == "person-officer")).scalar_one())


def change(browser: Browser, current: str = OLD, new: str = NEW, again: str | None = None) -> Page:
    typed = {"/current": current, "/new": new, "/again": new if again is None else again}
    return browser.send(browser.open(PAGE), typed, form=PAGE)


def stands(house: House, password: str) -> bool:
    with house.store.reading() as connection:
        kept = connection.execute(select(PEOPLE.c.password_hash).where(PEOPLE.c.id == "person-officer")).scalar_one()
    return verify(password, kept)


def test_whoever_knows_the_password_takes_another_and_stays(at_browser: AtBrowser, house: House, email: str) -> None:
    here, there, other = at_browser("officer"), at_browser("officer"), at_browser("office_be")
    before = here.client.cookies[SESSION]
    page = change(here)
    assert (page.status, page.path) == (200, "/account")
    assert "Uw wachtwoord is gewijzigd" in page.text or "Votre mot de passe a été modifié" in page.text
    assert stands(house, NEW)
    assert here.client.cookies[SESSION] != before
    assert there.open("/account").status == 401
    assert other.open("/account").status == 200
    here.have_cookie(SESSION, before)
    assert here.open("/account").status == 401


@pytest.mark.usefixtures("email")
def test_a_mail_tells_of_it(at_browser: AtBrowser, house: House) -> None:
    change(at_browser("officer"))
    with house.store.reading() as connection:
        told = connection.execute(select(OutboxRow.__table__.c.context)).scalars().all()
    assert told == [{"person": "person-officer", "what": "password"}]


def test_a_token_ends_with_the_password(at_browser: AtBrowser, client: TestClient, email: str) -> None:
    form = {"username": email, "password": OLD, "grant_type": "password"}
    token = client.post("/api/v1/token", data=form).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/cases", headers=bearer).status_code == 200
    change(at_browser("officer"))
    assert client.get("/api/v1/cases", headers=bearer).status_code == 401


@pytest.mark.usefixtures("email")
@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ((OLD, NEW, "iets anders"), "f-again"),
        (("niet dit wachtwoord", NEW, NEW), "f-current"),
        ((OLD, "te kort", "te kort"), "f-new"),
        ((OLD, "x" * 1_001, "x" * 1_001), "f-new"),
        ((OLD, "elf tekens\x00 en meer", "elf tekens\x00 en meer"), "f-new"),
        (("", NEW, NEW), "f-current"),
        ((OLD, "", ""), "f-new"),
    ],
)
def test_what_is_not_right_is_said_beside_it_and_shown_to_nobody(
    at_browser: AtBrowser, house: House, language: str, typed: tuple[str, str, str], fault: str
) -> None:
    browser, elsewhere = at_browser("officer"), at_browser("officer")
    browser.have_cookie(LANGUAGE, language)
    page = change(browser, *typed)
    assert (page.status, page.path, page.language) == (422, PAGE, language)
    assert f"{fault}-error" in page.ids
    assert not [text for text in typed if text and text in page.answer.text]
    assert stands(house, OLD)
    assert elsewhere.open("/account").status == 200


@pytest.mark.usefixtures("email")
def test_nothing_that_was_typed_is_kept(at_browser: AtBrowser, house: House) -> None:
    browser = at_browser("officer")
    change(browser, "niet dit wachtwoord")
    change(browser)
    with house.store.reading() as connection:
        for table in (KeptWordsRow.__table__, OnceRow.__table__):  # a quick hash of what was typed would be a trace too
            assert connection.execute(select(table)).all() == []


def test_guessing_is_as_slow_as_at_signing_in(at_browser: AtBrowser, house: House, email: str) -> None:
    browser = at_browser("officer")
    for _ in range(MOST_FAILED + 1):
        page = change(browser, "niet dit wachtwoord")
    assert page.status == 429
    assert change(browser).status == 429  # the right one comes too late
    assert stands(house, OLD)
    guest = at_browser()
    assert guest.send(guest.open("/sign-in"), {"email": email, "password": OLD}).status == 429


@pytest.mark.usefixtures("email")
def test_where_the_session_has_ended_no_password_stands_on_the_page(at_browser: AtBrowser, house: House) -> None:
    browser = at_browser("officer")
    page = browser.open(PAGE)
    other = at_browser("officer")
    other.send(other.open("/account"), form="/account/sign-out-everywhere")
    answer = browser.send(page, {"/current": OLD, "/new": NEW, "/again": NEW}, form=PAGE)
    assert answer.status == 401
    assert OLD not in answer.answer.text
    assert NEW not in answer.answer.text
    assert stands(house, OLD)


def test_who_signs_in_without_a_password_has_none_to_change(at_browser: AtBrowser) -> None:
    assert change(at_browser("officer"), "niet dit wachtwoord").status == 422
