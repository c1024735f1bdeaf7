"""Traffic: people who file, decide and follow up over HTTP, and write down every answer that they got."""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from service.demo.journey import papers
from tests.faults.stubborn import Line
from tests.faults.told import CameTo, Deed, new_mark
from workflows.dates import day_in_brussels

VOTERS = ("BE", "LU", "NL")


@dataclass
class Dossier:
    """One case on its way, by what the answers said of it. `steps` are what was asked and acknowledged, in order."""

    line: Line
    title: str
    today: date
    deeds: list[Deed] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    id: str = ""
    etag: str = ""
    reference: str | None = None

    def begin(self, part: str) -> None:
        """Begin the draft."""
        body = {
            "procedure": "benelux-obstacle", "title": self.title, "language": "fr", "countries": ["BE", "NL"],
            "regions": [], "content": papers.CONTENT,
        }  # fmt: skip
        key = secrets.token_hex(12)
        answer = self.line.ask("POST", "/cases", part, body, **{"Idempotency-Key": key}).found(201)
        self.id, self.etag = answer.json()["id"], answer.headers["etag"]
        self._did(part, "draft", key=key, thing=self.id)

    def move(self, part: str, move: str, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Make a move, on the version that the last answer named, with a key and a mark in its reason."""
        key, mark = secrets.token_hex(12), new_mark()
        body = {"move": move, "data": data or {}, "reason": mark, "on": None}
        headers = {"Idempotency-Key": key, "If-Match": self.etag}
        answer = self.line.ask("POST", f"/cases/{self.id}/moves", part, body, **headers).found(200)
        shown: dict[str, Any] = answer.json()
        before, self.reference, self.etag = self.reference, shown["reference"], answer.headers["etag"]
        shows = {"reference": self.reference} if self.reference and before is None else {}
        if move == "adopt":
            shows = {"number": shown["instruments"][0]["number"]}
        self.steps.append(move)
        self._did(part, "CaseMoved", name=move, mark=mark, key=key, thing=self.id, shows=shows)
        return shown

    def append(self, part: str, path: str, kind: str, name: str, body: Mapping[str, Any]) -> None:
        """Add something to the case (a comment, a position), its text marked."""
        key, mark = secrets.token_hex(12), new_mark()
        body = {**body, "text": mark}
        answer = self.line.ask("POST", path, part, body, **{"Idempotency-Key": key}).found(201)
        thing = answer.json().get("id")
        self.steps.append(name)
        self._did(part, kind, name=name, mark=mark, key=key, thing=thing)

    def put(self, part: str, path: str, kind: str, name: str, body: Mapping[str, Any], etag: str | None = None) -> str:
        """Write the whole of something. It has no key: after a lost answer, a stale version means that it is there."""
        return self._replace("PUT", part, path, kind, name, body, etag)

    def patch(self, part: str, path: str, kind: str, name: str, body: Mapping[str, Any]) -> None:
        """Change a part of something."""
        etag = self.read(part, path)[1]
        self._replace("PATCH", part, path, kind, name, body, etag)

    def act(self, part: str, act: str, data: Mapping[str, Any]) -> None:
        """An act without a resource of its own."""
        key = secrets.token_hex(12)
        body = {"act": act, "data": data, "reason": None}
        answer = self.line.ask("POST", f"/cases/{self.id}/acts", part, body, **{"Idempotency-Key": key}).found(200)
        self.etag = answer.headers["etag"]
        self.steps.append(act)
        self._did(part, KINDS.get(act, "ActDone"), name=act, key=key, thing=self.id)

    def read(self, part: str, path: str) -> tuple[Any, str]:
        """What stands there, and its version."""
        answer = self.line.ask("GET", path, part).found(200)
        return answer.json(), answer.headers.get("etag", "")

    def _replace(
        self, method: str, part: str, path: str, kind: str, name: str, body: Mapping[str, Any], etag: str | None
    ) -> str:
        answered = self.line.ask(method, path, part, body, **({"If-Match": etag} if etag else {}))
        if answered.doubtful and answered.response.status_code in (412, 428):
            self.line.seen["done before its answer was lost"] += 1
            version = self.read(part, path)[1]
        else:
            version = answered.found(200, 201).headers["etag"]
        self.steps.append(name)
        self._did(part, kind, name=name)
        return version

    def _did(self, part: str, kind: str, **more: Any) -> None:
        person = self.line.person(part)
        self.deeds.append(Deed(person=person, kind=kind, case=self.id, came_to=CameTo.DONE, **more))

    def day(self, days: int) -> str:
        return (self.today + timedelta(days=days)).isoformat()


KINDS = {"publish": "InstrumentPublished"}


def way(dossier: Dossier, questions: int) -> Iterator[str]:
    """A case from its filing to its end, a request at a time; so many rounds of questions."""
    dossier.begin("valmosan")
    yield "begun"
    dossier.move("valmosan", "submit")
    yield "submitted"
    dossier.move("intake", "register", {"working_group": "transport", "theme": "mobility_transport"})
    yield "registered"
    for _ in range(questions):
        shown = dossier.move("transport", "request_information", {"questions": ["?"], "reply_by": dossier.day(14)})
        yield "asked"
        answers = [{"question": one["question"], "text": "!"} for one in shown["questions"]]
        dossier.move("valmosan", "supply_information", {"answers": answers})
        yield "answered"
        comment = {"audience": "shared"}
        dossier.append("transport", f"/cases/{dossier.id}/comments", "CommentMade", "comment", comment)
        yield "commented"
    criteria = {name: {"met": True, "reason": reason} for name, reason in papers.CRITERIA.items()}
    dossier.move("transport", "declare_admissible", {"criteria": criteria})
    yield "admitted"
    yield from _consult(dossier)
    yield from _draft(dossier)
    yield from _decide(dossier)
    yield from _carry_out(dossier)


def _consult(dossier: Dossier) -> Iterator[str]:
    for country in VOTERS:
        finding = {"finding": papers.FINDINGS[country][0], "sources": []}
        dossier.put("transport", f"/cases/{dossier.id}/analysis/{country}", "AnalysisWritten", "analyse", finding)
        yield "analysed"
    opened = {"question": papers.QUESTION, "closing_on": dossier.day(28), "invited": ["BE-WAL", "DE-NW"]}
    shown = dossier.move("transport", "open_consultation", opened)
    yield "asked the delegations"
    for part in ("wallonia", "nrw", "delegate-be", "delegate-lu", "delegate-nl"):
        _speak(dossier, part, shown)
        yield "spoken"
    dossier.etag = dossier.read("transport", f"/cases/{dossier.id}")[1]
    dossier.move("transport", "close_consultation")
    yield "closed"


def _speak(dossier: Dossier, part: str, shown: Mapping[str, Any]) -> None:
    consultation = next(one["id"] for one in shown["consultations"] if one["open"])
    dossier.append(
        part, f"/consultations/{consultation}/positions", "PositionGiven", "give_position", {"position": "agree"}
    )


def _draft(dossier: Dossier) -> Iterator[str]:
    shown = dossier.move("sg", "choose_instrument", {"kind": "decision"})
    yield "chosen"
    instrument = f"/instruments/{shown['instruments'][0]['id']}"
    for language, text in papers.DECISION.items():
        etag = dossier.read("transport", instrument)[1]
        place = f"{instrument}/expressions/{language}"
        dossier.put("transport", place, "TextWritten", "write_text", text, etag)
        yield "written"
    dossier.move("transport", "submit_to_council")
    yield "before the Council"


def _decide(dossier: Dossier) -> Iterator[str]:
    shown = dossier.move("sg", "table", {"meeting_on": dossier.day(0)})
    yield "tabled"
    for country in VOTERS:
        _speak(dossier, f"minister-{country.lower()}", shown)
        yield "voted"
    measures = [
        {"country": country, "title": papers.MEASURES[country][0], "due_on": dossier.day(180)} for country in VOTERS
    ]
    how = {"how": "on_date", "on": dossier.day(0)}
    adopted = {"adopted_on": dossier.day(0), "in_force": how, "evaluate_on": None, "measures": measures}
    dossier.move("sg", "adopt", adopted)
    yield "adopted"


def _carry_out(dossier: Dossier) -> Iterator[str]:
    instrument = dossier.read("sg", f"/cases/{dossier.id}")[0]["instruments"][0]["id"]
    for measure in dossier.read("sg", f"/instruments/{instrument}/measures")[0]["items"]:
        office = f"minister-{measure['country'].lower()}"
        state = {"state": "in_force", "on": dossier.day(0), "reference": "nr. 1"}
        dossier.patch(office, f"/measures/{measure['id']}", "MeasureRecorded", "record_measure", state)
        yield "carried out"
    dossier.act("sg", "publish", {"journal": "2026-1", "published_on": dossier.day(0)})
    yield "published"
    dossier.etag = dossier.read("transport", f"/cases/{dossier.id}")[1]
    dossier.move("transport", "conclude")
    yield "concluded"


@dataclass
class Traffic:
    """So many people at once, each with one case after the other, until told to stop.

    `faults` is what should not have been answered. What is in hand at the end is brought to its answer first, so
    that of everything it is known what came of it.
    """

    line: Line
    seed: int
    pause: float = 0.0
    dossiers: list[Dossier] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self, people: int) -> None:
        """Let them begin."""
        self._threads = [threading.Thread(target=self._drive, args=(number,)) for number in range(people)]
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 240) -> None:
        """Let everybody end with an answer."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(seconds)
        assert not any(thread.is_alive() for thread in self._threads), "somebody still waits for an answer"

    @property
    def answers(self) -> int:
        """How many requests were acknowledged so far."""
        return sum(len(dossier.deeds) for dossier in self.dossiers)

    @property
    def deeds(self) -> list[Deed]:
        return [deed for dossier in self.dossiers for deed in dossier.deeds]

    def _drive(self, number: int) -> None:
        chance = random.Random(f"{self.seed}-{number}")
        count = 0
        try:
            while not self._stopping.is_set():
                count += 1
                today = day_in_brussels(datetime.now(UTC))
                dossier = Dossier(self.line, f"Obstacle {number}.{count} of {self.seed}", today)
                self.dossiers.append(dossier)
                for _ in way(dossier, chance.randint(1, 3)):
                    if self._stopping.is_set():
                        return
                    time.sleep(chance.random() * 2 * self.pause)
        except Exception as error:  # whatever it is, the test has to hear it
            self.faults.append(f"person {number}, case {count}: {type(error).__name__}: {error}")


def names_of(events: list[Mapping[str, Any]]) -> Counter[str]:
    """What was done on a case, by its log."""
    return Counter(event["move"] for event in events if event["actor"])
