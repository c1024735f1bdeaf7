"""The journey of the demonstration by clicks: an obstacle filed in French becomes a decision in three countries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from service.demo.journey import papers
from tests.browser.walking import Walker

At = Callable[[str], Walker]
"""Who plays a part, signed in."""

FR = "Enregistrer et continuer"
CRITERIA = (
    "Hinder voor een grensoverschrijdende activiteit",
    "Oorzaak in een regel of een bestuurlijke praktijk",
    "Geen mogelijke inbreuk op het EU-recht",
    "Geen lopende gerechtelijke procedure",
    "Nog niet elders in behandeling",
)
COUNTRIES = {"BE": "België", "LU": "Luxemburg", "NL": "Nederland"}


def begin(officer: Walker, title: str) -> str:
    """The shortest report that can be sent, up to its check; the path of the draft."""
    officer.turn_to("Signaler un obstacle")
    officer.follow("Commencer")
    officer.press("Commencer")
    officer.write("Titre", title)
    officer.write("Quelle est la situation ?", papers.CONTENT["situation"])
    officer.press(FR)
    officer.write("Qui est concerné ?", papers.CONTENT["who_is_hindered"])
    officer.press(FR)
    officer.press(FR)
    officer.choose("Pays concernés", "Belgique")
    officer.press(FR)
    draft = officer.path.rpartition("/")[0]
    officer.open(f"{draft}/check")
    return draft


def file_obstacle(officer: Walker) -> str:
    """The officer writes the report step by step, attaches a file and sends it; the reference that it was given."""
    officer.turn_to("Signaler un obstacle")
    officer.follow("Commencer")
    officer.press("Commencer")
    officer.stands_at("Ce qui se passe à la frontière")
    officer.write("Titre", papers.TITLE)
    officer.write("Quelle est la situation ?", papers.CONTENT["situation"])
    officer.choose("Thème", "Mobilité et transport")
    officer.press(FR)
    officer.stands_at("Qui est concerné")
    officer.write("Qui est concerné ?", papers.CONTENT["who_is_hindered"])
    officer.write("Combien de personnes", str(papers.CONTENT["how_many"]))
    officer.write("À quelle fréquence", papers.CONTENT["how_often"])
    officer.press(FR)
    tell_rules(officer)
    officer.choose("Pays concernés", "Belgique", "Pays-Bas")
    officer.press(FR)
    officer.write("Quelle solution", papers.CONTENT["proposal"])
    officer.press(FR)
    officer.write("De quel document s’agit-il", "Panneau")
    officer.attach("Fichier", "panneau.txt", "Largeur : 75 cm")
    officer.press("Joindre et ajouter un autre fichier")
    officer.sees("Le document a été joint.", "panneau.txt")
    officer.press(FR)
    officer.press(FR)
    officer.stands_at("Vérifier vos réponses")
    officer.sees(papers.TITLE, "22", "Belgique et Pays-Bas", "panneau.txt", "Si vous confirmez", "accusé de réception")
    officer.press("Envoyer le signalement")
    officer.stands_at("Votre signalement a été envoyé")
    return officer.reference()


def tell_rules(officer: Walker) -> None:
    """A row for each side of the border."""
    officer.stands_at("Quelles règles ou pratiques")
    for number, (country, provision) in enumerate(
        zip(("Belgique", "Pays-Bas"), papers.CONTENT["provisions"], strict=True), 1
    ):
        if number > 1:
            officer.press("Ajouter une entrée")
        row = officer.group(f"Pays {number}")
        row.get_by_label("Pays").select_option(label=country)
        row.get_by_label("Loi, règlement ou pratique").fill(provision["text"])
    officer.press(FR)


def register(at: At, reference: str) -> None:
    """Intake finds it in the inbox, looks at the mails that would go out, and gives it to a working group."""
    intake = at("intake")
    intake.follow_mail("waiting", reference)
    intake.sees(papers.TITLE, "Zoals het is geschreven")
    intake.turn_to("Werkvoorraad")
    intake.follow("Registreren", inside=reference)
    intake.choose("Werkgroep", "Werkgroep Vervoer / Groupe de travail Transport")
    intake.choose("Thema", "Mobiliteit en vervoer")
    intake.press("Eerst de mails bekijken")
    intake.sees("Er is nog niets verstuurd.", "Clotilde Masuret (Frans)", "Saskia Wildervanck-Mol (Nederlands)")
    intake.press("Registreren")
    intake.sees("De stap is gezet.", "Vragen hierover kunt u stellen aan Saskia Wildervanck-Mol")


def ask_and_answer(at: At, reference: str, today: date) -> None:
    """The secretary asks, the officer answers from the mail's link in two clicks, and the case goes on."""
    secretary, officer = at("transport"), at("valmosan")
    secretary.follow_mail("waiting", reference)
    secretary.follow("Om aanvulling vragen")
    secretary.write("Nr. 1", papers.QUESTIONS[0])
    secretary.press("Nog een toevoegen")
    secretary.write("Nr. 2", papers.QUESTIONS[1])
    secretary.write("Uiterste antwoorddatum", (today + timedelta(days=14)).isoformat())
    secretary.press("Om aanvulling vragen")
    secretary.sees("De stap is gezet.", "Vragen die nog niet beantwoord zijn", papers.QUESTIONS[0])
    mail = officer.follow_mail("question", reference)
    assert papers.QUESTIONS[1] in mail.text
    officer.sees("Des questions vous sont posées", *papers.QUESTIONS)
    officer.turn_to("Mes dossiers")
    officer.sees("2 questions vous sont posées.")
    officer.follow("Répondre aux questions", inside=reference)
    for question, answer in zip(papers.QUESTIONS, papers.ANSWERS, strict=True):
        officer.write(question, answer)
    officer.press("Répondre aux questions")
    officer.sees("L’étape a été franchie.", *papers.ANSWERS)
    secretary.follow_mail("answered", reference)
    secretary.sees(*papers.QUESTIONS, *papers.ANSWERS)


def admit(at: At, reference: str) -> None:
    """The secretary finds every criterion met."""
    secretary = at("transport")
    secretary.turn_to("Werkvoorraad")
    secretary.follow("Ontvankelijk verklaren", inside=reference)
    for number, (criterion, reason) in enumerate(zip(CRITERIA, papers.CRITERIA.values(), strict=True), 1):
        asked = secretary.group(f"{criterion} {number}")
        asked.get_by_label("Ja", exact=True).check()
        asked.get_by_label("Motivering").fill(reason)
    secretary.press("Ontvankelijk verklaren")
    secretary.sees("De stap is gezet.", "Verkenning", *papers.CRITERIA.values())


def explore(at: At, reference: str, today: date) -> None:
    """The secretary notes the law of each country, and asks the delegations and two advisers."""
    secretary = at("transport")
    for country, name in COUNTRIES.items():
        finding, source = papers.FINDINGS[country]
        secretary.follow(f"De analyse voor {name} openen")
        secretary.write("Wat het recht van dit land", finding)
        secretary.write("Bronnen", source)
        secretary.press("Analyse opslaan")
        secretary.follow("Terug naar het dossier")
        secretary.sees(finding)
    secretary.follow("Consultatie openen")
    secretary.write("Vraag aan de delegaties", papers.QUESTION)
    secretary.write("Uiterste antwoorddatum", (today + timedelta(days=28)).isoformat())
    secretary.choose("Partners die om advies worden gevraagd", "Waalse Regering", "Noordrijn-Westfalen")
    secretary.press("Eerst de mails bekijken")
    secretary.sees("Pit Hennengruber (Duits)", "Annegret Holtwickede (Duits)", papers.QUESTION)
    secretary.press("Consultatie openen")
    secretary.sees("De stap is gezet.", "Consultatie van de delegaties")


def consult(at: At, reference: str) -> None:
    """Advisers and delegations answer from their mails; Luxembourg makes a reservation and lifts it."""
    adviser, belgium, netherlands, luxembourg = at("wallonia"), at("delegate-be"), at("delegate-nl"), at("delegate-lu")
    adviser.follow_mail("invitation", reference)
    adviser.sees("Votre avis est demandé")
    adviser.follow("Rendre l’avis")
    adviser.choose("Votre avis", "Accord avec observation")
    adviser.write("Explication", papers.ADVICE["BE-WAL"])
    adviser.press("Envoyer l’avis")
    adviser.sees("La position a été notée.", papers.ADVICE["BE-WAL"])
    belgium.follow_mail("invitation", reference)
    belgium.follow("Donner la position")
    belgium.choose("Position", "Accord")
    belgium.press("Envoyer la position")
    luxembourg.follow_mail("invitation", reference)
    luxembourg.follow("Standpunkt abgeben")
    luxembourg.choose("Standpunkt", "Vorbehalt")
    luxembourg.choose("Welcher Vorbehalt", "Parlamentsvorbehalt")
    luxembourg.write("Erläuterung", papers.RESERVATION)
    luxembourg.press("Den Standpunkt senden")
    luxembourg.sees("Der Standpunkt wurde festgehalten.", papers.RESERVATION)
    netherlands.turn_to("Werkvoorraad")
    netherlands.sees("Het standpunt van Nederland wordt gevraagd.")
    netherlands.follow("Standpunt geven", inside=reference)
    netherlands.choose("Standpunt", "Akkoord")
    netherlands.press("Het standpunt versturen")
    netherlands.sees("Het standpunt is genoteerd.", "Luxemburg maakt een parlementair voorbehoud")


def lift_and_close(at: At, reference: str) -> None:
    """The reservation blocks, and everybody reads so; it is lifted, and the secretary closes the consultation."""
    secretary, luxembourg = at("transport"), at("delegate-lu")
    secretary.open(f"/cases/{reference}")
    secretary.follow("Consultatie van de delegaties")
    secretary.sees("Luxemburg maakt een parlementair voorbehoud; als dit wordt opgeheven, is de tekst aangenomen.")
    secretary.sees("aanvaard door de mailserver", papers.RESERVATION)
    luxembourg.follow("Ihren Standpunkt ändern")
    luxembourg.sees("Derzeitiger Standpunkt: Luxemburg", papers.RESERVATION)
    luxembourg.choose("Standpunkt", "Zustimmung")
    luxembourg.write("Erläuterung", papers.LIFTED)
    luxembourg.press("Den Standpunkt senden")
    luxembourg.sees("Derzeitiger Stand: Angenommen", papers.LIFTED)
    secretary.open(secretary.path)
    secretary.sees("Zoals het nu staat: Aangenomen")
    secretary.follow("Consultatie afsluiten")
    secretary.press("Consultatie afsluiten")
    secretary.sees("De stap is gezet.", "Gemeenschappelijk standpunt")
    at("valmosan").follow_mail("result", reference)
    at("valmosan").sees("Position commune")


def draft(at: At, reference: str) -> None:
    """A decision is chosen, and the secretary writes it in both official languages."""
    general, secretary = at("sg"), at("transport")
    general.follow_mail("waiting", reference)
    general.follow("Choisir l’instrument")
    general.choose("Type d’instrument", "décision")
    general.press("Choisir l’instrument")
    general.sees("L’étape a été franchie.", "Rédaction")
    secretary.follow_mail("waiting", reference)
    secretary.follow("Tekst schrijven")
    for code, language in (("nl", "Nederlands"), ("fr", "Frans")):
        secretary.follow(f"De tekst schrijven ({language})")
        write_text(secretary, papers.DECISION[code])
        secretary.sees("De tekst is opgeslagen.", papers.DECISION[code]["title"])
    secretary.sees("Artikelen, opschriften, getallen en datums zijn in beide teksten dezelfde.")
    secretary.follow("Terug naar het dossier")
    secretary.follow("Teksten aan de Benelux-Raad voorleggen")
    secretary.press("Teksten aan de Benelux-Raad voorleggen")
    secretary.sees("De stap is gezet.", "De Benelux-Raad bespreekt het dossier")


def write_text(secretary: Walker, text: Mapping[str, Any]) -> None:
    """A title, and article after article."""
    secretary.write("Titel", text["title"])
    articles = text["articles"]
    for number, article in enumerate(articles, 1):
        row = secretary.main.get_by_role("group").filter(has=secretary.page.get_by_label("Wat erin staat")).nth(-1)
        row.get_by_label("Nummer").fill(article["number"])
        row.get_by_label("Opschrift").fill(article["heading"] or "")
        row.get_by_label("Wat erin staat").fill(article["text"])
        if number < len(articles):
            secretary.press("Een artikel invoegen na dit")
    secretary.main.get_by_label("Deze tekst is definitief").check()
    secretary.press("De tekst opslaan")


def vote(at: At, reference: str, today: date) -> None:
    """The text is put on the agenda, and each office votes, one of them in English."""
    general = at("sg")
    general.follow_mail("waiting", reference)
    general.follow("Inscrire à l’ordre du jour")
    general.write("Date de la réunion", today.isoformat())
    general.press("Inscrire à l’ordre du jour")
    general.sees("L’étape a été franchie.", "Comité de Ministres")
    belgium, netherlands, luxembourg = at("minister-be"), at("minister-nl"), at("minister-lu")
    belgium.follow_mail("vote", reference)
    belgium.follow("Stem uitbrengen")
    belgium.choose("Stem", "Akkoord")
    belgium.press("Stem uitbrengen")
    netherlands.follow_mail("vote", reference)
    netherlands.press("English")
    netherlands.follow("Cast the vote")
    netherlands.choose("Vote", "Agreement")
    netherlands.press("Cast the vote")
    netherlands.sees("The vote has been noted.")
    general.open(general.path)
    general.sees("Ce qui n’est pas encore possible, et pourquoi")
    luxembourg.follow_mail("vote", reference)
    luxembourg.follow("Émettre le vote")
    luxembourg.choose("Vote", "Accord")
    luxembourg.press("Émettre le vote")
    luxembourg.sees("Adopté")


def adopt(at: At, reference: str, today: date) -> str:
    """The Secretary-General records the adoption with the measures of the countries; the number of the decision."""
    general = at("sg")
    general.turn_to("À traiter")
    general.follow("Enregistrer l’adoption", inside=reference)
    general.write("Date d’adoption", today.isoformat())
    general.choose("Entrée en vigueur", "à une date fixe")
    general.group("Entrée en vigueur").get_by_label("Le (facultatif)").fill(today.isoformat())
    due_on = (today + timedelta(days=180)).isoformat()
    for number, (title, _) in enumerate(papers.MEASURES.values(), 1):
        measure = general.group(f"Pays {number}")
        measure.get_by_label("Titre").fill(title)
        measure.get_by_label("Au plus tard le").fill(due_on)
    general.press("Voir d’abord les courriels")
    general.sees("Rien n’a encore été envoyé.", "Floris Ravestijn")
    general.press("Enregistrer l’adoption")
    general.sees("L’étape a été franchie.", "Mise en œuvre nationale")
    at("valmosan").follow_mail("adopted", reference)
    found = re.search(r"M\(\d{4}\)\d+", at("valmosan").main.inner_text())
    assert found is not None
    return found[0]


def carry_out(at: At, reference: str, number: str, today: date) -> None:
    """Each office reports the measure of its country, the decision is published, and the case is concluded."""
    belgium, netherlands, luxembourg, general = at("minister-be"), at("minister-nl"), at("minister-lu"), at("sg")
    mail = belgium.follow_mail("adopted", reference)
    assert number in mail.subject
    belgium.follow("Maatregelen bijwerken")
    belgium.stands_at(f"Beschikking {number}")
    belgium.follow(papers.MEASURES["BE"][0])
    belgium.choose("Toestand", "In werking")
    belgium.write("Sinds welke dag", today.isoformat())
    belgium.write("Vindplaats", papers.MEASURES["BE"][1]["reference"])
    belgium.press("De stand noteren")
    belgium.sees("De stand van de maatregel is genoteerd.", papers.MEASURES["BE"][1]["reference"])
    netherlands.turn_to("Inbox")
    netherlands.follow("Note how far the measure is", inside=reference)
    netherlands.follow(papers.MEASURES["NL"][0])
    netherlands.choose("State", "In force")
    netherlands.write("Since which day", today.isoformat())
    netherlands.write("Reference", papers.MEASURES["NL"][1]["reference"])
    netherlands.press("Note the state")
    luxembourg.follow_mail("adopted", reference)
    luxembourg.follow("Mettre à jour les mesures")
    luxembourg.follow(papers.MEASURES["LU"][0])
    luxembourg.choose("État", "Non nécessaire")
    luxembourg.press("Noter l’état")
    general.open(f"/cases/{reference}")
    general.follow("Enregistrer la publication")
    general.write("Numéro du Bulletin Benelux", f"{today.year}-1")
    general.write("Date de publication", today.isoformat())
    general.press("Enregistrer la publication")
    general.sees(number)


def conclude(at: At, reference: str) -> None:
    """The secretary closes the case, and the officer reads in a mail, and among her cases, what became of it."""
    secretary, officer = at("transport"), at("valmosan")
    secretary.open(f"/cases/{reference}")
    secretary.follow("Afsluiten als opgelost")
    secretary.write("Motivering", papers.CONCLUSION)
    secretary.press("Afsluiten als opgelost")
    secretary.sees("De stap is gezet.", papers.CONCLUSION)
    officer.follow_mail("ending", reference)
    officer.sees(papers.CONCLUSION)
    officer.turn_to("Mes dossiers")
    officer.sees("Terminés", reference)


def travel(at: At, today: date) -> str:
    """The whole way; the reference of the case that was led along it."""
    reference = file_obstacle(at("valmosan"))
    at("valmosan").mail("receipt", reference)
    register(at, reference)
    ask_and_answer(at, reference, today)
    admit(at, reference)
    explore(at, reference, today)
    consult(at, reference)
    lift_and_close(at, reference)
    draft(at, reference)
    vote(at, reference, today)
    number = adopt(at, reference, today)
    carry_out(at, reference, number, today)
    conclude(at, reference)
    return reference
