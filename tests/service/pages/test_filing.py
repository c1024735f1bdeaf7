"""Filing: a report is written step by step, resumed, taken over, checked and sent once; no typed word is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.service.pages.browsing import Browser, Page
from tests.service.seeds import OBSTACLE, House

AtBrowser = Callable[..., Browser]
NASTY = "<script>alert(1)</script> \U0001f6b2 \u202ertl \u05d0"


def begun(browser: Browser, **typed: str) -> Page:
    """A new report, at its first step."""
    return browser.send(browser.open("/filing/new"), typed, button="send")


def case_of(page: Page) -> str:
    return page.path.split("/")[2]


def written(browser: Browser, page: Page, **values: Any) -> Page:
    """The next step, after this one was saved."""
    return browser.send(page, {name.replace("__", "/"): value for name, value in values.items()}, button="send")


def test_an_officer_reports_an_obstacle_step_by_step(at_browser: AtBrowser, house: House) -> None:
    browser = at_browser("officer")
    page = begun(browser)
    case = case_of(page)
    page = written(browser, page, __title="Schoolbus", __content__situation="De bus mag niet verder.")
    page = written(browser, page, __content__who_is_hindered="Leerlingen", __content__how_many="1.200")
    page = written(browser, page, __content__provisions__0__country="BE", __content__provisions__0__text="KB 1997")
    page = written(browser, page, __countries=["BE", "NL"], __regions="Limburg\n\n Noord-Brabant \nLimburg")
    page = written(browser, page, __content__proposal="Een ontheffing")
    page = browser.send(page, button="send", files={"/file": ("brief.txt", b"Hallo", "text/plain")})
    page = written(browser, page, __content__who_else_knows="Het grensinfopunt")
    assert page.path == f"/filing/{case}/check"
    assert all(word in page.text for word in ("KB 1997", "brief.txt", "Een ontheffing", "Het grensinfopunt"))
    assert house.case(case).reference is None
    page = browser.send(page, button="send")
    sent = house.case(case)
    assert page.path == f"/filing/{case}/sent"
    assert (sent.stage, sent.channel, sent.filed_by) == ("submitted", "web", "person-officer")
    assert (sent.regions, sent.content["how_many"]) == (("Limburg", "Noord-Brabant"), 1200)
    assert all(word in page.text for word in (str(sent.reference), "1 december 2026", "Intake", "Officer", "KB 1997"))


def test_a_report_that_is_sent_twice_is_one_case(at_browser: AtBrowser, house: House) -> None:
    case = house.begin()
    browser = at_browser("officer")
    page = browser.open(f"/filing/{case}/check")
    first, again = browser.send(page, button="send"), browser.send(page, button="send")
    assert (first.path, again.path, again.status) == (f"/filing/{case}/sent", f"/filing/{case}/sent", 200)
    assert house.case(case).events == 1


def test_a_form_begun_twice_is_one_draft(at_browser: AtBrowser) -> None:
    browser = at_browser("officer")
    page = browser.open("/filing/new")
    assert browser.send(page, button="send").path == browser.send(page, button="send").path


def test_what_is_missing_leads_to_its_field_and_cannot_be_sent(at_browser: AtBrowser, house: House) -> None:
    case = house.begin(countries=[], content={"how_many": 3})
    browser = at_browser("officer")
    page = browser.open(f"/filing/{case}/check")
    assert f"/filing/{case}/where?from=check#f-countries" in page.answer.text
    assert f"/filing/{case}/situation?from=check#f-content-situation" in page.answer.text
    assert not any(text == "De melding verzenden" for _, _, text in page.main.buttons)
    assert (page.links["Bekijk wat nog nodig is"], "missing" in page.ids) == ("#missing", True)
    page = browser.send(page, button="send")
    assert (page.status, house.case(case).events) == (409, 0)
    page = browser.open(f"/filing/{case}/where?from=check")
    page = browser.send(page, {"/countries": ["LU"]}, button="send")
    assert page.path == f"/filing/{case}/check"


def test_a_number_in_words_is_refused_beside_its_field_and_everything_typed_is_there(at_browser: AtBrowser) -> None:
    browser = at_browser("officer")
    page = written(browser, begun(browser), __title="Bus")
    page = written(browser, page, __content__who_is_hindered=NASTY, __content__how_many="heel veel")
    assert (page.status, page.main.value("/content/who_is_hindered")) == (422, NASTY)
    assert "f-content-how_many-error" in page.ids
    assert "<script>alert" not in page.answer.text
    again = browser.open(page.path)
    assert (again.main.value("/content/who_is_hindered"), again.main.value("/content/how_many")) == (NASTY, "heel veel")


@pytest.mark.parametrize("title", ["x" * 1_000_000, "nul \0 letter"])
def test_a_title_that_cannot_be_kept_is_said_so(at_browser: AtBrowser, title: str) -> None:
    browser = at_browser("officer")
    page = written(browser, begun(browser), __title=title, __content__situation="Iets")
    assert page.status == 422
    assert "f-title-error" in page.ids
    assert page.main.value("/content/situation") == "Iets"


def test_a_draft_is_resumed_at_the_step_where_it_was(at_browser: AtBrowser) -> None:
    browser = at_browser("officer")
    page = written(browser, begun(browser), __title="Bus", __content__situation="Iets")
    case = case_of(page)
    page = browser.send(page, {"/content/who_is_hindered": "Ons"}, button="later")
    assert page.path == "/filing"
    assert "3 van 8" in page.text
    page = browser.open(f"/filing/{case}")
    assert page.path == f"/filing/{case}/rules"
    assert "going-on" in page.ids


def test_words_that_were_not_saved_bring_back_to_their_step(at_browser: AtBrowser, house: House) -> None:
    case = house.begin()
    browser = at_browser("officer")
    page = browser.open(f"/filing/{case}/hindered")
    browser.send(page, {"/content/how_many": "veel"}, button="send")
    page = browser.open(f"/filing/{case}")
    assert (page.path, page.main.value("/content/how_many")) == (f"/filing/{case}/hindered", "veel")


def test_a_colleague_takes_a_draft_over_and_others_never_see_it(at_browser: AtBrowser, house: House) -> None:
    case = house.begin("intake", organisation="NL-GM0980")
    browser = at_browser("officer")
    page = browser.open("/filing")
    assert "Intake" in page.text
    browser.send(page, form=f"/filing/{case}/take-over")
    assert house.case(case).filed_by == "person-officer"
    for name in ("stranger", "delegate_be", "auditor"):
        for path in ("", "/check", "/situation", "/documents", "/discard", "/sent"):
            assert at_browser(name).open(f"/filing/{case}{path}").status == 404
    stranger = at_browser("stranger")
    page = stranger.open("/filing/new")
    page.main.action = f"/filing/{case}/situation"
    assert stranger.send(page, button="send").status == 404


def test_two_who_write_the_same_step_see_both_texts(at_browser: AtBrowser, house: House) -> None:
    case = house.begin()
    browser = at_browser("officer")
    first, second = (browser.open(f"/filing/{case}/hindered") for _ in range(2))
    browser.send(first, {"/content/who_is_hindered": "De eerste"}, button="send")
    page = browser.send(second, {"/content/who_is_hindered": "De tweede"}, button="send")
    assert (page.status, page.main.value("/content/who_is_hindered")) == (409, "De tweede")
    assert "De eerste" in page.text
    page = browser.send(page, button="send")
    assert house.case(case).content["who_is_hindered"] == "De tweede"


def test_two_who_write_different_steps_do_not_meet(at_browser: AtBrowser, house: House) -> None:
    case = house.begin()
    browser = at_browser("officer")
    first, second = browser.open(f"/filing/{case}/hindered"), browser.open(f"/filing/{case}/solution")
    browser.send(first, {"/content/who_is_hindered": "Iedereen"}, button="send")
    page = browser.send(second, {"/content/proposal": "Een akkoord"}, button="send")
    assert page.path == f"/filing/{case}/documents"
    assert house.case(case).content["who_is_hindered"] == "Iedereen"


def test_the_same_step_sent_twice_goes_on(at_browser: AtBrowser, house: House) -> None:
    browser = at_browser("officer")
    page = browser.open(f"/filing/{house.begin()}/solution")
    paths = [browser.send(page, {"/content/proposal": "Ja"}, button="send").path for _ in range(2)]
    assert paths[0] == paths[1]


def test_what_is_emptied_is_taken_away(at_browser: AtBrowser, house: House) -> None:
    case = house.begin()
    browser = at_browser("officer")
    browser.send(browser.open(f"/filing/{case}/hindered"), {"/content/how_many": ""}, button="send")
    assert not house.case(case).content.get("how_many")


def test_one_more_row_keeps_what_was_typed(at_browser: AtBrowser, house: House) -> None:
    browser = at_browser("officer")
    page = browser.open(f"/filing/{house.begin()}/rules")
    page = browser.send(page, {"/content/provisions/0/text": "KB"}, button="more")
    assert page.main.value("/content/provisions/0/text") == "KB"
    assert "/content/provisions/1/text" in page.answer.text


def test_a_fault_in_a_later_row_stands_at_that_row(at_browser: AtBrowser, house: House) -> None:
    browser = at_browser("officer")
    page = browser.open(f"/filing/{house.begin()}/rules")
    page = browser.send(page, {"/content/provisions/0/text": "KB"}, button="more")
    page = browser.send(page, {"/content/provisions/0/text": "", "/content/provisions/1/text": "Wet"}, button="send")
    assert page.status == 422
    assert "f-content-provisions-1-country-error" in page.ids


def test_the_language_switch_keeps_the_step_and_the_words(at_browser: AtBrowser, house: House) -> None:
    browser = at_browser("officer")
    page = browser.open(f"/filing/{house.begin()}/solution")
    page = browser.send(page, {"/content/proposal": "Een akkoord"}, button="fr")
    assert (page.language, page.main.value("/content/proposal")) == ("fr", "Een akkoord")


def test_a_renamed_program_is_refused_and_nothing_is_lost(at_browser: AtBrowser, house: House) -> None:
    browser = at_browser("officer")
    page = browser.open(f"/filing/{house.begin()}/documents")
    files = {"/file": ("brief.pdf", b"MZ\x90\0program", "x/y")}
    page = browser.send(page, {"/title": "Brief"}, button="send", files=files)
    assert (page.status, page.main.value("/title")) == (422, "Brief")
    assert "f-file-error" in page.ids
    assert "Bestand:" in page.text


def test_a_draft_is_discarded_only_after_a_second_word(at_browser: AtBrowser, house: House) -> None:
    case = house.begin()
    browser = at_browser("officer")
    page = browser.open(f"/filing/{case}/discard")
    assert OBSTACLE["title"] in page.text
    page = browser.send(page, form=f"/filing/{case}/discard", button="send")
    assert page.path == "/filing"
    assert OBSTACLE["title"] not in page.text
    assert browser.open(f"/filing/{case}/check").status == 404


def test_a_report_that_was_sent_elsewhere_says_so_and_shows_what_was_typed(at_browser: AtBrowser, house: House) -> None:
    case = house.begin()
    browser = at_browser("officer")
    page = browser.open(f"/filing/{case}/solution")
    house.move("officer", case, "submit")
    page = browser.send(page, {"/content/proposal": "Te laat"}, button="send")
    assert (page.status, "Te laat" in page.text) == (409, True)
    assert str(house.case(case).reference) in page.text
    assert browser.open(f"/filing/{case}/check").status == 200


def test_words_typed_on_a_draft_that_a_colleague_discarded_are_shown(at_browser: AtBrowser, house: House) -> None:
    case = house.begin()
    browser = at_browser("officer")
    page, papers = browser.open(f"/filing/{case}/solution"), browser.open(f"/filing/{case}/documents")
    browser.send(browser.open(f"/filing/{case}/discard"), form=f"/filing/{case}/discard", button="send")
    page = browser.send(page, {"/content/proposal": f"Een ontheffing {NASTY}"}, button="send")
    assert (page.status, "Een ontheffing" in page.text) == (404, True)
    assert "<script>alert" not in page.answer.text
    page = browser.send(papers, {"/title": "Brief"}, button="send", files={"/file": ("a.txt", b"a", "text/plain")})
    assert (page.status, "Brief" in page.text) == (404, True)


def test_intake_files_for_an_authority_with_channel_and_date(at_browser: AtBrowser, house: House) -> None:
    browser = at_browser("intake")
    page = browser.open("/filing/new")
    refused = browser.send(page, button="send")
    assert refused.status == 422
    assert {"f-procedure-error", "f-organisation-error"} <= set(refused.ids)
    page = begun(browser, **{"/procedure": "benelux-obstacle", "/organisation": "BE-24107", "/language": "fr"})
    case = case_of(page)
    page = written(browser, page, __title="Bus", __content__situation="La ligne s'arrête.")
    browser.send(page, {"/content/who_is_hindered": "Tous"}, button="send")
    browser.send(browser.open(f"/filing/{case}/where"), {"/countries": ["BE"]}, button="send")
    page = browser.open(f"/filing/{case}/check")
    page = browser.send(page, {"/received_on": "2027-11-20", "/channel": "post"}, button="send")
    assert (page.status, "f-received_on-error" in page.ids) == (422, True)
    page = browser.send(page, {"/received_on": "2026-11-20", "/channel": "post"}, button="send")
    filed = house.case(case)
    assert (filed.organisation, filed.channel, str(filed.received_on)) == ("BE-24107", "post", "2026-11-20")


def test_another_form_is_asked_in_steps_too(at_browser: AtBrowser) -> None:
    browser = at_browser("intake")
    page = begun(browser, **{"/procedure": "benelux-proposal", "/organisation": "BE-24107"})
    page = written(browser, page, __title="Voorstel")
    names = []
    while not page.path.endswith("/check"):
        names.append(page.path.rpartition("/")[2])
        page = browser.send(page, button="send")
    assert names == ["rules", "where", "documents", "more"]


def test_an_address_that_was_guessed_leads_nowhere(at_browser: AtBrowser, house: House) -> None:
    browser, case = at_browser("officer"), house.begin()
    for path in ("nothing", "nothing/check", f"{case}/nothing", f"{case}/more", f"{case[::-1]}/situation", "new/check"):
        assert browser.open(f"/filing/{path}").status == 404
    assert at_browser().open(f"/filing/{case}/check").status == 401


def test_the_list_of_drafts_takes_as_many_queries_for_one_as_for_twenty(at_browser: AtBrowser, house: House) -> None:
    browser, counts = at_browser("officer"), []
    for more in (1, 19):
        for number in range(more):
            house.begin(title=f"Concept {number}")
        made: list[str] = []

        def note(*given: Any, made: list[str] = made) -> None:
            made.append(given[2])

        event.listen(Engine, "before_cursor_execute", note)
        try:
            shown = browser.open("/filing").text.count("Verdergaan")
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        counts.append((shown, len(made)))
    assert [shown for shown, _ in counts] == [1, 20]
    assert counts[0][1] == counts[1][1]


def test_who_has_no_mandate_reports_nothing(at_browser: AtBrowser) -> None:
    for name in ("delegate_be", "nobody"):
        browser = at_browser(name)
        assert "/filing/new" not in browser.open("/filing").links.values()
        assert "main-form" not in browser.open("/filing/new").forms


def test_a_similar_report_is_shown_without_its_words_and_can_be_followed(at_browser: AtBrowser, house: House) -> None:
    filed = house.bring("admissibility")
    mine = house.begin("stranger", title="Bus", language="fr", countries=["BE"], theme="mobility_transport")
    browser = at_browser("stranger")
    page = browser.open(f"/filing/{mine}/others")
    assert "Mobiliteit en vervoer" in page.text
    assert OBSTACLE["title"] not in page.answer.text
    assert str(house.case(filed).reference) not in page.answer.text
    page = browser.send(page, {"/content/who_else_knows": "De buren"}, button=f"follow:{filed}")
    assert page.main.value("/content/who_else_knows") == "De buren"
    assert page.links[f"{house.case(filed).reference} {OBSTACLE['title']}"] == f"/cases/{house.case(filed).reference}"
    assert browser.open(f"/cases/{filed}").status == 200


def test_a_case_that_is_not_similar_cannot_be_followed_by_guessing(at_browser: AtBrowser, house: House) -> None:
    filed, mine = house.bring("admissibility"), house.begin("stranger", countries=["LU"], content={})
    browser = at_browser("stranger")
    page = browser.open(f"/filing/{mine}/others")
    page.main.buttons.append(("_button", f"follow:{filed}", "x"))
    assert browser.send(page, {}, button=f"follow:{filed}").status == 404
    assert browser.open(f"/cases/{filed}").status == 404


def test_a_file_that_is_far_too_large_keeps_what_was_typed_beside_it(at_browser: AtBrowser, house: House) -> None:
    browser = at_browser("officer")
    page = browser.open(f"/filing/{house.begin()}/documents")
    files = {"/file": ("film.pdf", b"%PDF" + b"0" * 28 * 1024**2, "application/pdf")}
    refused = browser.send(page, {"/title": f"Brief {NASTY}"}, button="send", files=files)
    assert refused.status == 413
    assert page.path in refused.links.values()
    assert browser.open(page.path).main.value("/title") == f"Brief {NASTY}"


def test_a_file_can_be_taken_away_again_until_the_report_is_sent(at_browser: AtBrowser, house: House) -> None:
    case, browser = house.begin(), at_browser("officer")
    page = browser.open(f"/filing/{case}/documents")
    page = browser.send(
        page, {"/title": f"Brief {NASTY}"}, button="another", files={"/file": ("a.txt", b"a", "text/plain")}
    )
    removing = next(action for action in page.forms if action.endswith("/remove"))
    page = browser.send(page, form=removing)
    assert (page.path.partition("?")[0], "Het document is verwijderd." in page.text) == (
        f"/filing/{case}/documents",
        True,
    )
    assert not any(action.endswith("/remove") for action in page.forms)
    page = browser.send(page, {"/title": "Brief"}, button="another", files={"/file": ("a.txt", b"a", "text/plain")})
    removing = next(action for action in page.forms if action.endswith("/remove"))
    house.move("officer", case, "submit")
    assert browser.send(page, form=removing).status == 409
    assert "Brief" in browser.open(f"/cases/{case}").text


def test_a_file_without_a_title_is_named_once(at_browser: AtBrowser, house: House) -> None:
    case, browser = house.begin(), at_browser("officer")
    page = browser.open(f"/filing/{case}/documents")
    browser.send(page, button="another", files={"/file": ("brief.txt", b"a", "text/plain")})
    assert browser.open(f"/filing/{case}/check").text.count("brief.txt") == 1


def test_the_language_of_a_report_is_told_at_its_first_step_and_asked_only_on_demand(
    at_browser: AtBrowser, house: House
) -> None:
    page = at_browser("officer").open(f"/filing/{house.begin()}/situation")
    folded = page.answer.text.split("<details", 1)[1].split("</details>", 1)[0]
    assert "U schrijft in deze taal: Nederlands" in folded
    assert 'name="/language"' in folded
