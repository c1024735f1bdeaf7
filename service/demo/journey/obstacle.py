"""From an obstacle to a decision: filed in French, asked about in writing, voted on, in force in three countries."""

from __future__ import annotations

from datetime import timedelta

from service.demo.journey import papers
from service.demo.journey.cast import Cast, Dossier

COUNTRIES = ("BE", "LU", "NL")
MEASURE_DAYS, CLOSING_DAYS, REPLY_DAYS = 180, 28, 14
"""How long the countries, the delegations and the authority get, in days."""


def play_obstacle(cast: Cast) -> Dossier:
    """The whole way of one case. Raises Stopped."""
    cast.teller.heading("An obstacle becomes a decision")
    dossier = file_obstacle(cast)
    admit(cast, dossier)
    explore(cast, dossier)
    consult(cast, dossier)
    draft(cast, dossier)
    decide(cast, dossier)
    carry_out(cast, dossier)
    return dossier


def file_obstacle(cast: Cast) -> Dossier:
    """The officer writes the form and submits it."""
    officer = cast.person("valmosan")
    form = {
        "procedure": "benelux-obstacle",
        "title": papers.TITLE,
        "language": "fr",
        "countries": ["BE", "NL"],
        "regions": [],
        "content": papers.CONTENT,
    }
    dossier = Dossier(cast, officer.post("/cases", form))
    dossier.told("valmosan", "writes down an obstacle, in French")
    dossier.move("valmosan", "submit", "submits it")
    return dossier


def admit(cast: Cast, dossier: Dossier) -> None:
    """Intake registers, the secretary asks, the officer answers, and the obstacle is admissible."""
    group = {"working_group": "transport", "theme": "mobility_transport"}
    dossier.move("intake", "register", "registers it for the working group on transport", group)
    asked = {"questions": list(papers.QUESTIONS), "reply_by": _in(cast, REPLY_DAYS)}
    dossier.move("transport", "request_information", f"asks {len(papers.QUESTIONS)} questions", asked)
    numbers = [question["question"] for question in dossier.read("valmosan")["questions"]]
    answers = [{"question": number, "text": text} for number, text in zip(numbers, papers.ANSWERS, strict=True)]
    dossier.move("valmosan", "supply_information", "answers them", {"answers": answers})
    criteria = {name: {"met": True, "reason": reason} for name, reason in papers.CRITERIA.items()}
    dossier.move("transport", "declare_admissible", "finds every criterion met", {"criteria": criteria})


def explore(cast: Cast, dossier: Dossier) -> None:
    """The secretary finds the law of each country, and asks the delegations."""
    secretary = cast.person("transport")
    for country in COUNTRIES:
        finding, source = papers.FINDINGS[country]
        secretary.put(f"{dossier.path}/analysis/{country}", {"finding": finding, "sources": [source]})
        dossier.told("transport", f"notes what is the law in {country}")
    opened = {"question": papers.QUESTION, "closing_on": _in(cast, CLOSING_DAYS), "invited": ["BE-WAL", "DE-NW"]}
    dossier.move("transport", "open_consultation", "consults three delegations and two advisers", opened)


def consult(cast: Cast, dossier: Dossier) -> None:
    """Advisers and delegations speak; a reservation is made and lifted."""
    consultation = open_consultation(dossier, "transport")
    positions = f"/consultations/{consultation}/positions"
    advice = {"position": "agree_with_comment", "text": papers.ADVICE["BE-WAL"]}
    for part, said, did in (
        ("wallonia", advice, "advises, with a comment"),
        ("nrw", {"position": "agree", "text": papers.ADVICE["DE-NW"]}, "advises"),
        ("delegate-be", {"position": "agree"}, "agrees for Belgium"),
    ):
        cast.person(part).post(positions, said)
        dossier.told(part, did)
    dossier.refused("transport", "close_consultation", "tries to close before everybody has spoken")
    reservation = {"position": "reservation", "reservation": "parliamentary", "text": papers.RESERVATION}
    cast.person("delegate-lu").post(positions, reservation)
    dossier.told("delegate-lu", "makes a parliamentary reservation")
    cast.person("delegate-nl").post(positions, {"position": "agree"})
    dossier.told("delegate-nl", "agrees")
    _tell_outcome(cast, consultation)
    cast.person("delegate-lu").post(positions, {"position": "agree", "text": papers.LIFTED})
    dossier.told("delegate-lu", "lifts the reservation")
    _tell_outcome(cast, consultation)
    dossier.move("transport", "close_consultation", "closes the consultation")


def draft(cast: Cast, dossier: Dossier) -> None:
    """A decision is chosen, and written in both official languages."""
    dossier.move("sg", "choose_instrument", "chooses a decision", {"kind": "decision"})
    secretary = cast.person("transport")
    instrument = dossier.read("transport")["instruments"][0]["id"]
    etag = secretary.get(f"/instruments/{instrument}").etag
    for language, text in papers.DECISION.items():
        etag = secretary.put(f"/instruments/{instrument}/expressions/{language}", text, etag).etag
        dossier.told("transport", f"writes the text in {language}")
    dossier.move("transport", "submit_to_council", "submits the texts to the Council")


def decide(cast: Cast, dossier: Dossier) -> None:
    """The ministers vote, and what they adopted gets its number."""
    today = cast.today.isoformat()
    dossier.move("sg", "table", "puts it on the agenda of the Committee of Ministers", {"meeting_on": today})
    consultation = open_consultation(dossier, "sg")
    measures = [
        {"country": country, "title": papers.MEASURES[country][0], "due_on": _in(cast, MEASURE_DAYS)}
        for country in COUNTRIES
    ]
    adopted = {
        "adopted_on": today,
        "in_force": {"how": "on_date", "on": today},
        "evaluate_on": None,
        "measures": measures,
    }
    for country in COUNTRIES:
        if country == COUNTRIES[-1]:
            dossier.refused("sg", "adopt", "tries to adopt before the last vote", adopted)
        part = f"minister-{country.lower()}"
        cast.person(part).post(f"/consultations/{consultation}/positions", {"position": "agree"})
        dossier.told(part, "votes in favour")
    _tell_outcome(cast, consultation)
    dossier.move("sg", "adopt", "records the adoption", adopted)
    number = dossier.read("sg")["instruments"][0]["number"]
    cast.teller.aside(f"the decision is {number}")


def carry_out(cast: Cast, dossier: Dossier) -> None:
    """Each country reports its measure; the decision is published, and the case concluded."""
    today = cast.today.isoformat()
    instrument = dossier.read("sg")["instruments"][0]["id"]
    for measure in cast.person("sg").get(f"/instruments/{instrument}/measures").body["items"]:
        country = measure["country"]
        office = cast.person(f"minister-{country.lower()}")
        path = f"/measures/{measure['id']}"
        done = dict(papers.MEASURES[country][1])
        state = {"state": "in_force", "on": today} if done else {"state": "not_needed"}
        office.patch(path, state | done, office.get(path).etag)
        dossier.told(f"minister-{country.lower()}", f"reports the measure of {country}: {state['state']}")
    journal = {"journal": f"{cast.today.year}-1", "published_on": today}
    dossier.act("sg", "publish", "records the publication", journal)
    dossier.move("transport", "conclude", "concludes", reason=papers.CONCLUSION)


def open_consultation(dossier: Dossier, part: str) -> str:
    """The id of the consultation that is open."""
    listed = dossier.read(part)["consultations"]
    return next(str(consultation["id"]) for consultation in listed if consultation["open"])


def _tell_outcome(cast: Cast, consultation: str) -> None:
    """What the decision rule makes of the positions so far, in English for who watches."""
    shown = cast.person("sg").get(f"/consultations/{consultation}").body
    who = f", blocked by {', '.join(shown['blocked_by'])}" if shown["blocked_by"] else ""
    cast.teller.aside(f"as it stands: {shown['outcome']}{who}")


def _in(cast: Cast, days: int) -> str:
    return (cast.today + timedelta(days=days)).isoformat()
