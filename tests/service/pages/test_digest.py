"""The weekly digest as a page: the words of the mail, the cases that it counted, and where they stand today."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest

from notifications.digest import render_digest
from service.queries.digests import digest_kept
from service.worker.digests import send_week
from tests.service.pages.browsing import Browser
from tests.service.seeds import House
from workflows.notices import Addressee

AtBrowser = Callable[..., Browser]
WEEK = "2026-W48"


@pytest.fixture
def told(house: House) -> str:
    """A case that waits for a vote; the offices were told of it a week later."""
    case = house.bring("adoption")
    house.now += timedelta(days=7)
    assert send_week(house.store, house.now.date(), house.now) == 3
    return case


def words(text: str) -> list[str]:
    """The words alone: without marks, spaces and addresses."""
    return re.findall(r"\w+", unescape(re.sub(r"<[^>]*>|\]\([^)]*\)", " ", text)))


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_the_page_says_what_the_mail_says(at_browser: AtBrowser, house: House, told: str, language: str) -> None:
    with house.store.reading() as connection:
        digest = digest_kept(connection, house.actor("office_be"), "BE", WEEK)
    assert digest is not None
    to = Addressee(person="p", name="N", email="n@x.example", language=language, role="minister_office")
    mail = render_digest(
        digest, to, message_id="<a@b.example>", created_at=house.now, public_url="http://x", mail_from="a@b.example"
    )
    part = mail.get_body(("plain",))
    assert part is not None
    said = words(part.get_content())
    browser = at_browser("office_be")
    browser.have_cookie("slagboom-language", language)
    page = browser.open(f"/digest?week={WEEK}&organisation=BE")
    assert page.title == mail["subject"]
    shown = page.answer.text.split('<div id="overview">')[1].split('<section aria-labelledby="asked">')[0]
    shown_words = words(shown)
    assert len(shown_words) > 30
    assert " ".join(shown_words) in " ".join(said)


def test_a_number_opens_the_cases_of_the_sent_digest_with_their_stage_today(
    at_browser: AtBrowser, house: House, told: str
) -> None:
    page = at_browser("office_be").open("/digest")
    address = next(link for link in page.links.values() if "/digest/cases" in link)
    before = at_browser("office_be").open(address)
    assert before.status == 200
    assert "ongewijzigd" in before.text
    house.bring("implementation", told)
    assert "ongewijzigd" not in at_browser("office_be").open(address).text


def test_what_was_asked_stands_beside_what_is_asked_today(at_browser: AtBrowser, house: House, told: str) -> None:
    address = f"/digest/cases?week={WEEK}&organisation=BE&section=asked"
    page = at_browser("office_be").open(address)
    assert page.text.count("uw stem wordt gevraagd") == 2
    assert page.links[next(name for name in page.links if name.startswith("OBS-"))] == f"/cases/{told}"
    house.bring("implementation", told)
    later = at_browser("office_be").open(address)
    assert later.text.count("uw stem wordt gevraagd") == 1


def test_who_was_sent_nothing_reads_it_as_it_would_read_now(at_browser: AtBrowser, told: str) -> None:
    page = at_browser("sg").open("/digest?organisation=NL")
    assert page.status == 200
    assert "/digest/cases" not in page.answer.text
    assert "/cases?status=open&amp;asked_of=NL" in page.answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/digest?organisation=NL",
        "/digest?week=2026-W99",
        "/digest?week=0001-W01",
        "/digest?week=9999-W52",
        "/digest?week=%00",
        "/digest/cases",
        "/digest/cases?week=2026-W48&section=none",
        "/digest/cases?week=2026-W47&section=asked",
    ],
)
def test_what_is_no_digest_of_ones_own_is_not_found(at_browser: AtBrowser, told: str, address: str) -> None:
    assert at_browser("office_be").open(address).status == 404


def test_who_reads_no_digests_finds_none(at_browser: AtBrowser) -> None:
    assert at_browser("officer").open("/digest").status == 404
    assert at_browser().open("/digest").status == 401


def test_only_who_reads_digests_is_led_to_them(at_browser: AtBrowser) -> None:
    for name, led in {"office_be": True, "sg": True, "officer": False, "delegate_be": False}.items():
        assert ("/digest" in at_browser(name).open("/cases").links.values()) is led, name


def test_the_mail_leads_to_its_page(at_browser: AtBrowser, house: House, told: str) -> None:
    with house.store.reading() as connection:
        digest = digest_kept(connection, house.actor("office_nl"), "NL", WEEK)
    assert digest is not None
    to = Addressee(person="p", name="N", email="n@x.example", language="nl", role="minister_office")
    mail = render_digest(
        digest, to, message_id="<a@b.example>", created_at=house.now, public_url="http://x", mail_from="a@b.example"
    )
    part = mail.get_body(("plain",))
    assert part is not None
    led = re.search(r"<http://x(/digest[^>]*)>", part.get_content())
    assert led is not None
    page = at_browser("office_nl").open(led[1])
    assert page.status == 200
    assert page.title == mail["subject"]


def test_the_cases_stand_by_name_and_open(at_browser: AtBrowser, told: str) -> None:
    browser = at_browser("office_be")
    page = browser.open("/digest")
    led = next(address for address in page.links.values() if address.startswith("/cases/"))
    assert browser.open(led).status == 200


def test_a_title_is_shown_as_text(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("adoption")
    with house.store.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE cases SET title = '<script>alert(1)</script> [x](/y) *z*' WHERE id = ?", (case,)
        )
    house.now += timedelta(days=7)
    send_week(house.store, house.now.date(), house.now)
    browser = at_browser("office_be")
    page = browser.open("/digest")
    kept = browser.open(next(link for link in page.links.values() if "/digest/cases" in link))
    for shown in (page, kept):
        assert "<script>alert(1)" not in shown.answer.text
        assert "<script>alert(1)</script> [x](/y) *z*" in shown.text
