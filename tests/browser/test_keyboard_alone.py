"""The keyboard alone: a report is written and a position given with Tab, Space, arrows, letters and Enter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from service.demo.journey import papers
from service.demo.journey.obstacle import admit, explore, file_obstacle
from tests.browser.company import Company, gathered
from tests.browser.keys import Keys

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def company(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with gathered(browser, tmp_path_factory.mktemp("keys"), scripts=True) as found:
        yield found


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
    officer.stands_at("Qui est concerné")
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
    keys.press("Qui est concerné ?")
    keys.write("Qui est concerné ?", papers.CONTENT["who_is_hindered"])
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
    keys.write("Loi, règlement ou pratique", "Largeur admise sur une piste cyclable.")
    keys.press("Ajouter une entrée")
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
