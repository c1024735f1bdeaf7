"""Walks: cases of every kind, taken through every kind of step by the commands that people use."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from service.commands.analyses import WriteAnalysis, write_analysis
from service.commands.cases import ChangeCase, change_case
from service.commands.clocks import THE_HOUSE, RingClock, ring_clock
from service.commands.comments import MakeComment, make_comment
from service.commands.documents import AttachDocument, attach_document
from service.commands.imports import IMPORTER
from service.commands.instruments import RecordInstrument, record_instrument
from service.commands.links import LinkCase, link_case
from service.commands.measures import RecordMeasure, record_measure
from service.commands.positions import GivePosition, give_position
from service.commands.texts import WriteText, write_text
from service.imports.annual_plan import import_annual_plan
from service.store.clock_rows import due_clocks
from service.store.engine import Store
from service.store.outbox import Outbox
from service.store.tables import ConsultationRow, InstrumentRow, MeasureRow
from service.store.work import Once, Work
from service.worker.digests import send_week
from tests.service.imports.plans import a_plan, an_instrument, an_item
from tests.service.seeds import CRITERIA, MEASURES, House, seed
from workflows.dates import day_in_brussels
from workflows.fields import VOTERS

CONSULTATIONS, INSTRUMENTS, KEPT_MEASURES = ConsultationRow.__table__, InstrumentRow.__table__, MeasureRow.__table__
Said = Sequence[tuple[str, Mapping[str, Any]]]
"""Who says what, one after the other."""
BYTES = b"%PDF-1.4\n%%EOF\n"


class Walk:
    """Somebody who walks a case on, a few hours a step."""

    def __init__(self, house: House, files: Path) -> None:
        self.house, self.files = house, files

    def later(self, **by: float) -> None:
        """Time goes by."""
        self.house.now += timedelta(**(by or {"hours": 5}))

    def move(
        self, name: str, case: str, move: str, data: Mapping[str, Any] | None = None, reason: str | None = None
    ) -> None:
        """A move, a while after the last one."""
        self.later()
        self.house.move(name, case, move, data, reason)

    def day(self, days: int) -> str:
        """So many days from now."""
        return (day_in_brussels(self.house.now) + timedelta(days=days)).isoformat()

    def newest(self, table: Any, case: str) -> list[Any]:
        """The rows of a case, the newest last."""
        with self.house.store.reading() as connection:
            return list(connection.execute(select(table).where(table.c.case_id == case).order_by(table.c.id)))

    # -- acts ------------------------------------------------------------------------------------------

    def analyse(self, case: str) -> None:
        """A finding for each Party; one is written again."""
        for voter in VOTERS:
            self.later()
            said = {"finding": f"De wet van {voter} verzet zich er niet tegen.", "sources": []}
            write_analysis(WriteAnalysis(case, voter, None, lambda said=said: said), self.house.work("secretary"))
        again = {"finding": "Toch wel.", "sources": ["https://example.org/wet"]}
        write_analysis(WriteAnalysis(case, "NL", 1, lambda: again), self.house.work("secretary"))

    def answer(self, case: str, said: Said) -> None:
        """What each of these people says in the round that is open."""
        (opened,) = (row for row in self.newest(CONSULTATIONS, case) if row.open)
        for name, statement in said:
            self.later()
            give_position(GivePosition(opened.id, lambda one=statement: one), self.house.work(name))

    def write(self, case: str) -> None:
        """Texts in the authentic languages, one of them in two drafts."""
        (instrument,) = self.newest(INSTRUMENTS, case)
        for language, final in (("nl", False), ("fr", True), ("nl", True)):
            self.later()
            (instrument,) = self.newest(INSTRUMENTS, case)
            text = {
                "title": "Schoolbussen over de grens",
                "articles": [{"number": "1", "heading": None, "text": "De bus mag over."}],
                "final": final,
            }
            command = WriteText(instrument.id, language, instrument.version, lambda text=text: text)
            write_text(command, self.house.work("secretary"))

    def carry_out(self, case: str) -> None:
        """Each country does what it must."""
        for row in self.newest(KEPT_MEASURES, case):
            self.later()
            done = {"state": "in_force", "on": self.day(0), "reference": "Staatsblad 9", "url": "https://example.org/9"}
            name = f"office_{row.country.lower()}"
            record_measure(RecordMeasure(row.id, row.version, lambda done=done: done), self.house.work(name))

    def talk(self, case: str) -> None:
        """A word to all and one inside, a document, a correction, another working group and back."""
        house = self.house
        self.later()
        shared = {"text": "Wie kent deze lijn?", "audience": "shared"}
        make_comment(MakeComment(case=case, asked=lambda: shared), house.work("officer"))
        inner = {"text": "Eerst NL bellen.", "audience": "internal"}
        make_comment(MakeComment(case=case, asked=lambda: inner), house.work("secretary"))
        paper = {"file": "brief.pdf", "title": "Brief", "language": "nl", "audience": "shared"}
        attach_document(
            AttachDocument(case=case, stream=io.BytesIO(BYTES), asked=lambda: paper), self.files, house.work("officer")
        )
        said: dict[str, Any] = {
            "title": "Schoolbus over de grens bij Budel",
            "countries": ["BE", "LU", "NL"],
            "content": {"how_many": 41},
            "reason": "Een leerling erbij.",
        }
        change_case(ChangeCase(case, house.case(case).version, lambda: said), house.work("secretary"))
        for name, group in (("intake", "energy"), ("intake", "transport")):
            self.later()
            assigned = {"working_group": group, "reason": "Hoort daar."}
            change_case(ChangeCase(case, house.case(case).version, lambda one=assigned: one), house.work(name))

    def link(self, case: str, kind: str, other: str) -> None:
        """A case has to do with another."""
        self.later()
        asked = {"kind": kind, "to": other}
        link_case(LinkCase(case=case, asked=lambda: asked), self.house.work("secretary"))

    def ring(self) -> None:
        """Every clock says what it has to say by today."""
        with self.house.store.reading() as connection:
            due = due_clocks(connection, day_in_brussels(self.house.now))
        for case, clock in due:
            ring_clock(RingClock(case, clock), Work(self.house.store, THE_HOUSE, self.house.now))

    def tell(self) -> None:
        """The letters are addressed, and the digests of last week go out under a seal."""
        while Outbox(self.house.store, "walker", "example.org").expand(self.house.now):
            pass
        send_week(self.house.store, day_in_brussels(self.house.now), self.house.now)

    # -- cases -----------------------------------------------------------------------------------------

    def admitted(self, **said: Any) -> str:
        """An obstacle that was found admissible."""
        self.later()
        case = self.house.begin(theme="mobility_transport", regions=["Kempen"], **said)
        self.move("officer", case, "submit", {"channel": "web"})
        self.move("intake", case, "register", {"working_group": "transport", "theme": "mobility_transport"})
        self.move("secretary", case, "declare_admissible", {"criteria": CRITERIA})
        return case

    def consulted(self, case: str, said: Said) -> None:
        """A round of the delegations, opened, extended, answered and closed."""
        asked = {"question": "Akkoord?", "closing_on": self.day(40), "invited": ["BE-WAL", "DE-NW"]}
        self.move("secretary", case, "open_consultation", asked)
        self.move("secretary", case, "extend_consultation", {"closing_on": self.day(60)}, "Vakantie.")
        self.answer(case, said)
        self.move("secretary", case, "close_consultation")

    def decided(self) -> str:
        """An obstacle that becomes a decision, is carried out, evaluated and followed up."""
        case = self.admitted()
        self.talk(case)
        self.analyse(case)
        self.consulted(case, AGREED)
        self.move("sg", case, "choose_instrument", {"kind": "decision", "council_on": self.day(-1)})
        self.write(case)
        self.move("secretary", case, "submit_to_council")
        self.move("sg", case, "table", {"meeting_on": self.day(30), "council_opinion": "Gunstig."})
        self.answer(case, VOTED)
        adopted = {
            "adopted_on": self.day(0), "in_force": {"how": "day_after_publication"}, "measures": MEASURES,
            "evaluate_on": self.day(400),
        }  # fmt: skip
        self.move("sg", case, "adopt", adopted)
        self.later()
        self.house.act("sg", case, "publish", {"journal": "2026-9", "published_on": self.day(0)})
        self.carry_out(case)
        self.move("secretary", case, "start_evaluation")
        follow_up = {"procedure": "benelux-proposal", "title": "Ook trams", "text": "Hetzelfde voor trams."}
        ended = {"findings": "De bus rijdt.", "recipients": ["BE", "NL"], "follow_ups": [follow_up]}
        self.move("secretary", case, "conclude_evaluation", ended)
        return case

    def disagreed(self) -> str:
        """The countries do not agree; it is asked again, and then left unsolved, reviewed and opened again."""
        case = self.admitted()
        self.analyse(case)
        self.consulted(case, DIVIDED)
        again = {"question": "En nu?", "closing_on": self.day(30), "invited": ["BE-WAL"]}
        self.move("secretary", case, "new_round", again, "Een nieuw voorstel.")
        self.answer(case, ABSTAINED)
        self.move("secretary", case, "cancel_consultation", reason="Nog niet rijp.")
        self.move("sg", case, "conclude_without_agreement", reason="Geen eenstemmigheid.")
        self.move("officer", case, "ask_review", reason="Er is een nieuw feit.")
        self.move("sg", case, "reopen", reason="Dat klopt.")
        return case

    def asked(self) -> str:
        """The filer is asked for more, and answers."""
        case = self.house.begin()
        self.move("officer", case, "submit", {"received_on": self.day(-2), "channel": "post"})
        self.move("intake", case, "register", {"working_group": "transport", "theme": "energy"})
        questions = {"questions": ["Welke lijn?", "Hoeveel ritten?"], "reply_by": self.day(20)}
        self.move("secretary", case, "request_information", questions)
        answers = [{"question": 1, "text": "Lijn 18."}, {"question": 2, "text": "Twaalf."}]
        self.move("officer", case, "supply_information", {"answers": answers})
        return case

    def unanswered(self) -> str:
        """The filer is asked for more, and says nothing yet."""
        case = self.house.begin()
        self.move("officer", case, "submit")
        self.move("intake", case, "register", {"working_group": "transport", "theme": "energy"})
        questions = {"questions": ["Welke grens?"], "reply_by": self.day(15)}
        self.move("secretary", case, "request_information", questions)
        return case

    def project(self) -> str:
        """A project of the secretariat, which reports and brings forth a proposal."""
        content = {"summary": "Samen meten langs de grens."}
        case = self.house.begin("intake", procedure="benelux-project", title="Samen meten", content=content)
        self.move("intake", case, "propose", {"working_group": "transport", "theme": "energy"})
        self.move("sg", case, "take_up")
        self.later()
        self.house.act("secretary", case, "report", {"progress": "Er wordt gemeten.", "plan_status": "ongoing"})
        proposal = {"procedure": "benelux-proposal", "title": "Eén meter", "text": "Overal dezelfde meter."}
        self.move("secretary", case, "propose_instrument", {"proposal": proposal})
        return case


AGREED: Said = (
    ("delegate_nl", {"position": "reservation", "reservation": "scrutiny", "text": "De Kamer kijkt nog."}),
    ("adviser", {"position": "object", "text": "Te snel."}),
    ("delegate_be", {"position": "agree", "mandate_reference": "2026/7"}),
    ("secretary", {"position": "agree_with_comment", "text": "Mondeling.", "for": "LU", "stated_on": "2026-11-25"}),
    ("partner", {"position": "agree"}),
    ("delegate_nl", {"position": "agree"}),
)
VOTED: Said = tuple((name, {"position": "agree"}) for name in ("office_be", "office_lu", "office_nl"))
DIVIDED: Said = (
    ("delegate_nl", {"position": "object", "text": "Neen."}),
    ("delegate_be", {"position": "agree"}),
    ("delegate_lu", {"position": "agree"}),
)
ABSTAINED: Said = (("delegate_lu", {"position": "abstain"}),)


def walk(store: Store, files: Path) -> House:
    """A house with something of everything in it: cases of each procedure, seals, letters, a plan that was read in."""
    house = seed(store)
    here = Walk(house, files)
    plan = a_plan(
        an_item(produces_instruments=["M(2030)4"]), an_item("2030-1.1-02"), instruments=(an_instrument(),), year=2026
    )
    import_annual_plan(plan, lambda: Work(store, IMPORTER, house.now))
    entry = {"number": "M(2019)7", "kind": "decision", "title": "Vroeger", "language": "nl", "adopted_on": "2019-03-01"}
    record_instrument(RecordInstrument(lambda: entry), house.work("sg", Once("record", "key-1", "0" * 64)))
    decided = here.decided()
    here.later(days=7)
    here.tell()
    disagreed = here.disagreed()
    asked = here.asked()
    here.unanswered()
    here.link(asked, "related", disagreed)
    here.project()
    double = here.admitted(title="Dezelfde bus")
    here.move("secretary", double, "mark_duplicate", {"original": house.case(decided).reference}, "Hetzelfde.")
    house.begin(title="Nog een ontwerp")
    here.later(days=30)
    here.ring()
    here.unanswered()
    here.admitted(title="Nog een bus")
    here.later(days=7)
    here.tell()
    here.unanswered()
    return house
