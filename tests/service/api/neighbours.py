"""Neighbours: people of several houses who work beside each other over HTTP, and what each of them is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import insert, select

from notifications.render import render
from service.auth.keys import signer
from service.auth.tokens import generate_key
from service.main import build
from service.queries.letters import letter
from service.settings import Settings
from service.store.engine import Store
from service.store.outbox import Outbox
from service.store.tables import ConsultationRow, DeliveryRow, InstrumentRow, InvitationRow, MandateRow
from tests.service.api.callers import Callers
from tests.service.api.knowing import Held, Knowledge, Known, Round, Secret
from tests.service.files.papers import PDF
from tests.service.seeds import CRITERIA, MEASURES, OBSTACLE, PEOPLE, seed

WATCHED = (
    "officer", "stranger", "secretary", "other_secretary", "delegate_nl", "adviser", "partner", "office_nl",
    "office_lu", "office_be", "sg", "auditor", "admin", "nobody",
)  # fmt: skip
"""Who is watched: two officers, two secretaries (one outside the Secretariat-General), delegates, offices, readers."""
PARTS = ("", "/events", "/comments", "/documents", "/consultations", "/links", "/clocks", "/moves")
INNER_PARTS = ("/analysis/NL",)
FOLLOWED_PARTS = ("", "/events", "/consultations", "/moves")
STEPS: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    "submitted": ("intake", "register", {"working_group": "transport", "theme": "mobility_transport"}),
    "information_requested": ("intake", "supply_information", {"answers": [{"question": 1, "text": "Lijn 7."}]}),
    "common_position": ("sg", "choose_instrument", {"kind": "decision"}),
    "council": ("sg", "table", {"meeting_on": "2027-03-12"}),
}
"""What takes no more than a move: stage -> who, which one, with what."""
ADOPTION = {"in_force": {"how": "on_date", "on": "2027-07-01"}, "measures": MEASURES}
LETTERS, ROUNDS, ASKED = DeliveryRow.__table__, ConsultationRow.__table__, InvitationRow.__table__
KEY = generate_key()


class Neighbours:
    """A service in this process with the people of the seeds, and what is known of who may know what."""

    def __init__(self, address: str, files: Path) -> None:
        self._open = ExitStack()
        store = Store.open(address)
        self._open.callback(store.close)
        self.house = seed(store)
        settings = Settings.read(database_url=address, signing_key=KEY, files=files)
        app = build(settings, lambda: self.house.now)
        client = self._open.enter_context(TestClient(app, raise_server_exceptions=False))
        self.callers = Callers(client, self.house, signer(settings))
        self.known = Knowledge(
            {
                name: [Held(role, organisation, group)] if role else []
                for name, (role, organisation, group) in PEOPLE.items()
            }
        )
        self._outbox = Outbox(store, "worker", "slagboom.example")
        self._read: set[str] = set()
        self._words = 0

    def close(self) -> None:
        """Everybody goes home."""
        self._open.close()

    def secret(self, case: str, kind: str, round_: str | None = None) -> str:
        """A new word that stands nowhere else, for a text of this kind on this case."""
        self._words += 1
        word = f"kanarie{self._words:05d}x"
        self.known.secrets.append(Secret(word, case, kind, round_))
        return word

    # -- what people do ---------------------------------------------------------------------------

    def begin(self, who: str, organisation: str, countries: list[str]) -> Known | None:
        """Begin a draft; its words are known by their case once that is there."""
        title, content = self.secret("", "title"), self.secret("", "whole")
        said = {**OBSTACLE["content"], "situation": f"Over {content} gaat het."}
        answer = self.callers.begin(
            who, title=f"Bus {title}", organisation=organisation, countries=countries, content=said
        )
        if answer.status_code != 201:
            assert answer.status_code == 403, answer.text
            return None
        id = answer.json()["id"]
        self.known.secrets[-2:] = [Secret(title, id, "title"), Secret(content, id, "whole")]
        case = Known(
            id=id,
            organisation=organisation,
            by_intake=who in ("intake", "secretary"),
            countries=set(countries),
            begun_by=who,
        )
        self.known.cases[id] = case
        return case

    def move(
        self, who: str, case: Known, move: str, data: dict[str, Any] | None = None, *, reason: str | None = None
    ) -> bool:
        """Try a move, and note what it changes in who may read the case."""
        answer = self.callers.move(who, case.id, move, data, reason)
        assert (answer.status_code == 404) == (not self.known.reads(who, case)), (who, move, answer.text)
        if answer.status_code != 200:
            return False
        shown = answer.json()
        case.group, case.stage = shown["working_group"], shown["stage"]
        if move == "submit":
            case.filed_by = who
        if move == "mark_duplicate" and data is not None and case.filed_by is not None:
            self.known.cases[data["original"]].followers.add(case.filed_by)
        if move == "adopt":
            case.adopted = True
        self._note_rounds(case)
        return True

    def _note_rounds(self, case: Known) -> None:
        """Whom each new round asked: as it was asked for is checked where it is opened."""
        known = {one.id for one in case.rounds}
        with self.house.store.reading() as connection:
            for row in connection.execute(select(ROUNDS).where(ROUNDS.c.case_id == case.id)).mappings():
                if row["id"] not in known:
                    asked = set(
                        connection.scalars(select(ASKED.c.organisation).where(ASKED.c.consultation_id == row["id"]))
                    )
                    case.rounds.append(Round(row["id"], row["by_role"], asked))

    def go_on(self, case: Known, advisers: list[str]) -> None:
        """The next step on the straight way from draft to adopted, by whoever takes it."""
        match case.stage:
            case "exploration":
                self._consult(case, advisers)
            case "consultation":
                for name in ("delegate_be", "delegate_lu", "delegate_nl"):
                    self.give_position(name, case)
                self._by_secretary(case, "close_consultation")
            case "drafting":
                self.write_texts(case)
                self._by_secretary(case, "submit_to_council")
            case "adoption":
                for name in ("office_be", "office_lu", "office_nl"):
                    self.give_position(name, case)
                self.move("sg", case, "adopt", ADOPTION | {"adopted_on": self.house.now.date().isoformat()})
            case "draft":
                self.move(case.begun_by, case, "submit")
            case "admissibility":
                self._by_secretary(case, "declare_admissible", {"criteria": CRITERIA})
            case stage if stage in STEPS:
                who, move, data = STEPS[stage]
                self.move(who, case, move, data)

    def _consult(self, case: Known, advisers: list[str]) -> None:
        for country in ("BE", "LU", "NL"):
            self.analyse(case, country)
        asked = {"question": self.secret(case.id, "whole"), "closing_on": "2027-01-29", "invited": advisers}
        self._by_secretary(case, "open_consultation", asked)
        if case.rounds and case.stage == "consultation":
            assert case.rounds[-1].asked == {"BE", "LU", "NL", *advisers}

    def _by_secretary(self, case: Known, move: str, data: dict[str, Any] | None = None) -> bool:
        reason = self.secret(case.id, "whole")
        return self.move(self.secretary_of(case), case, move, data, reason=f"Omdat {reason}.")

    def secretary_of(self, case: Known) -> str:
        """Who leads the case now, of those who have a mandate."""
        return "other_secretary" if case.group == "energy" else "secretary"

    def analyse(self, case: Known, country: str) -> None:
        """Write a finding, the first or over the one that stands."""
        who, path = self.secretary_of(case), f"/cases/{case.id}/analysis/{country}"
        version = self.callers.get(who, path).headers.get("ETag")
        said = {"finding": self.secret(case.id, "inner"), "sources": []}
        self._checked(self.callers.put(who, path, said, version), who, case)

    def write_texts(self, case: Known) -> None:
        """Final texts in the two languages that count."""
        with self.house.store.reading() as connection:
            statement = select(InstrumentRow.__table__.c.id).where(InstrumentRow.__table__.c.case_id == case.id)
            instrument = connection.execute(statement).scalar_one_or_none()
        if instrument is None:
            return
        who = self.secretary_of(case)
        for language in ("nl", "fr"):
            version = self.callers.get(who, f"/instruments/{instrument}").headers.get("ETag")
            article = {"number": "1", "heading": None, "text": self.secret(case.id, "text")}
            said = {"title": self.secret(case.id, "text"), "articles": [article], "final": True}
            self.callers.put(who, f"/instruments/{instrument}/expressions/{language}", said, version)

    def give_position(self, who: str, case: Known, stance: str = "agree") -> None:
        """Say something in the last round, in one's own name."""
        if not case.rounds:
            return
        round_ = case.rounds[-1]
        said: dict[str, Any] = {"position": stance, "text": self.secret(case.id, "position", round_.id)}
        if stance == "reservation":
            said["reservation"] = "scrutiny"
        self._checked(self.callers.post(who, f"/consultations/{round_.id}/positions", said), who, case)

    def comment(self, who: str, case: Known, audience: str) -> None:
        """Say something to those inside, or to all who read the case."""
        word = self.secret(case.id, "inner" if audience == "internal" else "whole")
        said = {"text": f"Let op {word}", "audience": audience}
        answer = self._checked(self.callers.post(who, f"/cases/{case.id}/comments", said), who, case)
        if audience == "internal" and answer.status_code == 201:
            assert self.known.inner(who, case)

    def attach(self, who: str, case: Known, audience: str) -> None:
        """Attach a document."""
        word = self.secret(case.id, "inner" if audience == "internal" else "whole")
        form = {"title": f"Nota {word}", "language": "nl", "audience": audience}
        files = {"file": (f"{word}.pdf", PDF, "application/pdf")}
        path = f"/api/v1/cases/{case.id}/documents"
        answer = self.callers.client.post(path, headers=self.callers.headers(who), data=form, files=files)
        self._checked(answer, who, case)

    def link(self, who: str, case: Known, other: Known, kind: str) -> None:
        """Link two cases: it takes one that reads both."""
        said = {"kind": kind, "to": other.id}
        answer = self._checked(self.callers.post(who, f"/cases/{case.id}/links", said), who, case)
        if answer.status_code == 201:
            assert self.known.reads(who, other)

    def patch(self, who: str, case: Known, said: dict[str, Any]) -> None:
        """Correct a case, or give it to another working group."""
        version = self.house.case(case.id).version
        answer = self._checked(self.callers.patch(who, f"/cases/{case.id}", said, version), who, case)
        if answer.status_code == 200:
            case.group, case.countries = answer.json()["working_group"], set(answer.json()["countries"])
            case.organisation = answer.json()["organisation"]

    def discard(self, who: str, case: Known) -> None:
        """Throw a draft away."""
        version = self.house.case(case.id).version
        answer = self._checked(self.callers.delete(who, f"/cases/{case.id}", version), who, case)
        if answer.status_code == 204:
            del self.known.cases[case.id]

    def lapse(self, who: str) -> None:
        """The mandates of a person ended yesterday."""
        yesterday = (self.house.now.date() - timedelta(days=1)).isoformat()
        person = self.callers.get("admin", f"/people/person-{who}")
        ends = [{"id": one["id"], "until": yesterday} for one in person.json()["mandates"]]
        said = {"mandates": {"end": ends}}
        answer = self.callers.patch("admin", f"/people/person-{who}", said, person.headers["ETag"])
        assert answer.status_code == 200, answer.text
        self.known.mandates[who] = []

    def take_over(self, who: str, held: Held) -> None:
        """A person gets a mandate, today."""
        if held in self.known.mandates[who]:
            return
        id = f"given-{len(self.known.secrets)}-{who}-{self._words}-{len(self.known.mandates[who])}"
        row = {
            "id": id[:36], "person_id": f"person-{who}", "role": held.role, "organisation": held.organisation,
            "working_group": held.group, "created_at": self.house.now,
        }  # fmt: skip
        with self.house.store.writing() as connection:
            connection.execute(insert(MandateRow.__table__), row)
        self.known.mandates[who].append(held)

    def _checked(self, answer: Response, who: str, case: Known) -> Response:
        """Whoever does not read the case is told that there is none, whatever he tries; nobody else is."""
        assert answer.status_code < 500, answer.text
        if not self.known.reads(who, case):
            assert answer.status_code == 404, (who, answer.request.url.path, answer.text)
        return answer

    # -- what people are shown --------------------------------------------------------------------

    def check_lists(self, who: str) -> None:
        """The list, its count, and what it finds: exactly what the person reads."""
        wanted = {case.id for case in self.known.cases.values() if self.known.reads(who, case)}
        answer = self.get(who, "/cases?count=true&limit=200&sort=updated_at")
        found = [case["id"] for case in answer.json()["items"]]
        assert (set(found), answer.json()["count"], len(found)) == (wanted, len(wanted), len(wanted)), who
        for secret in self.known.secrets[-2:]:
            hit = self.get(who, f"/cases?count=true&q={secret.word}").json()
            assert hit["count"] == len(hit["items"]), who
            if hit["count"]:
                assert self.known.may_know(who, secret), (who, secret)

    def check_case(self, who: str, case: Known) -> None:
        """Every part of a case: shown to whom it is for, and not there for everybody else."""
        whole, reads, inner = (ask(who, case) for ask in (self.known.whole, self.known.reads, self.known.inner))
        for part in PARTS:
            answer = self.get(who, f"/cases/{case.id}{part}")
            assert (answer.status_code == 200) == (whole or (reads and part in FOLLOWED_PARTS)), (
                who,
                part,
                answer.text,
            )
        for part in INNER_PARTS:
            assert inner or self.get(who, f"/cases/{case.id}{part}").status_code == 404, (who, part)
        for round_ in case.rounds:
            assert (self.get(who, f"/consultations/{round_.id}").status_code == 200) == reads, who
            said = self.get(who, f"/consultations/{round_.id}/positions?count=true")
            assert (said.status_code == 200) == (reads and self.known.positions(who, case, round_)), who
        if reads:
            for one in self.get(who, f"/cases/{case.id}/links").json().get("items", ()):
                assert self.known.reads(who, self.known.cases[one["to"]["id"]]), who

    def check_elsewhere(self, who: str) -> None:
        """The register, the letters and the digests: no word in them that is not for the person."""
        for path in ("/instruments?count=true&limit=200", "/deliveries?count=true&limit=200", "/people?limit=200"):
            self.get(who, path)
        for case in self.known.cases.values():
            shown = self.get(who, f"/deliveries?count=true&case={case.id}")
            listed = self.get(who, f"/instruments?count=true&case={case.id}").json()
            if who != "admin" and not self.known.inner(who, case):
                assert shown.status_code == 403 or shown.json()["count"] == 0, (who, shown.text)
            assert self.known.reads(who, case) or listed["count"] == 0, (who, listed)
        week = f"{self.house.now:%G-W%V}"
        for organisation in ("BE", "LU", "NL"):
            self.get(who, f"/digests/preview?week={week}&organisation={organisation}")
        self._check_search(who)
        self._check_filters(who)

    def _check_search(self, who: str) -> None:
        """Who only follows a case finds it by no word but those of its title."""
        for secret in self.known.secrets:
            case = self.known.cases.get(secret.case)
            if case is not None and who in case.followers and not self.known.whole(who, case):
                found = self.get(who, f"/cases?count=true&q={secret.word}").json()["count"]
                assert not found or self.known.may_know(who, secret), (who, secret)

    def _check_filters(self, who: str) -> None:
        """No filter, order or cursor shows a case that the plain list does not."""
        wanted = {case.id for case in self.known.cases.values() if self.known.reads(who, case)}
        for query in (
            "stage=draft", "status=open", "status=ended", "status=late", "country=LU", "working_group=energy",
            "organisation=NL-GM0980", "organisation=BE-24107", "waits_for=secretary", "due_before=2099-01-01",
            "moved=filed&moved=advanced&moved=adopted&moved=ended", "asked_of=BE&asked_of=NL&asked_of=LU", "q=bus",
            "q=%25", "q=_", "sort=due_on", "sort=-due_on", "sort=reference",
        ):  # fmt: skip
            answer = self.get(who, f"/cases?count=true&limit=200&{query}").json()
            assert {one["id"] for one in answer["items"]} <= wanted, (who, query)
            assert answer["count"] == len(answer["items"]), (who, query)
        paged: list[str] = []
        path: str | None = "/cases?limit=2&sort=-updated_at"
        while path is not None:
            page = self.get(who, path).json()
            paged += [one["id"] for one in page["items"]]
            path = f"/cases?limit=2&sort=-updated_at&cursor={page['next']}" if page["next"] else None
        assert (set(paged), len(paged)) == (wanted, len(wanted)), who

    def get(self, who: str, path: str) -> Response:
        """What a person is shown; no word in it is one that is not for her."""
        answer = self.callers.get(who, path)
        assert answer.status_code < 500, answer.text
        seen = f"{answer.text} {dict(answer.headers)}"
        asked = path.partition("q=")[2]
        leaked = [one for one in self.known.told_too_much(who, seen) if one.word != asked]
        assert not leaked, (who, path, leaked, answer.text)
        return answer

    def check_mail(self) -> None:
        """Whoever is written to reads the case, and every word of the letter is for her."""
        while self._outbox.expand(self.house.now):
            pass
        with self.house.store.reading() as connection:
            rows = connection.execute(select(LETTERS)).mappings().all()
            for row in rows:
                if row["id"] in self._read:
                    continue
                self._read.add(row["id"])
                name = row["person_id"].removeprefix("person-")
                case = self.known.cases.get(row["case_id"] or "")
                if case is None:
                    assert row["notice"] == "account", dict(row)
                    continue
                assert self.known.reads(name, case), (name, row["notice"], row["role"])
                written = letter(connection, row["id"], self.house.now)
                message = render(written, public_url="https://slagboom.example", mail_from="a@slagboom.example")
                text = " ".join(_texts(message))
                assert not list(self.known.told_too_much(name, text)), (name, row["notice"], text)


def _texts(message: EmailMessage) -> Iterator[str]:
    yield from map(str, message.values())
    for part in message.walk():
        if not part.is_multipart():
            yield part.get_payload(decode=True).decode()  # type: ignore[union-attr]  # a part that is none has bytes
