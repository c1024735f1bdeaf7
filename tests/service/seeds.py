"""Seeds: a store with people of every role in it, and cases brought to a stage through commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from service.commands.acts import AskedAct, DoAct, do_act
from service.commands.cases import BeginCase, begin_case
from service.commands.moves import AskedMove, MoveCase, move_case
from service.store.case_rows import case_of
from service.store.engine import Store
from service.store.once import Seen
from service.store.tables import (
    AnalysisRow,
    CaseRow,
    ConsultationRow,
    ExpressionRow,
    InstrumentRow,
    MandateRow,
    MeasureRow,
    OrganisationRow,
    PersonRow,
    PositionRow,
    WorkingGroupRow,
)
from service.store.work import Once, Work
from workflows import shelf
from workflows.actor import Actor, Mandate, Role
from workflows.case import Case
from workflows.fields import VOTERS

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 24)

PEOPLE: Mapping[str, tuple[str, str, str | None]] = {
    "officer": ("officer", "NL-GM0980", None),
    "stranger": ("officer", "BE-24107", None),
    "intake": ("secretary", "BENELUX-SG", None),
    "secretary": ("secretary", "BENELUX-SG", "transport"),
    "other_secretary": ("secretary", "NL-MIN-IENW", "energy"),
    "sg": ("secretary_general", "BENELUX-SG", None),
    "delegate_be": ("delegate", "BE-FED", None),
    "delegate_lu": ("delegate", "LU", None),
    "delegate_nl": ("delegate", "NL", None),
    "adviser": ("delegate", "BE-WAL", None),
    "partner": ("delegate", "DE-NW", None),
    "office_be": ("minister_office", "BE", None),
    "office_lu": ("minister_office", "LU", None),
    "office_nl": ("minister_office", "NL", None),
    "auditor": ("auditor", "BENELUX-SG", None),
    "admin": ("admin", "BENELUX-SG", None),
    "nobody": ("", "", None),
}
"""Name -> role, organisation, working group of the one mandate. `nobody` has none."""

LANGUAGES = {"delegate_be": "fr", "adviser": "fr", "office_lu": "fr", "partner": "de", "auditor": "en"}
ORGANISATIONS = (
    ("NL-GM0980", "Gemeente Cranendonck", "municipality", "NL"),
    ("BE-24107", "Ville de Visé", "municipality", "BE"),
    ("NL-MIN-IENW", "Ministerie van Infrastructuur en Waterstaat", "ministry", "NL"),
)
GROUPS = (("transport", "Werkgroep Vervoer"), ("energy", "Werkgroep Energie"))
OBSTACLE: Mapping[str, Any] = {
    "procedure": "benelux-obstacle",
    "title": "Schoolbus over de grens",
    "language": "nl",
    "countries": ["BE", "NL"],
    "content": {
        "situation": "Een schoolbus mag de grens niet over met leerlingen aan boord.",
        "who_is_hindered": "Leerlingen uit Budel die in Hamont naar school gaan.",
        "how_many": 40,
    },
}
MEASURES = [{"country": voter, "title": f"Besluit {voter}", "due_on": "2027-06-30"} for voter in VOTERS]


@dataclass(slots=True)
class House:
    """An open store with people in it. `now` is the moment of everything that is done; it may be moved on."""

    store: Store
    now: datetime = NOW

    def actor(self, name: str) -> Actor:
        """A person as she is signed in."""
        role, organisation, group = PEOPLE[name]
        answers_for = "BE" if organisation == "BE-FED" else None
        mandate = Mandate(
            id=f"mandate-{name}",
            role=Role(role or "officer"),
            organisation=organisation,
            working_group=group,
            answers_for=answers_for,
        )
        mandates = (mandate,) if role else ()
        return Actor(person=f"person-{name}", name=full_name(name), language=language_of(name), mandates=mandates)

    def work(self, name: str, once: Once | None = None) -> Work:
        """A unit of work of this person, now."""
        return Work(self.store, self.actor(name), self.now, once)

    def case(self, id: str) -> Case:
        """A case as it is kept, whoever may read it."""
        column = CaseRow.__table__.c.id if len(id) == 36 else CaseRow.__table__.c.reference
        with self.store.reading() as connection:
            return case_of(connection.execute(select(CaseRow.__table__).where(column == id)).mappings().one())

    def begin(self, name: str = "officer", **said: Any) -> str:
        """Begin a draft of an obstacle, or of what is said; its id."""
        seen = begin_case(BeginCase(lambda: {**OBSTACLE, **said}), self.work(name))
        assert seen.thing_id is not None
        return seen.thing_id

    def move(
        self, name: str, case: str, move: str, data: Mapping[str, Any] | None = None, reason: str | None = None,
        on: date | None = None,
    ) -> Seen:  # fmt: skip
        """Let a person move a case as it now stands."""
        asked = AskedMove(move=move, data=data or {}, reason=reason, on=on)
        return move_case(MoveCase(case, self.case(case).version, lambda: asked), self.work(name))

    def act(self, name: str, case: str, act: str, data: Mapping[str, Any], reason: str | None = None) -> Seen:
        """Let a person do an act that has no resource of its own."""
        return do_act(DoAct(case, lambda: AskedAct(act, data, reason)), self.work(name))

    def bring(self, stage: str, case: str | None = None, kind: str = "decision") -> str:
        """A case of the officer, brought to a stage on the way from draft to resolved; its id."""
        found = case or self.begin()
        while self.case(found).stage != stage:
            self._step(found, stage, kind)
        return found

    def _step(self, case: str, stage: str, kind: str) -> None:
        match self.case(case).stage:
            case "draft":
                self.move("officer", case, "submit")
            case "submitted":
                self.move("intake", case, "register", {"working_group": "transport", "theme": "mobility_transport"})
            case "admissibility":
                self._leave_admissibility(case, stage)
            case "exploration":
                self.analyse(case)
                data = {"question": "Akkoord?", "closing_on": "2027-01-29", "invited": ["BE-WAL", "DE-NW"]}
                self.move("secretary", case, "open_consultation", data)
            case "consultation":
                self.agree(case)
                self.move("secretary", case, "close_consultation")
            case "common_position":
                self.move("sg", case, "choose_instrument", {"kind": kind})
            case "drafting":
                self.write_texts(case)
                self.move("secretary", case, "submit_to_council")
            case "council":
                self.move("sg", case, "table", {"meeting_on": "2027-03-12"})
            case "adoption":
                self.agree(case)
                how = {"how": "day_after_publication"} if kind == "decision" else {"how": "none"}
                data = {"adopted_on": self.now.date().isoformat(), "in_force": how, "measures": MEASURES}
                self.move("sg", case, "adopt", data)
            case "implementation":
                self.finish_measures(case)
                published = {"journal": "2026-9", "published_on": self.now.date().isoformat()}
                self.act("sg", case, "publish", published)
                self.move("secretary", case, "conclude", reason="De bus rijdt.")
            case other:
                raise AssertionError(f"from {other} no way leads to {stage}")

    def _leave_admissibility(self, case: str, stage: str) -> None:
        if stage == "information_requested":
            data: dict[str, Any] = {"questions": ["Welke lijn?", "Hoeveel ritten?"], "reply_by": "2026-12-18"}
            self.move("secretary", case, "request_information", data)
        elif stage == "inadmissible":
            data = {"failing": ["not_already_handled"]}
            self.move("secretary", case, "declare_inadmissible", data, "Het loopt al elders.")
        else:
            self.move("secretary", case, "declare_admissible", {"criteria": CRITERIA})

    # What other commands keep, put in place at once: a test of theirs does it by them.

    def analyse(self, case: str) -> None:
        """A finding for each Party."""
        rows = [
            {"case_id": case, "country": voter, "finding": f"Wet van {voter}", "sources": [], "version": 1,
             "written_by": "person-secretary", "written_at": self.now}
            for voter in VOTERS
        ]  # fmt: skip
        with self.store.writing() as connection:
            connection.execute(insert(AnalysisRow.__table__), rows)

    def agree(self, case: str, voters: tuple[str, ...] = VOTERS) -> None:
        """The voters agree in whatever consultation is open."""
        table = ConsultationRow.__table__
        with self.store.writing() as connection:
            opened = connection.execute(select(table.c.id).where(table.c.case_id == case, table.c.open)).scalar_one()
            for voter in voters:
                self._give_position(connection, case, opened, voter)

    def _give_position(self, connection: Connection, case: str, consultation: str, voter: str) -> None:
        row = {
            "id": f"{consultation}-{voter}", "consultation_id": consultation, "case_id": case, "delegation": voter,
            "stance": "agree", "stated_on": self.now.date(), "at": self.now, "advice": False, "superseded": False,
            "late": False, "by_person": f"person-delegate_{voter.lower()}",
        }  # fmt: skip
        connection.execute(insert(PositionRow.__table__), row)

    def write_texts(self, case: str) -> None:
        """Final texts in Dutch and French."""
        table = InstrumentRow.__table__
        with self.store.writing() as connection:
            instrument = connection.execute(select(table.c.id).where(table.c.case_id == case)).scalar_one()
            articles = [{"number": "1", "heading": None, "text": "De bus mag de grens over."}]
            rows = [
                {"instrument_id": instrument, "language": language, "title": "Schoolbus", "articles": articles,
                 "final": True, "sha256": "0" * 64, "written_by": "person-secretary", "written_at": self.now}
                for language in ("nl", "fr")
            ]  # fmt: skip
            connection.execute(insert(ExpressionRow.__table__), rows)

    def finish_measures(self, case: str) -> None:
        """Every measure is in force."""
        table = MeasureRow.__table__
        with self.store.writing() as connection:
            values = {"state": "in_force", "on_date": self.now.date()}
            connection.execute(table.update().where(table.c.case_id == case).values(values))


CRITERIA = {
    name: {"met": True, "reason": "Ja."} for name in shelf.newest("benelux-obstacle").checklists["admissibility"]
}


def full_name(name: str) -> str:
    """How a person of the seeds is called."""
    return name.replace("_", " ").title()


def language_of(name: str) -> str:
    """Which language a person of the seeds reads."""
    return LANGUAGES.get(name, "nl")


def seed(store: Store, now: datetime = NOW, password_hash: str | None = None) -> House:
    """People of every role, organisations and working groups; everybody signs in as `<name>@example.org`."""
    people = [
        {"id": f"person-{name}", "email": f"{name}@example.org", "name": full_name(name),
         "language": language_of(name), "password_hash": password_hash, "created_at": now, "active": True,
         "version": 1}
        for name in PEOPLE
    ]  # fmt: skip
    mandates = [
        {"id": f"mandate-{name}", "person_id": f"person-{name}", "role": role, "organisation": organisation,
         "working_group": group, "created_at": now + timedelta(microseconds=index)}
        for index, (name, (role, organisation, group)) in enumerate(PEOPLE.items())
        if role
    ]  # fmt: skip
    organisations = [
        {"code": code, "name": name, "kind": kind, "country": country, "version": 1}
        for code, name, kind, country in ORGANISATIONS
    ]
    groups = [{"code": code, "name": name, "version": 1} for code, name in GROUPS]
    with store.writing() as connection:
        connection.execute(insert(OrganisationRow.__table__), organisations)
        connection.execute(insert(WorkingGroupRow.__table__), groups)
        connection.execute(insert(PersonRow.__table__), people)
        connection.execute(insert(MandateRow.__table__), mandates)
    return House(store, now)
