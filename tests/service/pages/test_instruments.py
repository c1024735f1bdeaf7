"""Instruments on pages: texts are written and compared, countries say how far they are, the register is searched."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from service.store.tables import InstrumentRow, MeasureRow
from tests.service.files.test_lines import word
from tests.service.pages.browsing import Browser, Page
from tests.service.seeds import House

AtBrowser = Callable[..., Browser]
SCRIPT = "<script>alert(1)</script> é 🚲"


def instrument(house: House, case: str) -> str:
    table = InstrumentRow.__table__
    with house.store.reading() as connection:
        return f"/instruments/{connection.execute(select(table.c.id).where(table.c.case_id == case)).scalar_one()}"


@pytest.fixture
def draft(house: House) -> str:
    return instrument(house, house.bring("drafting"))


@pytest.fixture
def adopted(house: House) -> str:
    return house.bring("implementation")


@pytest.fixture
def measure(house: House, adopted: str) -> str:
    table = MeasureRow.__table__
    statement = select(table.c.id).where(table.c.case_id == adopted, table.c.country == "BE")
    with house.store.reading() as connection:
        return f"/measures/{connection.execute(statement).scalar_one()}"


def typed(*texts: str, title: str = "Schoolbus") -> dict[str, str]:
    found = {"/title": title}
    for place, text in enumerate(texts):
        found |= {f"/articles/{place}/number": str(place + 1), f"/articles/{place}/text": text}
    return found


def write(browser: Browser, draft: str, language: str, *texts: str, button: str = "send") -> Page:
    page = browser.open(f"{draft}/texts/{language}")
    for _ in texts[1:]:
        page = browser.send(page, button="after-0")
    return browser.send(page, typed(*texts), button=button)


def test_a_secretary_writes_both_texts_and_sees_what_differs(at_browser: AtBrowser, draft: str) -> None:
    browser = at_browser("secretary")
    assert write(browser, draft, "nl", "Op 30 juni 2027, 44 ton.", SCRIPT).path == draft
    page = write(browser, draft, "fr", "Le 1er juillet 2027, 44 tonnes.")
    assert (page.status, page.path) == (200, draft)
    assert "30 juni 2027; Frans – 1er juillet 2027" in page.text
    assert page.text.count("30 juni 2027") == 2
    assert SCRIPT in page.text
    assert "<script>alert" not in page.answer.text
    levels = [level for level, _ in page.headings]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_final_texts_lead_to_the_step_that_puts_them_forward(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("drafting")
    page = at_browser("secretary").open(instrument(house, case))
    assert "Schoolbus over de grens" in page.text  # of which case it is the text
    assert "Teksten aan de Benelux-Raad voorleggen" not in page.links
    house.write_texts(case)
    page = at_browser("secretary").open(instrument(house, case))
    assert page.links["Teksten aan de Benelux-Raad voorleggen"] == f"/cases/{case}/moves/submit_to_council"
    assert "Teksten aan de Benelux-Raad voorleggen" not in at_browser("sg").open(instrument(house, case)).links


def test_texts_that_say_the_same_differ_in_nothing(at_browser: AtBrowser, house: House, adopted: str) -> None:
    page = at_browser("stranger").open(instrument(house, adopted))  # numbered: for everybody who is signed in
    assert page.status == 200
    assert "dezelfde" in page.text
    assert 'class="app-tag app-tag--late"' not in page.answer.text


def test_an_article_is_put_between_without_losing_a_word(at_browser: AtBrowser, draft: str) -> None:
    browser = at_browser("secretary")
    page = write(browser, draft, "nl", "een", "twee", button="after-0")
    found = [page.main.value(f"/articles/{place}/text") for place in range(3)]
    assert (page.status, found) == (200, ["een", "", "twee"])


def test_an_article_that_is_emptied_is_left_out(at_browser: AtBrowser, draft: str) -> None:
    browser = at_browser("secretary")
    write(browser, draft, "nl", "een", "twee")
    page = browser.open(f"{draft}/texts/nl")
    page = browser.send(page, {"/articles/0/number": "", "/articles/0/text": ""}, button="send")
    assert "een" not in page.text.split()
    assert "twee" in page.text


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"/title": ""}, "f-title-error"),
        ({"/articles/0/text": ""}, "f-articles-0-text-error"),
        ({"/articles/0/number": "1" * 33}, "f-articles-0-number-error"),
        ({"/articles/1/number": "1"}, "f-articles-1-number-error"),
        ({"/title": "a" * 1_000_000}, "f-title-error"),
        ({"/articles/1/text": "a\x00b"}, "f-articles-1-text-error"),
    ],
)
def test_what_is_wrong_in_a_text_is_said_beside_it(
    at_browser: AtBrowser, draft: str, wrong: dict[str, str], fault: str
) -> None:
    browser = at_browser("secretary")
    page = write(browser, draft, "nl", "een", "twee", button="after-1")
    page = browser.send(page, wrong, button="send")
    assert page.status == 422
    assert fault in page.ids


def test_a_text_that_somebody_else_wrote_is_shown_beside_ones_own(at_browser: AtBrowser, draft: str) -> None:
    browser = at_browser("secretary")
    page = browser.open(f"{draft}/texts/nl")
    write(at_browser("secretary"), draft, "nl", "van een ander")
    page = browser.send(page, typed("van mij"), button="send")
    assert page.status == 409
    assert "van een ander" in page.text
    assert page.main.value("/articles/0/text") == "van mij"
    assert browser.send(page, button="send").path == draft


def test_a_word_file_is_read_into_the_form_and_kept_when_it_is_sent(at_browser: AtBrowser, draft: str) -> None:
    browser = at_browser("secretary")
    path = f"{draft}/texts/nl"
    said = [
        "Beschikking over schoolbussen",
        "Gelet op het verdrag,",
        "Artikel 1 – Bussen",
        SCRIPT,
        "Artikel 2",
        "Morgen.",
    ]
    page = browser.send(browser.open(path), form=f"{path}/file", files={"/file": ("a.docx", word(said), "x/y")})
    assert (page.status, page.path) == (200, path)
    assert page.main.value("/title") == said[0]
    assert page.main.value("/articles/0/number") == "aanhef"
    assert (page.main.value("/articles/1/heading"), page.main.value("/articles/1/text")) == ("Bussen", SCRIPT)
    assert "Gelet op" not in browser.open(draft).text  # it is nobody's text before it was looked at and sent
    kept = browser.send(page, button="send")
    assert kept.path == draft
    assert "Gelet op het verdrag," in kept.text


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"/file": ("a.docx", b"MZ", "x/y")},
        {"/file": ("a.pdf", b"%PDF-", "x/y")},
        {"/file": ("a.docx", word([]), "x/y")},
    ],
)
def test_a_file_that_is_no_text_is_told_at_its_field(at_browser: AtBrowser, draft: str, files: dict[str, Any]) -> None:
    browser = at_browser("secretary")
    path = f"{draft}/texts/fr"
    page = browser.send(browser.open(path), form=f"{path}/file", files=files or {"/file": ("", b"", "x/y")})
    assert (page.status, "f-file-error" in page.ids) == (422, True)


def test_a_file_does_not_replace_what_was_typed_and_not_kept(at_browser: AtBrowser, draft: str) -> None:
    browser = at_browser("secretary")
    path = f"{draft}/texts/nl"
    page = browser.open(path)
    browser.send(page, typed("van mij") | {"/title": ""}, button="send")
    refused = browser.send(page, form=f"{path}/file", files={"/file": ("a.docx", word(["T", "Artikel 1", "x"]), "x/y")})
    assert (refused.status, "f-file-error" in refused.ids) == (422, True)
    assert refused.main.value("/articles/0/text") == "van mij"


def test_who_may_not_write_reads_nothing_in(at_browser: AtBrowser, draft: str) -> None:
    path = f"{draft}/texts/nl"
    page = at_browser("secretary").open(path)
    for name in ("delegate_be", "stranger"):
        browser = at_browser(name)
        page.forms[f"{path}/file"].fields[:] = [("_token", browser.open("/about").forms["languages"].value("_token"))]
        sent = browser.send(page, form=f"{path}/file", files={"/file": ("a.docx", word(["T"]), "x/y")})
        assert sent.status == 404


def test_who_may_not_write_reads_and_who_may_not_read_finds_nothing(at_browser: AtBrowser, draft: str) -> None:
    write(at_browser("secretary"), draft, "nl", "een")
    page = at_browser("delegate_be").open(f"{draft}/texts/nl")
    assert (page.status, "main-form" in page.forms) == (200, False)
    for path in (draft, f"{draft}/texts/nl", "/instruments/guessed", f"{draft}/texts/xx", "/measures/guessed"):
        assert at_browser("stranger").open(path).status == 404


def test_an_office_says_how_far_its_country_is(at_browser: AtBrowser, measure: str) -> None:
    browser = at_browser("office_be")
    page = browser.send(browser.open(measure), {"/state": "in_force"})
    assert (page.status, "f-on-error" in page.ids) == (422, True)
    page = browser.send(page, {"/on": "2026-11-20", "/reference": SCRIPT, "/url": "https://gazette.example/1"})
    assert (page.status, page.path) == (200, measure)
    assert SCRIPT in page.text
    assert "<script>alert" not in page.answer.text


def test_an_address_that_is_a_script_is_no_address(at_browser: AtBrowser, measure: str) -> None:
    browser = at_browser("office_be")
    page = browser.send(browser.open(measure), {"/url": "javascript:alert(1)"})
    assert (page.status, "f-url-error" in page.ids) == (422, True)


def test_a_stale_measure_keeps_what_was_typed(at_browser: AtBrowser, measure: str) -> None:
    browser = at_browser("office_be")
    page = browser.open(measure)
    browser.send(page, {"/state": "not_needed"})
    page = browser.send(page, {"/state": "declined", "/reference": "mijn tekst"})
    assert (page.status, page.main.value("/reference")) == (409, "mijn tekst")
    assert browser.send(page, {"/state": "declined"}).status == 200


def test_another_office_reads_and_does_not_note(at_browser: AtBrowser, measure: str) -> None:
    page = at_browser("office_lu").open(measure)
    assert (page.status, "main-form" in page.forms) == (200, False)


def test_the_register_is_searched_by_kind_number_and_words(at_browser: AtBrowser, adopted: str, draft: str) -> None:
    browser = at_browser("stranger")
    for query in ("", "?kind=decision", "?number=M(2026)1", "?q=schoolbus", "?kind=%00&number=%00&q=%00", "?kind="):
        page = browser.open(f"/instruments{query}")
        assert (page.status, "M(2026)1" in page.text) == (200, True), query
        assert draft not in page.links.values()
    assert "M(2026)1" not in browser.open("/instruments?kind=treaty").text
    assert browser.open("/instruments?cursor=x").status == 422


def test_an_instrument_takes_as_many_questions_to_the_database_however_long_it_is(
    at_browser: AtBrowser, draft: str
) -> None:
    browser = at_browser("secretary")
    asked: list[int] = []
    for texts in (["een"], ["een", "twee", "drie", "vier"]):
        write(browser, draft, "nl", *texts)
        asked.append(browser.queries(draft))
    assert asked[0] == asked[1]
