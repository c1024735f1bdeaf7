"""What goes wrong at a browser: sent twice, gone back, too late, nasty letters, somebody else's address."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from service.demo.people import PASSWORD
from tests.browser.company import Company, gathered
from tests.browser.journey import begin
from tests.browser.walking import Walker

pytestmark = pytest.mark.timeout(300)

NASTY = "🚲 <script>alert(1)</script> \u202edlawkcab\u202c אבג"
COMES_IN = Callable[[str], Walker]


@pytest.fixture(scope="module")
def company(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with gathered(browser, tmp_path_factory.mktemp("bad"), scripts=True) as found:
        yield found


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def comes_in(company: Company, request: pytest.FixtureRequest) -> Iterator[COMES_IN]:
    """Somebody of the demonstration at a new browser: once with scripts, once without."""
    before = list(company.browser.contexts)
    yield lambda part: company.come_in(part, scripts=request.param)
    for context in company.browser.contexts:
        if context not in before:
            context.close()


def tab(walker: Walker) -> Walker:
    """A second tab of the same browser."""
    return Walker(walker.email, walker.page.context.new_page(), walker.mailbox)


def test_a_report_sent_twice_and_from_two_tabs_is_one_case(comes_in: COMES_IN) -> None:
    officer = comes_in("valmosan")
    title = f"Deux fois {secrets.token_hex(4)}"  # the other browser reports one too
    draft = begin(officer, title)
    other = tab(officer)
    other.open(f"{draft}/check")
    officer.page.get_by_role("button", name="Envoyer le signalement").dblclick()
    expect(officer.page).to_have_url(re.compile("/sent$"))  # the second click breaks off what the first one began
    officer.stands_at("Votre signalement a été envoyé")
    reference = officer.reference()
    other.press("Envoyer le signalement")
    other.stands_at("Ce signalement a déjà été envoyé")
    assert other.reference() == reference
    officer.turn_to("Mes dossiers")
    expect(officer.main.get_by_role("article").filter(has_text=title)).to_have_count(1)


def test_who_goes_back_after_sending_reads_that_it_was_sent(comes_in: COMES_IN) -> None:
    officer = comes_in("valmosan")
    begin(officer, "Retour en arrière")
    officer.press("Envoyer le signalement")
    reference = officer.reference()
    officer.page.go_back()
    officer.stands_at("Ce signalement a déjà été envoyé")
    officer.sees(reference)


def test_a_step_that_is_sent_after_the_report_shows_what_was_typed(comes_in: COMES_IN) -> None:
    officer = comes_in("valmosan")
    draft = begin(officer, "Trop tard")
    other = tab(officer)
    other.open(f"{draft}/solution")
    other.write("Quelle solution", "Une idée de dernière minute.")
    officer.press("Envoyer le signalement")
    other.press("Enregistrer et continuer")
    other.stands_at("Ce signalement a déjà été envoyé")
    other.sees("Une idée de dernière minute.")


def test_a_page_of_a_former_session_keeps_what_was_typed(comes_in: COMES_IN) -> None:
    officer = comes_in("valmosan")
    draft = begin(officer, "Session précédente")
    other = tab(officer)
    other.open(f"{draft}/solution")
    other.write("Quelle solution", "Reconnaître la largeur.")
    with officer.page.expect_navigation():
        officer.page.get_by_role("button", name="Se déconnecter").click()
    officer.open("/sign-in")
    officer.sign_in(PASSWORD)
    other.press("Enregistrer et continuer")
    other.sees("rien n’a encore été envoyé")
    expect(other.main.get_by_label("Quelle solution")).to_have_value("Reconnaître la largeur.")
    other.press("Enregistrer et continuer")
    other.stands_at("Annexes")


def test_scripts_emoji_and_letters_from_right_to_left_are_shown_as_they_are(comes_in: COMES_IN) -> None:
    officer = comes_in("valmosan")
    asked: list[str] = []

    def note(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    officer.page.on("dialog", note)
    begin(officer, NASTY)
    officer.sees(NASTY)
    officer.press("Envoyer le signalement")
    officer.sees(NASTY)
    officer.open(f"/cases/{officer.reference()}")
    officer.stands_at(NASTY)
    officer.turn_to("Mes dossiers")
    officer.sees(NASTY)
    assert asked == []


def test_a_program_that_is_called_a_letter_is_refused_beside_its_field(comes_in: COMES_IN) -> None:
    officer = comes_in("valmosan")
    draft = begin(officer, "Programme")
    officer.open(f"{draft}/documents")
    officer.write("De quel document s’agit-il", "Lettre")
    officer.attach("Fichier", "lettre.pdf", b"MZ\x90\x00 a program")
    officer.press("Joindre et ajouter un autre fichier")
    expect(officer.page.get_by_role("alert")).to_contain_text("Fichier")
    expect(officer.main.get_by_label("De quel document s’agit-il")).to_have_value("Lettre")
    follow_first_fault(officer.page)
    assert officer.page.locator(":focus").get_attribute("type") == "file"


def follow_first_fault(page: Page) -> None:
    """Press the link of the summary that leads to the field."""
    with page.expect_navigation(url="**#*"):
        page.get_by_role("alert").get_by_role("link").first.click()


def test_the_address_of_anothers_draft_leads_nowhere(comes_in: COMES_IN) -> None:
    officer, neighbour = comes_in("valmosan"), comes_in("grenzdall")
    draft = begin(officer, "Secret")
    for page in ("", "/check", "/situation", "/documents"):
        neighbour.open(f"{draft}{page}")
        neighbour.stands_at("Seite nicht gefunden")
        neighbour.misses("Secret")
