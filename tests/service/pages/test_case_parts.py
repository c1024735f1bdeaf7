"""The parts of a case and the list of one's own: what is written arrives, and only where it may be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.service.pages.browsing import Browser
from tests.service.seeds import House

AtBrowser = Callable[..., Browser]
NASTY = "<script>alert(1)</script> <b>Bus</b> 🚲 \u202ertl"


@pytest.fixture
def case(house: House) -> str:
    return house.bring("exploration")


def test_an_internal_comment_stays_inside_and_a_shared_one_does_not(
    at_browser: AtBrowser, house: House, case: str
) -> None:
    secretary, officer = at_browser("secretary"), at_browser("officer")
    secretary.send(secretary.open(f"/cases/{case}/comments/internal"), {"/text": f"Onder ons {NASTY}"})
    page = secretary.send(secretary.open(f"/cases/{case}/comments/shared"), {"/text": "Voor allen"})
    assert "Voor allen" in page.text
    assert "Onder ons" not in page.text
    assert "<script>alert" not in secretary.open(f"/cases/{case}/comments/internal").answer.text
    assert "Voor allen" in officer.open(f"/cases/{case}").text
    assert officer.open(f"/cases/{case}/comments/internal").status == 404
    assert officer.open(f"/cases/{case}/comments/elsewhere").status == 404


def test_the_same_comment_sent_twice_is_kept_once(at_browser: AtBrowser, case: str) -> None:
    browser = at_browser("officer")
    page = browser.open(f"/cases/{case}/comments/shared")
    browser.send(page, {"/text": "Nog iets"})
    assert browser.send(page, {"/text": "Nog iets"}).text.count("Nog iets") == 1


def test_an_auditor_reads_internal_comments_and_writes_none(at_browser: AtBrowser, case: str) -> None:
    page = at_browser("auditor").open(f"/cases/{case}/comments/internal")
    assert page.status == 200
    assert "main-form" not in page.forms


def test_a_document_is_attached_and_read_by_whoever_may(at_browser: AtBrowser, case: str) -> None:
    browser = at_browser("officer")
    page = browser.open(f"/cases/{case}/documents")
    page = browser.send(page, {"/title": "Brief"}, files={"/file": ("brief.txt", b"Hallo", "text/plain")})
    address = next(link for link in page.links.values() if link.endswith("/content"))
    answer = browser.client.get(address)
    assert answer.content == b"Hallo"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert at_browser("stranger").open(address).status == 404


def test_a_renamed_program_is_refused_and_the_title_is_still_there(at_browser: AtBrowser, case: str) -> None:
    browser = at_browser("officer")
    page = browser.open(f"/cases/{case}/documents")
    page = browser.send(page, {"/title": "Brief"}, files={"/file": ("brief.pdf", b"MZ\x90\0program", "x/y")})
    assert (page.status, page.main.value("/title")) == (422, "Brief")
    assert "f-file-error" in page.ids


def test_a_form_without_a_file_says_so(at_browser: AtBrowser, case: str) -> None:
    browser = at_browser("officer")
    page = browser.send(browser.open(f"/cases/{case}/documents"), {"/title": "Brief"})
    assert page.status == 422
    assert "f-file-error" in page.ids


def test_two_cases_are_linked_by_reference(at_browser: AtBrowser, house: House, case: str) -> None:
    other = house.case(house.bring("submitted")).reference
    browser = at_browser("secretary")
    page = browser.send(browser.open(f"/cases/{case}/links/new"), {"/kind": "related", "/to": "OBS-2026-7777"})
    assert page.status == 422
    assert page.main.value("/to") == "OBS-2026-7777"
    page = browser.send(page, {"/to": f" {other} "})
    assert any(link == f"/cases/{other}" for link in page.links.values())


def test_two_who_write_one_analysis_see_both_texts(at_browser: AtBrowser, case: str) -> None:
    browser = at_browser("secretary")
    first, second = (browser.open(f"/cases/{case}/analysis/LU") for _ in range(2))
    page = browser.send(first, {"/finding": "De eerste", "/sources": "art. 1\nart. 2"})
    assert page.main.value("/sources") == "art. 1\nart. 2"
    page = browser.send(second, {"/finding": "De tweede"})
    assert page.status == 409
    assert "changed" in page.ids
    assert "De eerste" in page.text
    assert page.main.value("/finding") == "De tweede"
    assert browser.send(page).main.value("/finding") == "De tweede"


def test_no_officer_finds_the_analysis(at_browser: AtBrowser, case: str) -> None:
    assert at_browser("officer").open(f"/cases/{case}/analysis/LU").status == 404


def test_a_slip_is_corrected_with_its_reason(at_browser: AtBrowser, house: House, case: str) -> None:
    browser = at_browser("secretary")
    page = browser.open(f"/cases/{case}/correct")
    page = browser.send(page, {"/title": "Schoolbus Budel-Hamont", "/regions": "Budel\nHamont"})
    assert page.status == 422
    assert "f-reason-error" in page.ids
    page = browser.send(page, {"/reason": "Te algemeen"})
    assert (page.title, page.status) == ("Schoolbus Budel-Hamont", 200)
    assert "Te algemeen" in page.text
    assert list(house.case(case).regions) == ["Budel", "Hamont"]
    assert house.case(case).content["how_many"] == 40


def test_a_title_that_is_too_long_is_refused_and_kept(at_browser: AtBrowser, case: str) -> None:
    browser = at_browser("secretary")
    page = browser.send(browser.open(f"/cases/{case}/correct"), {"/title": "x" * 100_000, "/reason": "y"})
    assert (page.status, len(page.main.value("/title"))) == (422, 100_000)


def test_a_correction_beside_a_colleagues_shows_what_changed(at_browser: AtBrowser, case: str) -> None:
    browser = at_browser("secretary")
    first, second = (browser.open(f"/cases/{case}/correct") for _ in range(2))
    browser.send(first, {"/title": "Anders", "/reason": "Beter zo"})
    page = browser.send(second, {"/content/situation": "De bus rijdt niet.", "/reason": "Duidelijker"})
    assert page.status == 409
    assert page.main.value("/content/situation") == "De bus rijdt niet."
    assert "Beter zo" in page.text


def test_a_case_goes_to_another_working_group(at_browser: AtBrowser, house: House, case: str) -> None:
    browser = at_browser("secretary")
    browser.send(browser.open(f"/cases/{case}/assign"), {"/working_group": "energy", "/reason": "Beter geplaatst"})
    assert house.case(case).working_group == "energy"


def test_who_may_not_change_a_case_finds_no_form(at_browser: AtBrowser, case: str) -> None:
    for path in ("correct", "assign", "links/new"):
        page = at_browser("officer").open(f"/cases/{case}/{path}")
        assert page.status == 200
        assert "main-form" not in page.forms


def test_an_officer_finds_the_question_and_answers_in_two_clicks(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("information_requested")
    draft = house.bring("draft")
    for stage in ("consultation", "inadmissible"):
        house.bring(stage)
    browser = at_browser("officer")
    page = browser.open("/my-cases", "nl")
    link = next(link for text, link in page.links.items() if text.startswith("Vragen beantwoorden"))
    assert link == f"/cases/{case}/moves/supply_information"
    assert any(link.endswith("/moves/ask_review") for link in page.links.values())
    assert f"/filing/{draft}" in page.links.values()
    assert browser.open(link).status == 200


def test_nobody_finds_the_cases_of_others_among_their_own(at_browser: AtBrowser, house: House, case: str) -> None:
    for name in ("stranger", "secretary", "nobody"):
        page = at_browser(name).open("/my-cases")
        assert page.status == 200
        assert "Schoolbus" not in page.text


def test_a_list_of_many_cases_takes_as_many_queries_as_one_of_few(at_browser: AtBrowser, house: House) -> None:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    browser = at_browser("officer")
    counts = []
    for _ in range(2):
        for stage in ("information_requested", "consultation", "implementation"):
            house.bring(stage)
        event.listen(Engine, "before_cursor_execute", note)
        assert browser.open("/my-cases").status == 200
        event.remove(Engine, "before_cursor_execute", note)
        counts.append(len(seen))
        seen.clear()
    assert counts[0] == counts[1]
