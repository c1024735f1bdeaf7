"""Consultations on pages: a delegate answers in a minute, a secretary notes, everybody reads what blocks and why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from service.store.outbox import Outbox
from service.store.tables import ConsultationRow, DeliveryRow
from tests.service.pages.browsing import Browser, Page
from tests.service.seeds import House

AtBrowser = Callable[..., Browser]
SCRIPT = "<script>alert(1)</script> é 🚲"


@pytest.fixture
def case(house: House) -> str:
    return house.bring("consultation")


@pytest.fixture
def round_(house: House, case: str) -> str:
    table = ConsultationRow.__table__
    with house.store.reading() as connection:
        found: str = connection.execute(select(table.c.id).where(table.c.case_id == case)).scalar_one()
    return f"/consultations/{found}"


def state(browser: Browser, round_: str, **typed: str) -> Page:
    page = browser.open(f"{round_}/position")
    return browser.send(page, {f"/{name.rstrip('_')}": value for name, value in typed.items()})


def test_a_delegate_gives_a_position_and_sees_it_stand(at_browser: AtBrowser, round_: str) -> None:
    browser = at_browser("delegate_be")
    page = state(browser, round_, position="reservation", reservation="parliamentary", text=SCRIPT)
    assert (page.status, page.path) == (200, round_)
    assert SCRIPT in page.text
    assert "<script>alert" not in page.answer.text


def test_who_has_answered_reads_that_it_is_done_and_finds_one_way_to_change_it(
    at_browser: AtBrowser, round_: str
) -> None:
    browser = at_browser("delegate_be")
    page = state(browser, round_, position="agree")
    assert "il ne vous est rien demandé de plus" in page.text
    assert page.answer.text.count(f"{round_}/position") == 1
    page = state(browser, round_, position="withdrawn")
    assert "il ne vous est rien demandé de plus" not in page.text  # a withdrawn position counts as none


def test_one_sentence_says_what_blocks_and_what_would_change_it(at_browser: AtBrowser, house: House, case: str,
                                                               round_: str) -> None:  # fmt: skip
    house.agree(case, ("LU", "NL"))
    page = state(at_browser("delegate_be"), round_, position="object", text="Non.")
    assert "La Belgique fait objection" in page.text or "objection de la Belgique" in page.text
    assert "adopté" in page.text


def test_a_reservation_is_lifted_in_the_same_form(at_browser: AtBrowser, round_: str) -> None:
    browser = at_browser("delegate_be")
    state(browser, round_, position="reservation", reservation="parliamentary", text="Pas encore.")
    form = browser.open(f"{round_}/position")
    assert "Pas encore." in form.text  # what stands now is shown beside the form
    page = browser.send(form, {"/position": "agree", "/reservation": "parliamentary"})
    assert (page.status, page.path) == (200, round_)
    assert page.text.count("Pas encore.") == 1  # among those since replaced


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({}, "f-position-error"),
        ({"position": "object"}, "f-text-error"),
        ({"position": "reservation", "text": "x"}, "f-reservation-error"),
        ({"position": "agree", "text": "a" * 20_001}, "f-text-error"),
        ({"position": "agree", "text": "a\x00b"}, "f-text-error"),
        ({"position": "agree", "mandate_reference": "a" * 501}, "f-mandate_reference-error"),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_it(
    at_browser: AtBrowser, round_: str, typed: dict[str, str], fault: str
) -> None:
    page = state(at_browser("delegate_be"), round_, **typed)
    assert page.status == 422
    assert fault in page.ids
    assert page.main.value("/text") == typed.get("text", "")


def test_the_secretary_notes_what_was_said_with_its_day(at_browser: AtBrowser, round_: str) -> None:
    browser = at_browser("secretary")
    page = browser.open(f"{round_}/position?for=LU")
    assert browser.send(page, {"/position": "agree"}).status == 422  # on which day?
    page = browser.send(page, {"/position": "agree", "/stated_on": "2026-11-20"})
    assert (page.status, page.path) == (200, round_)
    assert "Secretary" in page.text


def test_once_all_have_answered_closing_stands_first(
    at_browser: AtBrowser, house: House, case: str, round_: str
) -> None:
    house.agree(case)
    order = list(at_browser("secretary").open(round_).links)
    assert order.index("Consultatie afsluiten") < order.index("Termijn verlengen")


def test_the_same_form_sent_twice_gives_one_position(at_browser: AtBrowser, round_: str) -> None:
    browser = at_browser("delegate_be")
    page = browser.open(f"{round_}/position")
    for _ in range(2):
        shown = browser.send(page, {"/position": "agree", "/text": "Une fois."})
    assert shown.text.count("Une fois.") == 1


def test_another_language_costs_nothing_that_was_typed(at_browser: AtBrowser, round_: str) -> None:
    browser = at_browser("delegate_be")
    page = browser.send(browser.open(f"{round_}/position"), {"/text": SCRIPT}, button="Deutsch")
    assert (page.language, page.main.value("/text")) == ("de", SCRIPT)


def test_after_closing_the_words_are_kept_and_nothing_is_given(
    at_browser: AtBrowser, house: House, case: str, round_: str
) -> None:
    browser = at_browser("delegate_be")
    page = browser.open(f"{round_}/position")
    house.agree(case)
    house.move("secretary", case, "close_consultation")
    page = browser.send(page, {"/position": "agree", "/text": "Trop tard."})
    assert page.status == 409
    assert "Trop tard." in page.text


def test_the_filer_reads_the_outcome_after_closing_only(
    at_browser: AtBrowser, house: House, case: str, round_: str
) -> None:
    house.agree(case)
    browser = at_browser("officer")
    assert "Delegate" not in browser.open(round_).text
    assert "Aangenomen" not in browser.open(round_).text
    house.move("secretary", case, "close_consultation")
    page = browser.open(round_)
    assert "Aangenomen" in page.text
    assert "Delegate" not in page.text


def test_who_may_not_read_it_finds_no_page(at_browser: AtBrowser, round_: str) -> None:
    for path in (round_, f"{round_}/position", "/consultations/guessed", "/consultations/guessed/position"):
        assert at_browser("stranger").open(path).status == 404


def test_who_was_not_asked_gets_no_form(at_browser: AtBrowser, round_: str) -> None:
    assert "main-form" not in at_browser("officer").open(f"{round_}/position").forms
    assert "main-form" not in at_browser("office_be").open(f"{round_}/position").forms


def test_the_secretary_sees_what_became_of_each_invitation(at_browser: AtBrowser, house: House, case: str,
                                                           round_: str) -> None:  # fmt: skip
    Outbox(house.store, "worker", "example.org").expand(house.now)
    with house.store.writing() as connection:
        table = DeliveryRow.__table__
        for name, values in {
            "delegate_be": {"state": "sent", "sent_at": house.now},
            "delegate_lu": {"state": "refused", "reason": "550 no such mailbox"},
        }.items():
            connection.execute(table.update().where(table.c.person_id == f"person-{name}").values(values))
    page = at_browser("secretary").open(round_)
    assert "aanvaard door de mailserver" in page.text
    assert "550 no such mailbox" in page.text
    assert "wordt zo dadelijk verstuurd" in page.text
    assert "niet iedereen die is gevraagd" in page.text.lower()
    house.agree(case, ("LU",))
    assert "niet iedereen die is gevraagd" not in at_browser("secretary").open(round_).text.lower()
    for other in ("delegate_be", "officer", "auditor"):
        assert "550" not in at_browser(other).open(round_).text


def test_a_silent_delegation_is_told_apart_from_an_adviser(at_browser: AtBrowser, round_: str) -> None:
    page = at_browser("secretary").open(round_)
    assert page.text.count("Nog geen antwoord") == 5
    assert page.text.count("Advies") >= 2


def test_from_the_link_in_the_mail_to_a_sent_position_in_three_clicks(
    at_browser: AtBrowser, house: House, case: str, round_: str
) -> None:
    browser = at_browser("delegate_be")
    page = browser.open(f"/cases/{house.case(case).reference}")  # where the mail leads to
    page = browser.open(page.links["Donner la position"])
    assert "Akkoord?" in page.text  # what is asked stands above the form
    assert browser.send(page, {"/position": "agree"}).path == round_


def test_an_office_votes_with_the_text_at_hand(at_browser: AtBrowser, house: House) -> None:
    browser = at_browser("office_nl")
    page = browser.open(f"/cases/{house.bring('adoption')}")
    page = browser.open(page.links["Stem uitbrengen"])
    assert page.title == "Stem uitbrengen – Nederland"
    text = browser.open(page.links["De tekst lezen waarover wordt gestemd (Beschikking)"])
    assert (text.status, text.path.partition("/texts")[0].startswith("/instruments/")) == (200, True)


def test_an_adviser_is_asked_for_advice_and_an_office_for_a_vote(
    at_browser: AtBrowser, house: House, round_: str
) -> None:
    browser = at_browser("adviser")
    form = browser.open(f"{round_}/position")
    assert "Rendre l’avis" in form.title
    assert "il ne compte pas pour le résultat" in form.text
    given = browser.send(form, {"/position": "agree"})
    assert given.links["Modifier votre avis"].startswith(f"{round_}/position")
    case = house.bring("adoption")
    browser = at_browser("office_nl")
    form = browser.open(browser.open(f"/cases/{case}").links["Stem uitbrengen"])
    voted = browser.send(form, {"/position": "agree"})
    assert "De stem is genoteerd." in voted.text
    assert "Uw stem wijzigen" in voted.links
