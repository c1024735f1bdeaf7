"""A town: two of everything, one that the people of the table have to do with and one that others have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from httpx import Request, Response
from sqlalchemy import insert, select

from service.commands.cases import ChangeCase, change_case
from service.commands.documents import AttachDocument, attach_document
from service.store.outbox import Outbox
from service.store.tables import (
    CaseRow,
    ConsultationRow,
    DeliveryRow,
    FollowerRow,
    InstrumentRow,
    MeasureRow,
    OrganisationRow,
    PersonRow,
    WorkingGroupRow,
)
from tests.service.api.callers import Callers
from tests.service.api.permissions import Row
from tests.service.files.papers import PDF
from tests.service.seeds import CRITERIA, House

PEOPLE: Mapping[str, str] = {
    "officer": "officer",
    "delegate": "delegate_nl",
    "adviser": "adviser",
    "office": "office_nl",
    "secretary": "secretary",
    "intake": "intake",
    "secretary_general": "sg",
    "auditor": "auditor",
    "admin": "admin",
    "follower": "follower",
    "nobody": "nobody",
}
"""Role of the table -> person of the seeds; the follower is added here."""
STAGES = ("exploration", "consultation", "drafting", "adoption", "implementation")
NOT_THERE = "01938c5e-0000-7000-8000-00000000dead"
EDITED = {"title": "Schoolbus Budel-Hamont"}
REASON = {"reason": "Dat is beter."}
PERSON = {"email": "nieuw@example.org", "name": "Nieuw", "language": "nl"}
BODIES: Mapping[tuple[str, str], Any] = {
    ("PATCH /cases/{case}", "edit"): EDITED,
    ("PATCH /cases/{case}", "correct"): EDITED | REASON,
    ("PATCH /cases/{case}", "assign"): {"working_group": "health"} | REASON,
    ("POST /cases/{case}/moves", "submit"): {"move": "submit"},
    ("POST /cases/{case}/moves", "refer"): {"move": "refer", "data": {"body": "SOLVIT"}} | REASON,
    ("POST /cases/{case}/moves", "find_no_initiative"): {"move": "find_no_initiative"} | REASON,
    ("POST /cases/{case}/moves", "withdraw"): {"move": "withdraw"} | REASON,
    ("POST /cases/{case}/acts", "publish"): {
        "act": "publish",
        "data": {"journal": "2026-9", "published_on": "2026-11-24"},
    },
    ("PUT /cases/{case}/analysis/{country}", ""): {"finding": "Artikel 4 verbiedt het.", "sources": []},
    ("POST /instruments", ""): {
        "kind": "decision", "number": "M(2015)15", "title": "Proeven", "language": "nl", "adopted_on": "2015-09-24",
        "url": "https://www.example.org/",
    },
    ("PUT /instruments/{instrument}/expressions/{language}", ""): {
        "title": "Schoolbus",
        "articles": [{"number": "1", "heading": None, "text": "De bus rijdt."}],
        "final": True,
    },
    ("PATCH /measures/{measure}", "of NL"): {"state": "adopted", "on": "2026-11-24"},
    ("PATCH /measures/{measure}", "of LU"): {"state": "adopted", "on": "2026-11-24"},
    ("POST /cases/{case}/comments", "shared"): {"text": "Tot maandag.", "audience": "shared"},
    ("POST /cases/{case}/comments", "internal"): {"text": "Tot maandag.", "audience": "internal"},
    ("POST /organisations", ""): {"code": "NL-GM1507", "name": "Horst", "kind": "municipality", "country": "NL"},
    ("PATCH /organisations/{organisation}", ""): {"name": "Cranendonck"},
    ("POST /working-groups", ""): {"code": "water", "name": "Water"},
    ("PATCH /working-groups/{working_group}", ""): {"name": "Vervoer"},
    ("POST /people", ""): PERSON,
    ("PATCH /people/{person}", "oneself, somebody else"): {"language": "fr"},
}  # fmt: skip
"""(operation, what is sent) -> the body, where it is the same whichever case is meant."""


@dataclass(slots=True)
class Town:
    """A service with the two cases at every stage of the table. Kind -> stage -> id of the case."""

    callers: Callers
    cases: dict[str, dict[str, str]]
    documents: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def house(self) -> House:
        """Where it all is kept."""
        return self.callers.house

    def ask(self, row: Row, kind: str, role: str | None) -> Response:
        """Send the operation of a row as this role (None: without a token), about this kind of thing."""
        return self.callers.client.send(self.request(row, kind, role))

    def request(self, row: Row, kind: str, role: str | None) -> Request:
        """What is sent; the database was asked for what it names."""
        method, _, template = row.call.partition(" ")
        path = re.sub(r"\{(\w+)\}", lambda match: self._named(match[1], row, kind, role), template)
        headers = self.callers.headers(PEOPLE[role], self._version(row, kind, role)) if role else {}
        return self.callers.client.build_request(
            method, f"/api/v1{path}", headers=headers, params=self._query(row, kind), **self._body(row, kind)
        )

    def case(self, row: Row, kind: str) -> str:
        """The id of the case that a row is about."""
        return NOT_THERE if kind == "unknown" else self.cases[kind][row.on or "consultation"]

    def _query(self, row: Row, kind: str) -> dict[str, str]:
        if row.call != "GET /digests/preview":
            return {}
        return {"week": "2026-W48", "organisation": "NL" if kind == "own" else "BE"}

    def _body(self, row: Row, kind: str) -> dict[str, Any]:
        audience = row.what if row.what in ("shared", "internal") else "shared"
        if row.call == "POST /cases/{case}/documents":
            form = {"title": "Nota", "language": "nl", "audience": audience}
            return {"data": form, "files": {"file": ("nota.pdf", PDF, "application/pdf")}}
        if row.call.startswith(("GET", "DELETE")) or row.call.endswith("/resend"):
            return {}
        return {"json": self._sent(row, kind)}

    def _sent(self, row: Row, kind: str) -> Any:
        match row.call:
            case "POST /cases":
                codes = {"own": "NL-GM0980", "other": "BE-24107", "unknown": "NL-NERGENS"}
                return {"procedure": "benelux-obstacle", "organisation": codes[kind]}
            case "POST /consultations/{consultation}/positions":
                return {"position": "agree", "for": row.what.split()[1].strip(","), "stated_on": "2026-11-24"}
            case "POST /cases/{case}/links":
                other = self.cases["other" if kind != "other" else "own"]
                return {"kind": "related", "to": other["draft" if "draft" in row.what else "drafting"]}
        return BODIES[row.call, row.what]

    def _named(self, name: str, row: Row, kind: str, role: str | None) -> str:
        """What stands in the path in the place of a parameter."""
        gone = kind == "unknown"
        match name:
            case "case":
                return self.case(row, kind)
            case "person":
                own = f"person-{PEOPLE[role]}" if role else NOT_THERE
                return {"own": own, "other": "person-stranger", "unknown": NOT_THERE}[kind]
            case "consultation" | "instrument" | "measure":
                return NOT_THERE if gone else self._part(name, row, kind)
            case "delivery":
                return NOT_THERE if gone else self._part(name, row, kind)
            case "document":
                return NOT_THERE if gone else self.documents[kind, row.what]
            case "procedure":
                return "no-such-thing" if gone else "benelux-obstacle"
        return {
            "version": "1",
            "organisation": "NL-NERGENS" if gone else "NL-GM0980",
            "working_group": "nowhere" if gone else "transport",
            "country": "NL",
            "language": "nl",
        }[name]

    def _part(self, name: str, row: Row, kind: str) -> str:
        tables: Mapping[str, Any] = {
            "delivery": DeliveryRow,
            "consultation": ConsultationRow,
            "instrument": InstrumentRow,
            "measure": MeasureRow,
        }
        table = tables[name].__table__
        statement = select(table.c.id).where(table.c.case_id == self.case(row, kind)).limit(1)
        if name == "consultation":
            statement = statement.where(table.c.open)
        if name == "measure":
            statement = statement.where(table.c.country == ("LU" if row.what == "of LU" else "NL"))
        with self.house.store.reading() as connection:
            return str(connection.execute(statement).scalar_one())

    def _version(self, row: Row, kind: str, role: str | None) -> int | None:
        """The version to name: that which stands, so that nobody is refused for another reason than the one asked."""
        method, _, template = row.call.partition(" ")
        if method not in ("PATCH", "DELETE", "PUT") and not template.endswith("/moves"):
            return None
        if template.endswith("/analysis/{country}"):
            return None  # none is written yet
        if kind == "unknown":
            return 1
        name = re.findall(r"\{(\w+)\}", template)[0]
        tables: Mapping[str, Any] = {
            "case": CaseRow.__table__.c.id, "instrument": InstrumentRow.__table__.c.id,
            "measure": MeasureRow.__table__.c.id, "organisation": OrganisationRow.__table__.c.code,
            "working_group": WorkingGroupRow.__table__.c.code, "person": PersonRow.__table__.c.id,
        }  # fmt: skip
        column = tables[name]
        with self.house.store.reading() as connection:
            found = connection.execute(
                select(column.table.c.version).where(column == self._named(name, row, kind, role))
            )
            return int(found.scalar_one())


def settle(callers: Callers, files: Path) -> Town:
    """Let both cases come to every stage, with papers of both kinds, and somebody who follows the first."""
    house = callers.house
    _add_people(house)
    town = Town(callers, {"own": {}, "other": {}})
    beginners: Mapping[str, tuple[Callable[..., str], str]] = {
        "own": (_ours, "officer"),
        "other": (_theirs, "stranger"),
    }
    for kind, (begin, officer) in beginners.items():
        town.cases[kind] = {stage: begin(house, stage) for stage in STAGES}
        town.cases[kind]["draft"] = house.begin(officer, **WHERE[kind])
        town.cases[kind]["draft of intake"] = house.begin("intake", **WHERE[kind])
        house.write_texts(town.cases[kind]["drafting"])
        for audience in ("shared", "internal"):
            paper = {"file": "nota.pdf", "title": audience, "language": "nl", "audience": audience}
            command = AttachDocument(
                case=town.cases[kind]["consultation"], stream=BytesIO(PDF), asked=lambda said=paper: said
            )
            town.documents[kind, audience] = str(attach_document(command, files, house.work("intake")).thing_id)
    follows = [
        {"case_id": case, "person_id": "person-follower", "since_at": house.now, "notices": []}
        for stage, case in town.cases["own"].items()
        if "draft" not in stage
    ]
    with house.store.writing() as connection:
        connection.execute(insert(FollowerRow.__table__), follows)
    outbox = Outbox(house.store, "worker", "slagboom.example")
    while outbox.expand(house.now):
        pass
    return town


WHERE: Mapping[str, Mapping[str, Any]] = {
    "own": {"organisation": "NL-GM0980", "countries": ["BE", "NL"]},
    "other": {"organisation": "BE-24107", "countries": ["BE", "LU"]},
}


def _add_people(house: House) -> None:
    follower = {
        "id": "person-follower", "email": "follower@example.org", "name": "Follower", "language": "nl",
        "created_at": house.now, "active": True, "version": 1,
    }  # fmt: skip
    with house.store.writing() as connection:
        connection.execute(insert(PersonRow.__table__), follower)
        connection.execute(insert(WorkingGroupRow.__table__), {"code": "health", "name": "Zorg", "version": 1})


def _ours(house: House, stage: str) -> str:
    case = house.begin("officer", **WHERE["own"])
    house.bring("exploration", case)
    if stage == "exploration":
        return case
    _consult(house, case, ["BE-WAL"])
    return house.bring(stage, case)


def _theirs(house: House, stage: str) -> str:
    case = house.begin("stranger", **WHERE["other"])
    house.move("stranger", case, "submit")
    house.move("intake", case, "register", {"working_group": "transport", "theme": "mobility_transport"})
    house.move("secretary", case, "declare_admissible", {"criteria": CRITERIA})
    if stage != "exploration":
        _consult(house, case, ["DE-NW"])
        house.bring(stage, case)
    # The one who led it so far has nothing to do with it any more.
    asked = {"working_group": "energy", "reason": "Beter daar."}
    change_case(ChangeCase(case, house.case(case).version, lambda: asked), house.work("intake"))
    return case


def _consult(house: House, case: str, advisers: list[str]) -> None:
    house.analyse(case)
    data = {"question": "Akkoord?", "closing_on": "2027-01-29", "invited": advisers}
    house.move("secretary", case, "open_consultation", data)
