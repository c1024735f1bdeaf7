"""Several cases assigned at once: what will change is told before, what became of each after."""

from __future__ import annotations

from collections.abc import Callable

from tests.service.pages.browsing import Browser, Page
from tests.service.seeds import House

AtBrowser = Callable[..., Browser]

CHOSEN = {"/working_group": "energy", "/reason": "Het gaat over stroom.\nNiet over vervoer."}


def chosen(browser: Browser, *cases: str) -> Page:
    """The page on which these cases are assigned."""
    return browser.open("/inbox/assign?" + "&".join(f"case={case}" for case in cases))


def groups(house: House, *cases: str) -> list[str | None]:
    """Where cases are now."""
    return [house.case(case).working_group for case in cases]


def test_a_line_for_each_case_before_and_after(at_browser: AtBrowser, house: House) -> None:
    first, second, ended = (house.bring(stage) for stage in ("admissibility", "exploration", "inadmissible"))
    browser = at_browser("secretary")
    assert f'value="{first}"' in browser.open("/inbox").answer.text
    checked = browser.send(chosen(browser, first, second, ended), CHOSEN, button="check")
    assert checked.answer.text.count("<tr") == 4
    assert groups(house, first, second) == ["transport", "transport"]  # nothing is done before it was looked at
    done = browser.send(checked, button="send")
    assert done.status == 200
    assert groups(house, first, second, ended) == ["energy", "energy", "transport"]
    assert done.answer.text.count("<tr") == 4
    again = browser.send(checked, button="send")
    assert again.status == 200
    assert groups(house, first, second, ended) == ["energy", "energy", "transport"]


def test_a_change_of_mind_shows_the_form_with_what_was_typed(at_browser: AtBrowser, house: House) -> None:
    browser = at_browser("secretary")
    page = browser.send(chosen(browser, house.bring("admissibility")), CHOSEN, button="check")
    page = browser.send(page, button="change")
    assert page.main.value("/reason") == CHOSEN["/reason"]
    assert page.main.value("/working_group") == "energy"


def test_what_is_missing_is_told_at_its_field_and_what_was_typed_stays(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("admissibility")
    browser = at_browser("secretary")
    page = browser.send(chosen(browser, case), {"/working_group": "energy", "/reason": ""}, button="check")
    assert (page.status, "f-reason-error" in page.ids) == (422, True)
    assert '<a href="#f-reason">Motivering: ' in page.answer.text  # the summary names the question that it means
    assert page.main.value("/working_group") == "energy"
    assert groups(house, case) == ["transport"]


def test_a_case_that_was_changed_meanwhile_stays_and_says_so(at_browser: AtBrowser, house: House) -> None:
    first, second = house.bring("admissibility"), house.bring("admissibility")
    browser = at_browser("secretary")
    checked = browser.send(chosen(browser, first, second), CHOSEN, button="check")
    house.bring("exploration", second)
    browser.send(checked, button="send")
    assert groups(house, first, second) == ["energy", "transport"]


def test_cases_of_others_are_not_told_of_and_not_touched(at_browser: AtBrowser, house: House) -> None:
    case = house.bring("admissibility")
    other = at_browser("other_secretary")
    assert str(house.case(case).reference) not in chosen(other, case).text
    assert chosen(other, case, "nonsense", "%00", "x" * 36).status == 200
    fields = dict(other.open("/inbox").forms["/sign-out"].fields)
    fields |= CHOSEN | {"_case": f"{case}:1", "_button": "send"}
    answer = other.client.post("/inbox/assign", data=fields)
    assert str(house.case(case).reference) not in answer.text
    assert groups(house, case) == ["transport"]
    assert chosen(at_browser("delegate_be"), case).status == 404


def test_so_many_at_once_and_the_rest_is_said(at_browser: AtBrowser, house: House) -> None:
    page = chosen(at_browser("secretary"), house.bring("admissibility"), *(f"{number:036}" for number in range(45)))
    assert "40 dossiers tegelijk" in page.text
    assert "6 dossiers die u koos" in page.text
