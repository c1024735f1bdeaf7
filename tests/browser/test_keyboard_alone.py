"""The keyboard alone: a report is written and a position given with Tab, Space, arrows, letters and Enter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from service.demo.journey import papers
from service.demo.journey.obstacle import admit, explore, file_obstacle
from tests.browser.company import Company, gathered
from tests.browser.walking import Walker

pytestmark = pytest.mark.timeout(300)

MOST = 80
"""So many keys lead to anything on a page."""
NAMED = """() => {
  const one = document.activeElement;
  if (one === document.body) return "";
  if (!one.matches("a, button, input, select, textarea, summary")) return "#" + one.id;
  const chosen = one.type === "radio" || one.type === "checkbox";
  const group = chosen ? one.closest("fieldset")?.querySelector("legend") : null;
  const label = one.labels?.length ? one.labels[0].innerText : one.getAttribute("aria-label") ?? one.innerText;
  return (group ? group.innerText + " :: " : "") + label;
}"""
OF = " :: "
"""Stands between a question and one of its answers."""
SEEN = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  return one.matches(":focus-visible") && box.bottom > 0 && box.top < innerHeight;
}"""


@pytest.fixture(scope="module")
def company(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with gathered(browser, tmp_path_factory.mktemp("keys"), scripts=True) as found:
        yield found


class Keys:
    """Hands on a keyboard: what has the focus is known by its name, as a screen reader says it."""

    def __init__(self, walker: Walker) -> None:
        self.walker, self.page = walker, walker.page

    def focus(self) -> str:
        """What has the focus; empty where nothing has."""
        return " ".join(self.page.evaluate(NAMED).split())

    def reach(self, name: str, *, among: str = "") -> None:
        """Press Tab until this has the focus; on the way the focus is always on something, and can be seen."""
        passed = []
        for _ in range(MOST):
            if name in self.focus() and among in self.focus():
                return
            self.page.keyboard.press("Tab")
            passed.append(self.focus())
            assert passed[-1] == "" or self.page.evaluate(SEEN), f"the focus cannot be seen: {passed[-1]}"
        raise AssertionError(f"no key leads to {name}; on the way: {passed}")

    def write(self, label: str, text: str) -> None:
        """Reach a field and type."""
        self.reach(label)
        self.page.keyboard.insert_text(text)

    def choose(self, question: str, option: str) -> None:
        """Reach a question of circles or boxes, and go to the answer: arrows choose a circle, Space a box."""
        self.reach(question, among=OF)
        for _ in range(MOST):
            if self.focus().endswith(option):
                self.page.keyboard.press("Space")
                return
            kind = self.page.locator(":focus").get_attribute("type")
            self.page.keyboard.press("ArrowDown" if kind == "radio" else "Tab")
        raise AssertionError(f"no key leads to {option}")

    def choose_listed(self, label: str, option: str) -> None:
        """Reach a list, and type how the answer begins."""
        self.reach(label)
        self.page.keyboard.type(option)

    def press(self, name: str, key: str = "Enter") -> None:
        """Reach a link or a button, and press it."""
        self.reach(name)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)


def test_a_report_is_written_and_sent_by_keys_alone(company: Company) -> None:
    officer = company.at("valmosan")
    keys = Keys(officer)
    keys.press("Signaler un obstacle")
    keys.press("Commencer")
    keys.press("Commencer", "Space")
    keys.page.keyboard.press("Tab")
    assert keys.focus() == "Aller au contenu"  # the first Tab on every page
    keys.write("Titre", papers.TITLE)
    keys.press("Enregistrer et continuer")
    officer.stands_at("Qui est gêné")
    keys.press("Enregistrer et continuer")
    keys.press("Enregistrer et continuer")  # which rules: nothing is known
    keys.choose("Pays concernés", "Belgique")
    for _ in range(4):
        keys.press("Enregistrer et continuer")
    officer.stands_at("Vérifier vos réponses")
    keys.press("Quelle est la situation ?")
    assert keys.focus() == "Quelle est la situation ?"  # the link led into the field
    keys.write("Quelle est la situation ?", papers.CONTENT["situation"])
    keys.press("Enregistrer et revenir à la vérification")
    keys.press("Qui est gêné ?")
    keys.write("Qui est gêné ?", papers.CONTENT["who_is_hindered"])
    keys.press("Enregistrer et revenir à la vérification")
    keys.press("Envoyer le signalement")
    officer.stands_at("Votre signalement a été envoyé")


def test_rows_are_added_and_mails_looked_at_without_losing_the_focus(company: Company) -> None:
    officer = company.at("valmosan")
    keys = Keys(officer)
    officer.open("/filing/new")
    keys.press("Commencer")
    officer.open(officer.path.replace("/situation", "/rules"))
    keys.choose_listed("Pays", "Belgique")
    keys.write("Texte", "Largeur admise sur une piste cyclable.")
    keys.press("Une ligne de plus")
    assert keys.focus().startswith("Pays")  # of the new row
    assert officer.page.locator(":focus").get_attribute("name") == "/content/provisions/1/country"


def test_a_position_is_given_and_changed_by_keys_alone(company: Company) -> None:
    reference = consulted(company)
    delegate = company.at("delegate-lu")
    keys = Keys(delegate)
    delegate.follow_mail("invitation", reference)
    keys.press("Standpunkt abgeben")
    keys.choose("Standpunkt", "Vorbehalt")
    keys.press("Den Standpunkt senden")
    assert keys.focus() == "#trouble"  # what is missing is read out first
    keys.press("Erläuterung")
    keys.write("Erläuterung", papers.RESERVATION)
    keys.choose("Welcher Vorbehalt", "Parlamentsvorbehalt")
    keys.press("Den Standpunkt senden")
    delegate.sees("Der Standpunkt wurde festgehalten.", papers.RESERVATION)
    keys.press("Ihren Standpunkt ändern")
    keys.choose("Standpunkt", "Zustimmung")
    keys.press("Den Standpunkt senden")
    delegate.sees("Frühere Standpunkte, inzwischen ersetzt")


def consulted(company: Company) -> str:
    """The reference of a case on which the delegations are asked, led there without a browser."""
    journey = company.service.journey([])
    dossier = file_obstacle(journey.cast)
    admit(journey.cast, dossier)
    explore(journey.cast, dossier)
    journey.close()
    return str(dossier.reference)
