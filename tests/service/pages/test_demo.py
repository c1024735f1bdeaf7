"""A demonstration: whom to sign in as and the mails that went out, and none of it in any other service."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from notifications.channels import Written
from notifications.channels.maildir import Maildir
from service.auth.passwords import hash_password
from service.commands.clocks import THE_HOUSE
from service.demo.people import PEOPLE, seed
from service.main import build
from service.pages.demo import parts_of
from service.settings import Environment, Settings
from service.store.work import Work
from tests.service.pages.browsing import Browser, Page
from tests.service.seeds import House

ADDRESSES = ("/demo", "/demo/mail", "/demo/mail/nothing")


@pytest.fixture
def guest(page_settings: Settings, house: House) -> Iterator[Browser]:
    """A stranger at a service that was started for a demonstration."""
    seed(lambda: Work(house.store, THE_HOUSE, house.now), hash_password)
    with TestClient(build(page_settings, lambda: house.now, demo=True)) as client:
        yield Browser(client, house)


def sign_in_as(browser: Browser, key: str) -> Page:
    return browser.send(browser.open("/demo"), form=f"as-{key}")


def deliver(folder: Path, text: str, subject: str = "Uw melding", to: str = "grensbeek@slagboom.example") -> None:
    message = EmailMessage()
    message["To"], message["Subject"], message["Content-Language"] = to, subject, "nl"
    message["From"], message["Message-ID"] = "house@x.example", f"<{subject.replace(' ', '-')}@x.example>"
    message.set_content(text)
    message.add_alternative("<p>HTML alone</p><script>alert(1)</script>", subtype="html")
    Maildir(str(folder)).send(Written(message), to)


@pytest.mark.parametrize("address", ADDRESSES)
def test_another_service_has_no_such_page(client: TestClient, house: House, address: str) -> None:
    for browser in (Browser(client, house), Browser(client, house, "sg")):
        page = browser.open(address)
        assert page.status == 404
        assert "/demo" not in page.links.values()


def test_production_shows_nothing_even_when_asked_to(page_settings: Settings, house: House) -> None:
    settings = page_settings.model_copy(update={"environment": Environment.PRODUCTION})
    with TestClient(build(settings, lambda: house.now, demo=True)) as client:
        assert Browser(client, house).open("/demo").status == 404


def test_everybody_stands_there_with_what_they_do(guest: Browser) -> None:
    page = guest.open("/demo", "en")
    for somebody in PEOPLE:
        assert somebody.name in page.text
    assert page.text.count("Reports obstacles for an authority") == 4
    assert "Gives the position of Luxembourg" in page.text
    assert {f"as-{somebody.key}" for somebody in PEOPLE} <= set(page.forms)


def test_one_button_signs_in_and_the_pages_turn_to_that_persons_language(guest: Browser) -> None:
    assert guest.open("/demo", "nl").language == "nl"
    guest.have_cookie("slagboom-language", "nl")
    page = sign_in_as(guest, "valmosan")
    assert (page.status, page.path, page.language) == (200, "/my-cases", "fr")
    again = sign_in_as(guest, "transport")
    assert (again.path, again.language) == ("/inbox", "nl")
    assert "Saskia Wildervanck-Mol" in again.text


def test_a_mail_is_read_as_text_and_its_links_lead_to_the_pages(guest: Browser, tmp_path: Path) -> None:
    deliver(tmp_path / "mail", "Lees <http://testserver/cases?status=open> en <http://elsewhere.example/x> <b>vet</b>")
    mails = guest.open("/demo/mail")
    assert "Mieke Verhulstenaar" in mails.text
    mail = guest.open(mails.links["Uw melding"])
    assert mail.title == "Uw melding"
    assert mail.links["http://testserver/cases?status=open"] == "/cases?status=open"
    assert "http://elsewhere.example/x" in mail.text
    assert not [address for address in mail.links.values() if "elsewhere" in address]
    assert "<b>vet</b>" in mail.text
    assert "alert(1)" not in mail.answer.text


def test_the_mails_of_one_person(guest: Browser, tmp_path: Path) -> None:
    deliver(tmp_path / "mail", "x", "Voor Mieke")
    deliver(tmp_path / "mail", "x", "Pour Clotilde", "valmosan@slagboom.example")
    assert {"Voor Mieke", "Pour Clotilde"} <= set(guest.open("/demo/mail").links)
    hers = guest.open("/demo/mail?to=valmosan%40slagboom.example")
    assert "Pour Clotilde" in hers.links
    assert "Voor Mieke" not in hers.links


def test_the_front_door_leads_there(guest: Browser) -> None:
    assert guest.open("/", "en").links["Choose whom to sign in as"] == "/demo"


def test_an_empty_mailbox_says_when_something_comes(guest: Browser) -> None:
    assert "No mail has gone out yet" in guest.open("/demo/mail", "en").text


@pytest.mark.parametrize("name", ["%2e%2e", "%2e%2e%2fslagboom.db", "a%00b", "x" * 3_000])
def test_no_other_file_can_be_opened(guest: Browser, name: str) -> None:
    assert guest.open(f"/demo/mail/{name}").status in (404, 414)


def test_a_piece_without_an_address_of_ours_leads_nowhere() -> None:
    assert list(parts_of("a http://x/b, c http://xy/d", ("http://x",))) == [
        ("a ", ""),
        ("http://x/b", "/b"),
        (", c http://xy/d", ""),
    ]
