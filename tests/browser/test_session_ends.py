"""What goes wrong while somebody types: the session ends, a rule refuses, the service fails. The text is there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select
from structlog.testing import capture_logs

from service.store.kept import KEPT
from service.store.tables import ConsultationRow
from tests.browser.addresses import SEND
from tests.browser.served import PASSWORD, Served

pytestmark = pytest.mark.timeout(300)

TEXT = "Nous avons besoin de six semaines.\nLe « parlement » wallon doit se prononcer: 50 % < 60 %, n'est-ce pas? 🚲"
AtBrowser = Callable[[str], Page]


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def at_browser(service: Served, request: pytest.FixtureRequest) -> Iterator[AtBrowser]:
    """Somebody of the seeds at a browser: once with scripts, once without."""
    contexts: list[BrowserContext] = []

    def sit_down(name: str) -> Page:
        contexts.append(service.at_browser(name, scripts=request.param))
        return contexts[-1].new_page()

    yield sit_down
    for context in contexts:
        context.close()


@pytest.fixture
def case(service: Served) -> str:
    return service.house.bring("consultation")


@pytest.fixture
def round_(service: Served, case: str) -> str:
    table = ConsultationRow.__table__
    with service.house.store.reading() as connection:
        found: str = connection.execute(select(table.c.id).where(table.c.case_id == case)).scalar_one()
    return f"/consultations/{found}"


def begin_to_object(page: Page, round_: str) -> None:
    page.goto(f"{round_}/position")
    page.check("input[value=object]")
    page.fill("textarea[name='/text']", TEXT)


def press(page: Page, selector: str = SEND) -> None:
    with page.expect_navigation():
        page.click(selector)


def typed(page: Page, name: str = "/text") -> str:
    return page.input_value(f"[name='{name}']")


def wait_until_kept(service: Served, name: str) -> None:
    statement = select(KEPT.c.form).where(KEPT.c.person_id == f"person-{name}")
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with service.house.store.reading() as connection:
            if connection.execute(statement).first() is not None:
                return
        time.sleep(0.1)
    raise AssertionError("nothing was kept")


def test_the_text_survives_the_end_of_a_session(service: Served, at_browser: AtBrowser, round_: str) -> None:
    page = at_browser("delegate_be")
    begin_to_object(page, round_)
    service.house.now += timedelta(hours=4)
    press(page)
    assert page.locator("#f-password").is_visible()
    page.fill("#f-email", "delegate_be@example.org")
    page.fill("#f-password", "a wrong one")
    press(page)
    page.fill("#f-password", PASSWORD)
    press(page)
    assert (typed(page), page.is_checked("input[value=object]")) == (TEXT, True)
    press(page)
    assert TEXT.splitlines()[1] in page.inner_text("main")
    assert page.url.partition("?")[0].endswith(round_)


def test_the_text_survives_another_language(at_browser: AtBrowser, round_: str) -> None:
    page = at_browser("delegate_be")
    begin_to_object(page, round_)
    press(page, "button[name=_language][value=de]")
    assert page.get_attribute("html", "lang") == "de"
    assert (typed(page), page.is_checked("input[value=object]")) == (TEXT, True)


def test_the_text_survives_a_rule_that_refuses(at_browser: AtBrowser, case: str) -> None:
    page = at_browser("secretary")
    page.goto(f"/cases/{case}/moves/close_consultation")
    page.fill("textarea[name='/reason']", TEXT)
    press(page)  # nobody has answered yet
    assert page.locator("#trouble").is_visible()
    assert typed(page, "/reason") == TEXT
    page.goto("/inbox")
    page.goto(f"/cases/{case}/moves/close_consultation")
    assert typed(page, "/reason") == TEXT


def test_the_text_survives_what_is_missing(at_browser: AtBrowser, round_: str) -> None:
    page = at_browser("delegate_be")
    page.goto(f"{round_}/position")
    page.fill("textarea[name='/text']", TEXT)
    press(page)
    assert typed(page) == TEXT
    with page.expect_navigation(url="**#*"):
        page.click("#trouble a")
    assert page.evaluate("() => document.activeElement.name") == "/position"


def test_the_text_survives_somebody_who_was_faster(service: Served, at_browser: AtBrowser, case: str) -> None:
    page = at_browser("secretary")
    page.goto(f"/cases/{case}/moves/cancel_consultation")
    page.fill("textarea[name='/reason']", TEXT)
    service.house.move("secretary", case, "cancel_consultation", reason="Een ander was eerder.")
    press(page)
    assert TEXT.splitlines()[1] in page.inner_text("main")
    assert "Een ander was eerder." in page.inner_text("main")


def test_the_text_survives_a_fault_of_ours(at_browser: AtBrowser, round_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    page = at_browser("delegate_be")
    begin_to_object(page, round_)
    with monkeypatch.context() as broken, capture_logs():
        broken.setattr("service.pages.consultation.give_position", break_down)
        with page.expect_response("**/position") as answer:
            page.click(SEND)
        assert answer.value.status == 500
    page.goto(f"{round_}/position")
    assert (typed(page), page.is_checked("input[value=object]")) == (TEXT, True)


def test_the_text_survives_a_window_that_is_left(service: Served, round_: str) -> None:
    """Only with scripts: without them nothing reaches the service before a button is pressed."""
    context = service.at_browser("delegate_nl")
    page = context.new_page()
    begin_to_object(page, round_)
    page.goto("/inbox")
    wait_until_kept(service, "delegate_nl")  # the window that sent it is gone, and hears no answer
    page.goto(f"{round_}/position")
    assert typed(page) == TEXT
    context.close()
