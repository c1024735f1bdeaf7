"""The keyboard alone, by who handles a case: from the first question to the measure of a country."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser

from service.demo.journey import Journey, papers
from service.demo.journey.cast import Dossier
from service.demo.journey.obstacle import COUNTRIES, admit, consult, explore, file_obstacle, open_consultation
from tests.browser.company import Company, gathered
from tests.browser.keys import OF, Keys

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def company(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with gathered(browser, tmp_path_factory.mktemp("keys"), scripts=True) as found:
        yield found


@pytest.fixture
def journey(company: Company) -> Iterator[Journey]:
    """What others do in between, without a browser."""
    playing = company.service.journey([])
    yield playing
    playing.close()


def test_a_case_is_asked_about_answered_and_admitted(company: Company, journey: Journey) -> None:
    dossier = file_obstacle(journey.cast)
    group = {"working_group": "transport", "theme": "mobility_transport"}
    dossier.move("intake", "register", "registers it", group)
    secretary, officer = Keys(company.at("transport")), Keys(company.at("valmosan"))
    secretary.walker.follow_mail("waiting", reference_of(dossier))
    ask(secretary, company.today + timedelta(days=14))
    officer.walker.follow_mail("question", reference_of(dossier))
    officer.press("Répondre aux questions")
    for question, answer in zip(papers.QUESTIONS, papers.ANSWERS, strict=True):
        officer.write(question, answer)
    officer.press("Répondre aux questions")
    officer.walker.sees("L’étape a été franchie.", *papers.ANSWERS)
    secretary.walker.follow_mail("answered", reference_of(dossier))
    secretary.press("Ontvankelijk verklaren")
    for reason in papers.CRITERIA.values():
        secretary.choose(OF, "Ja")
        secretary.write("Motivering", reason)
    secretary.press("Ontvankelijk verklaren")
    secretary.walker.sees("De stap is gezet.", *papers.CRITERIA.values())


def ask(secretary: Keys, reply_by: date) -> None:
    """Two questions: the second in a row that is added, where the typing goes on."""
    secretary.press("Om aanvulling vragen")
    secretary.write("Nr. 1", papers.QUESTIONS[0])
    secretary.press("Nog een toevoegen")
    assert "Nr. 2" in secretary.focus()
    secretary.write("Nr. 2", papers.QUESTIONS[1])
    secretary.write_day("Uiterste antwoorddatum", reply_by)
    secretary.press("Om aanvulling vragen")
    secretary.walker.sees("De stap is gezet.", *papers.QUESTIONS)


def test_delegations_are_asked_answer_and_are_counted(company: Company, journey: Journey) -> None:
    dossier = file_obstacle(journey.cast)
    admit(journey.cast, dossier)
    for country in COUNTRIES:
        finding, source = papers.FINDINGS[country]
        kept = {"finding": finding, "sources": [source]}
        journey.cast.person("transport").put(f"{dossier.path}/analysis/{country}", kept)
    secretary, delegate = Keys(company.at("transport")), Keys(company.at("delegate-be"))
    secretary.walker.open(f"/cases/{dossier.reference}")
    secretary.press("Consultatie openen")
    secretary.write("Vraag aan de delegaties", papers.QUESTION)
    secretary.write_day("Uiterste antwoorddatum", company.today + timedelta(days=28))
    secretary.mark("Waalse Regering")
    secretary.press("Eerst de mails bekijken")
    assert secretary.focus() == "#mails"  # what was asked for is read out first
    secretary.press("Consultatie openen")
    secretary.walker.sees("De stap is gezet.")
    delegate.walker.follow_mail("invitation", reference_of(dossier))
    delegate.press("Donner la position")
    delegate.choose("Position", "Accord")
    delegate.press("Envoyer la position")
    delegate.walker.sees("La position a été notée.")
    positions = f"/consultations/{open_consultation(dossier, 'transport')}/positions"
    for part in ("delegate-nl", "delegate-lu"):
        journey.cast.person(part).post(positions, {"position": "agree"})
    secretary.press("Consultatie van de delegaties")
    secretary.press("Consultatie afsluiten")
    secretary.press("Consultatie afsluiten")
    secretary.walker.sees("De stap is gezet.", "Gemeenschappelijk standpunt")


def test_a_text_is_written_adopted_published_and_carried_out(company: Company, journey: Journey) -> None:
    dossier = agreed(journey)
    secretary, general = Keys(company.at("transport")), Keys(company.at("sg"))
    secretary.walker.open(f"/cases/{dossier.reference}")
    secretary.press("Tekst schrijven")
    write_text(secretary)
    write_french(journey, dossier)
    secretary.walker.open(f"/cases/{dossier.reference}")
    secretary.press("Teksten aan de Benelux-Raad voorleggen")
    secretary.press("Teksten aan de Benelux-Raad voorleggen")
    secretary.walker.sees("De stap is gezet.")
    general.walker.follow_mail("waiting", reference_of(dossier))
    general.press("Inscrire à l’ordre du jour")
    general.write_day("Date de la réunion", company.today)
    general.press("Inscrire à l’ordre du jour")
    general.walker.sees("L’étape a été franchie.")
    vote = f"/consultations/{open_consultation(dossier, 'sg')}/positions"
    for country in COUNTRIES:
        journey.cast.person(f"minister-{country.lower()}").post(vote, {"position": "agree"})
    adopt(general, company.today)
    general.press("Enregistrer la publication")
    general.write("Numéro du Bulletin Benelux", f"{company.today.year}-1")
    general.write_day("Date de publication", company.today)
    general.press("Enregistrer la publication")
    general.walker.sees("M(")
    report(Keys(company.at("minister-be")), reference_of(dossier), company.today)


def write_text(secretary: Keys) -> None:
    """A title and article after article; a new one begins where the typing goes on."""
    secretary.press("De tekst schrijven (Nederlands)")
    text = papers.DECISION["nl"]
    secretary.write("Titel", text["title"])
    for number, article in enumerate(text["articles"], 1):
        secretary.write("Nummer", article["number"])
        secretary.write("Opschrift", article["heading"] or "")
        secretary.write("Wat erin staat", article["text"])
        if number < len(text["articles"]):
            secretary.press("Een artikel invoegen na dit")
            assert secretary.focus() != ""
    secretary.mark("Deze tekst is definitief")
    secretary.press("De tekst opslaan")
    secretary.walker.sees("De tekst is opgeslagen.", text["title"])


def adopt(general: Keys, today: date) -> None:
    """The Secretary-General finds in the inbox that everybody has voted, and records the adoption."""
    general.press("À traiter")
    general.press("Enregistrer l’adoption")
    general.write_day("Date d’adoption", today)
    general.choose("Comment", "à une date fixe")
    general.write_day("Le (facultatif)", today)
    for title, _ in papers.MEASURES.values():
        general.write("Titre", title)
        general.write_day("Au plus tard le", today + timedelta(days=180))
    general.press("Enregistrer l’adoption")
    general.walker.sees("L’étape a été franchie.", "Mise en œuvre nationale")


def report(office: Keys, reference: str, today: date) -> None:
    """An office says how far the measure of its country is."""
    office.walker.follow_mail("adopted", reference)
    office.press("Maatregelen bijwerken")
    office.press(papers.MEASURES["BE"][0])
    office.choose("Toestand", "In werking")
    office.write_day("Sinds welke dag", today)
    office.write("Vindplaats", papers.MEASURES["BE"][1]["reference"])
    office.press("De stand noteren")
    office.walker.sees("De stand van de maatregel is genoteerd.")


def agreed(journey: Journey) -> Dossier:
    """A case on which the delegations agree, with an instrument chosen."""
    dossier = file_obstacle(journey.cast)
    admit(journey.cast, dossier)
    explore(journey.cast, dossier)
    consult(journey.cast, dossier)
    dossier.move("sg", "choose_instrument", "chooses a decision", {"kind": "decision"})
    return dossier


def write_french(journey: Journey, dossier: Dossier) -> None:
    """The other official language, without a browser."""
    person = journey.cast.person("transport")
    instrument = dossier.read("transport")["instruments"][0]["id"]
    etag = person.get(f"/instruments/{instrument}").etag
    person.put(f"/instruments/{instrument}/expressions/fr", papers.DECISION["fr"], etag)


def reference_of(dossier: Dossier) -> str:
    """The reference that the case was given."""
    return str(dossier.reference)


def test_which_reservation_is_asked_once_it_is_chosen(company: Company, journey: Journey) -> None:
    dossier = file_obstacle(journey.cast)
    admit(journey.cast, dossier)
    explore(journey.cast, dossier)
    delegate = Keys(company.at("delegate-nl"))
    delegate.walker.open(f"/consultations/{open_consultation(dossier, 'transport')}/position")
    kind = delegate.page.get_by_role("group", name="Welk voorbehoud")
    delegate.choose("Standpunt", "Akkoord")
    assert not kind.is_visible()
    delegate.choose("Standpunt", "Voorbehoud")
    assert kind.is_visible()
    delegate.choose("Welk voorbehoud", "Studievoorbehoud")
    delegate.write("Toelichting", "Nog in onderzoek.")
    delegate.press("Het standpunt versturen")
    delegate.walker.sees("Studievoorbehoud", "Nog in onderzoek.")
