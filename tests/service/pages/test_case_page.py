"""The page of a case: everybody finds what it is, where it stands and what to do, and nothing that is not theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files
from itertools import pairwise

import pytest

from service.commands.cases import ChangeCase, change_case
from service.commands.comments import MakeComment, make_comment
from service.commands.following import FollowCase, follow_case
from service.pages.visitor import LANGUAGE
from service.store.following import follow
from service.store.tables import CaseRow
from tests.service.pages.browsing import Browser
from tests.service.seeds import House

AtBrowser = Callable[..., Browser]
NASTY = "<script>alert(1)</script> <b>Bus</b> 🚲 \u202ertl"


def test_the_officer_reads_where_it_stands_and_answers_from_the_page(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("information_requested")
    page = at_browser("officer").open(f"/cases/{house.case(case).reference}", "nl")
    assert page.status == 200
    assert "Welke lijn?" in page.text
    assert "Secretary" in page.text  # whom one may ask
    assert page.links["Vragen beantwoorden"] == f"/cases/{case}/moves/supply_information"


def test_the_secretary_finds_what_can_be_done_and_why_not_the_rest(at_browser: AtBrowser, house: House) -> None:
    page = at_browser("secretary").open(f"/cases/{house.bring('implementation')}")
    assert "Nog niet afgerond: België, Luxemburg en Nederland" in page.text
    assert {"Gegevens corrigeren", "Dossiers verbinden", "Maatregel bijwerken"} <= set(page.links)


def test_what_leads_on_stands_before_what_does_not(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("consultation")
    house.agree(case)
    order = list(at_browser("secretary").open(f"/cases/{case}").links)
    assert order.index("Consultatie afsluiten") < order.index("Termijn verlengen") < order.index("Consultatie afbreken")


def test_the_step_that_leads_on_stands_before_those_that_lead_back(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("adoption")
    house.agree(case)
    page = at_browser("sg").open(f"/cases/{case}")
    steps = [path.rpartition("/")[2] for path in page.links.values() if "/moves/" in path]
    assert steps[0] == "adopt"
    assert len(steps) > 1


def test_what_opens_the_step_ahead_stands_first_with_what_is_missing(at_browser: AtBrowser, house: House) -> None:
    explored, drafted = house.bring("exploration"), house.bring("drafting")
    page = at_browser("secretary").open(f"/cases/{explored}")
    assert page.links["Analyse bijwerken"] == "#analysis"
    assert "Dit gaat vooraf aan de stap ‘Consultatie openen’. Nog zonder bevinding: België" in page.text
    page = at_browser("secretary").open(f"/cases/{drafted}")
    assert "Dit gaat vooraf aan de stap ‘Teksten aan de Benelux-Raad voorleggen’." in page.text
    house.write_texts(drafted)
    assert "Dit gaat vooraf" not in at_browser("secretary").open(f"/cases/{drafted}").text


def test_the_secretary_notes_what_was_said_and_a_delegate_gives_her_position(
    at_browser: AtBrowser, house: House
) -> None:
    case = house.bring("consultation")
    assert "Noteren wat is gezegd" in at_browser("secretary").open(f"/cases/{case}").links
    assert "Noteren wat is gezegd" not in at_browser("delegate_nl").open(f"/cases/{case}").links


def test_what_was_adopted_stands_beside_where_the_case_stands(at_browser: AtBrowser, house: House) -> None:
    browser = at_browser("sg")
    browser.have_cookie(LANGUAGE, "fr")
    page = browser.open(f"/cases/{house.bring('implementation')}")
    assert page.links["Texte, dates et mesures"].startswith("/instruments/")
    assert re.search(r"Adopté : Décision M\(\d{4}\)\d+\.", page.text)
    assert "Adopté :" not in browser.open(f"/cases/{house.bring('adoption')}").text


@pytest.mark.parametrize("stage", ["draft", "submitted", "consultation", "adoption", "resolved", "inadmissible"])
def test_every_stage_has_a_page(at_browser: AtBrowser, house: House, stage: str) -> None:
    page = at_browser("officer").open(f"/cases/{house.bring(stage)}")
    assert page.status == 200
    levels = [level for level, _ in page.headings]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(page.ids) == len(set(page.ids))


def test_a_follower_reads_title_stage_and_history_alone(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("information_requested")
    with house.store.writing() as connection:
        follow(connection, case, "person-stranger", house.now)
    page = at_browser("stranger").open(f"/cases/{case}")
    assert (page.status, page.title) == (200, "Schoolbus over de grens")
    for hidden in ("Een schoolbus mag", "Welke lijn?", "Secretary", "Wet van", "Het loopt"):
        assert hidden not in page.text
    assert page.ids.count("history") == 1
    assert "what" not in page.ids


def test_others_find_no_page(at_browser: AtBrowser, house: House) -> None:
    assert at_browser("stranger").open(f"/cases/{house.bring('exploration')}").status == 404
    assert at_browser("secretary").open(f"/cases/{house.begin()}").status == 404
    assert at_browser("secretary").open("/cases/OBS-2026-9999").status == 404


def test_what_the_secretariat_keeps_to_itself_no_officer_reads(at_browser: AtBrowser, house: House) -> None:
    page = at_browser("officer").open(f"/cases/{house.bring('consultation')}")
    assert "Wet van BE" not in page.text
    assert "analysis" not in page.ids
    assert not any("internal" in address for address in page.links.values())


def test_markup_of_people_is_shown_as_text(at_browser: AtBrowser, house: House) -> None:
    page = at_browser("officer").open(f"/cases/{house.begin(title=NASTY)}")
    assert page.title == NASTY
    assert "<script>alert" not in page.answer.text


def test_one_follows_and_follows_no_more(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("exploration")
    browser = at_browser("secretary")
    page = browser.send(browser.open(f"/cases/{case}"), form=f"/cases/{case}/follow")
    assert (page.status, page.path) == (200, f"/cases/{case}")
    page = browser.send(page, form=f"/cases/{case}/unfollow")
    assert f"/cases/{case}/follow" in page.forms


def test_who_follows_no_more_and_reads_it_for_no_other_reason_is_led_away(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("exploration")
    follow_case(FollowCase(case), house.work("secretary"))
    with house.store.writing() as connection:
        follow(connection, case, "person-stranger", house.now)
    browser = at_browser("stranger")
    page = browser.send(browser.open(f"/cases/{case}"), form=f"/cases/{case}/unfollow")
    assert page.path == "/cases"
    assert browser.open(f"/cases/{case}").status == 404


def test_a_mail_leads_through_signing_in_to_the_case(at_browser: AtBrowser, house: House) -> None:
    page = at_browser().open(f"/cases/{house.case(house.bring('exploration')).reference}")
    assert page.status == 401
    assert f"/cases/{house.case(house.bring('exploration')).reference}"[:10] in page.answer.text


def test_a_delegate_and_an_office_find_first_what_is_asked_of_them(at_browser: AtBrowser, house: House) -> None:
    page = at_browser("delegate_nl").open(f"/cases/{house.bring('consultation')}", "nl")
    assert page.links["Standpunt geven"].startswith("/consultations/")
    assert page.answer.text.count(page.links["Standpunt geven"]) == 1  # beside what is asked, and not once more below
    assert page.text.count("Akkoord?") >= 2  # the question too: beside what is asked, and in the round below
    case = house.bring("implementation")
    assert at_browser("office_nl").open(f"/cases/{case}").links["Maatregelen bijwerken"].endswith("#measures")
    assert "Maatregelen bijwerken" not in at_browser("secretary").open(f"/cases/{case}").links


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_a_mail_names_the_button_as_the_page_does(at_browser: AtBrowser, house: House, language: str) -> None:
    mail = (files("notifications.templates") / "invitation" / f"{language}.md").read_text(encoding="utf-8")
    case = house.bring("consultation")
    for who, written in (("delegate_nl", "{{% else %}}{}{{% endif %}}"), ("adviser", "advice %}}{}{{% else %}}")):
        browser = at_browser(who)
        browser.have_cookie(LANGUAGE, language)
        page = browser.open(f"/cases/{case}")
        button = next(text for text, path in page.links.items() if path.endswith("/position"))
        assert written.format(button) in mail.splitlines()[-1]


def test_an_adviser_finds_first_that_advice_is_asked_until_it_is_given(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("consultation")
    browser = at_browser("adviser")
    page = browser.open(f"/cases/{case}", "fr")
    form = browser.open(page.links["Rendre l’avis"])
    browser.send(form, {"/position": "agree"})
    assert "Rendre l’avis" not in browser.open(f"/cases/{case}").links


def test_questions_and_answers_stay_readable_to_who_reads_the_case(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("information_requested")
    assert "Er zijn vragen voor u" in at_browser("officer").open(f"/cases/{case}").text
    page = at_browser("secretary").open(f"/cases/{case}")  # who may note answers, and is not the one who is asked
    assert "Vragen die nog niet beantwoord zijn" in page.text
    texts = (f"Lijn 5 {NASTY}", "Vijf dagen")
    answers = [{"question": number, "text": text} for number, text in enumerate(texts, 1)]
    house.move("officer", case, "supply_information", {"answers": answers})
    for name in ("officer", "secretary", "sg"):
        page = at_browser(name).open(f"/cases/{case}")
        assert "Wat sindsdien is gevraagd en geantwoord" in page.text
        assert page.text.count("Welke lijn?") == 3  # beside the report, as it was asked, and when it was answered
        assert f"Lijn 5 {NASTY}" in page.text
        assert "<script>alert" not in page.answer.text


def test_why_a_case_is_admissible_stays_readable(at_browser: AtBrowser, house: House) -> None:
    page = at_browser("officer").open(f"/cases/{house.bring('exploration')}")
    assert "Geen lopende gerechtelijke procedure (Ja)" in page.text


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_one_reads_it_in_a_language_that_is_not_written_where_one_works(
    at_browser: AtBrowser, house: House, language: str
) -> None:
    case = house.bring("information_requested")
    browser = at_browser("officer")  # in the Netherlands, where no French and no German has a way of its own
    browser.have_cookie(LANGUAGE, language)
    for path in (f"/cases/{case}", "/my-cases", f"/cases/{case}/documents"):
        page = browser.open(path)
        assert (page.status, page.language) == (200, language)


def test_what_was_decided_is_told_with_its_days_in_words(at_browser: AtBrowser, house: House) -> None:
    page = at_browser("sg").open(f"/cases/{house.bring('implementation')}")
    assert "Nationale maatregelen" in page.text
    assert not re.search(r"\d{4}-\d\d-\d\d", page.text)


def test_a_case_takes_as_many_questions_to_the_database_however_much_was_said(
    at_browser: AtBrowser, house: House
) -> None:
    case, browser = house.bring("consultation"), at_browser("secretary")
    house.agree(case)
    asked = []
    for comments in (1, 30):
        for number in range(comments):
            said = {"text": f"Opmerking {number}", "audience": "shared" if number % 2 else "internal"}
            make_comment(MakeComment(case=case, asked=lambda said=said: said), house.work("secretary"))
        asked.append(browser.queries(f"/cases/{case}"))
    assert asked[0] == asked[1]


def test_a_correction_shows_what_stood_there_and_what_stands_there_now(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("exploration")
    patch = {"title": "Schoolbus", "countries": ["BE"], "content": {"how_many": 12}, "reason": "Slordig getypt."}
    change_case(ChangeCase(case, house.case(case).version, lambda: dict(patch)), house.work("secretary"))
    text = at_browser("secretary").open(f"/cases/{case}", "nl").text
    for told in (
        "Slordig getypt.",
        "Was: Schoolbus over de grens",
        "Is nu: Schoolbus",
        "Was: België; Nederland",
        "Was: 40",
    ):
        assert told in text
    with house.store.writing() as connection:
        follow(connection, case, "person-stranger", house.now)
    assert "Was: Schoolbus" not in at_browser("stranger").open(f"/cases/{case}").text


def test_what_an_importer_noted_is_not_told_as_if_somebody_had_written_it(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("exploration")
    with house.store.writing() as connection:
        row = CaseRow.__table__
        content = {**house.case(case).content, "plan": {"key": "2023-0-01", "basis": "inferred"}}
        connection.execute(row.update().where(row.c.id == case).values(content=content))
    assert "inferred" not in at_browser("secretary").open(f"/cases/{case}").text
