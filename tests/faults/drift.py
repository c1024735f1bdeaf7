"""Drift: people who move cases at random through the service's own commands, and remember what they were told.

Each `Drift` is one busy pair of hands: a thread has its own, and what it does is drawn from its seed. What others do
meanwhile is not, so two runs of one seed differ; what must hold of them does not.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from service.commands.acts import AskedAct, DoAct, do_act
from service.commands.analyses import WriteAnalysis, write_analysis
from service.commands.cases import BeginCase, ChangeCase, DiscardCase, begin_case, change_case, discard_case
from service.commands.clocks import THE_HOUSE, RingClock, ring_clock
from service.commands.comments import MakeComment, make_comment
from service.commands.imports import IMPORTER, ImportCase, ImportInstrument, import_case, import_instrument
from service.commands.links import LinkCase, link_case
from service.commands.measures import RecordMeasure, record_measure
from service.commands.moves import AskedMove, MoveCase, move_case
from service.commands.positions import GivePosition, give_position
from service.commands.texts import WriteText, write_text
from service.queries.moves import MoveShown, moves_of
from service.store.clock_rows import due_clocks
from service.store.seals import make_seal
from service.store.tables import AnalysisRow, ConsultationRow, InstrumentRow, MeasureRow
from service.store.work import Work
from tests.faults.answers import Asked, data_for
from tests.faults.hands import Hands
from tests.faults.told import CameTo, Deed, new_mark
from tests.service.seeds import GROUPS, OBSTACLE, PEOPLE, TODAY
from workflows import shelf
from workflows.case import Case
from workflows.errors import NotFound, Refused
from workflows.fields import VOTERS

HOLDERS = {
    "filer": ("officer", "stranger", "intake"),
    "intake": ("intake",),
    "secretary": ("secretary", "other_secretary"),
    "secretary_general": ("sg",),
    "delegate": ("delegate_be", "delegate_lu", "delegate_nl", "adviser", "partner"),
    "minister_office": ("office_be", "office_lu", "office_nl"),
}
"""Who may hold a role word on a case."""
STANCES = (*["agree"] * 12, "agree_with_comment", "abstain", "withdrawn", "object")
ANALYSES, CONSULTATIONS, INSTRUMENTS, MEASURES = (
    row.__table__ for row in (AnalysisRow, ConsultationRow, InstrumentRow, MeasureRow)
)


class Drift(Hands):
    """One pair of hands that does whatever comes into its head."""

    def run(self, steps: int) -> None:
        """Do so many things, one after the other."""
        for step in range(steps):
            if step % 10 == 0 or not self.cases:
                self.look_around()
            self.step()

    def step(self) -> None:
        """Do one thing."""
        self.house.now = self.now()
        deeds: dict[Callable[[], None], float] = {
            self.begin: 1 if len(self.cases) < 40 else 0.2, self.move: 12, self.contribute: 10, self.comment: 2,
            self.link: 0.5, self.correct: 0.7, self.assign: 0.3, self.edit_or_discard: 0.5, self.ring: 0.7,
            self.take_over: 0.5, self.seal: 0.2,
        }  # fmt: skip
        self.chance.choices(list(deeds), list(deeds.values()))[0]()

    # -- what people do ------------------------------------------------------------------------------

    def begin(self) -> None:
        """Begin a draft, mostly ready to be filed."""
        name = self.chance.choice(("officer", "stranger"))
        said = {**OBSTACLE, "title": f"Hinder {self.chance.randrange(10**6)}"}
        if self.chance.random() < 0.05:
            said["content"] = {}
        self.do(name, lambda work: begin_case(BeginCase(lambda: said), work), {"kind": "draft", "case": ""},
                 "POST /api/v1/cases")  # fmt: skip

    def edit_or_discard(self) -> None:
        """Change a draft, or throw it away."""
        case = self.pick()
        if case is None or not case.draft:
            return
        name = self.chance.choice(HOLDERS["filer"])
        if self.chance.random() < 0.2:
            discard = DiscardCase(case.id, case.version)
            self.do(name, lambda work: discard_case(discard, work), {"kind": "discarded", "case": case.id})
        else:
            change = ChangeCase(case.id, case.version, lambda: {"title": "Anders gezegd"})
            self.do(name, lambda work: change_case(change, work), {"kind": "edited", "case": case.id})

    def move(self) -> None:
        """Make one of the moves that are open to somebody."""
        case = self.pick()
        if case is None:
            return
        name, shown = self._open_move(case)
        if shown is None:
            return
        other = self.chance.choice(self.cases)
        data = data_for(shown.move, Asked(case, TODAY, other, self.chance))
        mark = new_mark()
        asked = AskedMove(shown.move, data, f"Omdat het zo is ({mark}).")
        command = MoveCase(case.id, case.version, lambda: asked)
        deed = {"kind": "CaseMoved", "name": shown.move, "case": case.id, "mark": mark}
        self.do(name, lambda work: move_case(command, work), deed, "POST /api/v1/cases/{case}/moves")

    def _open_move(self, case: Case) -> tuple[str, MoveShown | None]:
        names = list(HOLDERS.get(case.waits_for or "", ())) + self.chance.sample([*PEOPLE], 2)
        self.chance.shuffle(names)
        for name in names:
            try:
                with self.house.store.reading() as connection:
                    found = moves_of(connection, self.house.actor(name), case.id, TODAY, "nl")
            except NotFound:
                continue
            except Exception as error:
                self.memory.surprised(error, "reading moves")
                continue
            shown = [one for one in found if one.open]
            liked = self.chance.choices([None, *shown], [0.5, *(self._liking(one, case) for one in shown)])[0]
            if liked is not None:
                return name, liked
        return "", None

    def _liking(self, shown: MoveShown, case: Case) -> float:
        """Most cases go on; few go back, fewer end before their time."""
        move = case.procedure.moves[shown.move]
        if shown.consequences.final:
            return 5 if shown.move.startswith("conclude") and case.stage in {"implementation", "evaluation"} else 0.03
        if move.numbers:
            return 40  # many must have agreed before
        if case.ended:
            return 5 if shown.move == "reopen" else 0.5
        return 0.2 if move.cancels or move.target in {"same", "back", "information_requested"} else 4

    def contribute(self) -> None:
        """Give the case what its stage waits for."""
        case = self.pick()
        if case is None:
            return
        ways = {
            "exploration": self._analyse, "common_position": self._analyse, "consultation": self._position,
            "adoption": self._position, "drafting": self._write, "implementation": self._measure,
            "evaluation": self._measure,
        }  # fmt: skip
        if case.stage in ways:
            ways[case.stage](case)

    def _position(self, case: Case) -> None:
        found = self.one(select(CONSULTATIONS).where(CONSULTATIONS.c.case_id == case.id, CONSULTATIONS.c.open))
        if found is None:
            return
        mark = new_mark()
        said = {"position": self.chance.choice(STANCES), "text": f"Wij zeggen {mark}."}
        name = self.chance.choice(HOLDERS[found.by_role])
        if self.chance.random() < 0.2:
            name, said["for"] = self._secretary(case), self.chance.choice(VOTERS)
            said["stated_on"] = TODAY.isoformat()
        deed = {"kind": "PositionGiven", "name": "give_position", "case": case.id, "mark": mark}
        command = GivePosition(found.id, lambda: said)
        self.do(name, lambda work: give_position(command, work), deed, "POST /api/v1/consultations/{id}/positions")

    def _secretary(self, case: Case) -> str:
        """The case's own, or now and then the other one, who may not."""
        own = "secretary" if case.working_group == "transport" else "other_secretary"
        return own if self.chance.random() < 0.9 else self.chance.choice(HOLDERS["secretary"])

    def _analyse(self, case: Case) -> None:
        country, mark = self.chance.choice(VOTERS), new_mark()
        found = self.one(select(ANALYSES).where(ANALYSES.c.case_id == case.id, ANALYSES.c.country == country))
        command = WriteAnalysis(case.id, country, found.version if found else None, lambda: {"finding": mark})
        deed = {"kind": "AnalysisWritten", "name": "analyse", "case": case.id, "mark": mark}
        self.do(self._secretary(case), lambda work: write_analysis(command, work), deed)

    def _write(self, case: Case) -> None:
        found = self.one(select(INSTRUMENTS.c.id, INSTRUMENTS.c.version).where(INSTRUMENTS.c.case_id == case.id))
        if found is None:
            return
        articles = [{"number": "1", "heading": None, "text": "De bus mag de grens over."}]
        said = {"title": new_mark(), "articles": articles, "final": self.chance.random() < 0.9}
        command = WriteText(found.id, self.chance.choice(("nl", "fr")), found.version, lambda: said)
        deed = {"kind": "TextWritten", "name": "write_text", "case": case.id}
        self.do(self._secretary(case), lambda work: write_text(command, work), deed)

    def _measure(self, case: Case) -> None:
        if self.chance.random() < 0.25:
            self._publish(case)
            return
        found = self.one(select(MEASURES).where(MEASURES.c.case_id == case.id))
        if found is None:
            return
        mark, state = new_mark(), self.chance.choice(("in_force", "in_force", "adopted", "not_needed"))
        said = {"state": state, "reference": mark} | ({} if state == "not_needed" else {"on": TODAY.isoformat()})
        name = self.chance.choice((self._secretary(case), f"office_{found.country.lower()}"))
        deed = {"kind": "MeasureRecorded", "name": "record_measure", "case": case.id, "mark": mark}
        command = RecordMeasure(found.id, found.version, lambda: said)
        self.do(name, lambda work: record_measure(command, work), deed)

    def _publish(self, case: Case) -> None:
        mark = new_mark()
        asked = AskedAct("publish", {"journal": "2026-9", "published_on": TODAY.isoformat()}, mark)
        deed = {"kind": "InstrumentPublished", "name": "publish", "case": case.id, "mark": mark}
        self.do("sg", lambda work: do_act(DoAct(case.id, lambda: asked), work), deed, "POST /api/v1/cases/{case}/acts")

    def comment(self) -> None:
        """Say something about a case."""
        case = self.pick()
        if case is None or case.draft:
            return
        mark = new_mark()
        said = {"text": mark, "audience": "shared"}
        deed = {"kind": "CommentMade", "name": "comment", "case": case.id, "mark": mark}
        command = MakeComment(case=case.id, asked=lambda: said)
        name = self.chance.choice(("officer", "intake", "secretary", "other_secretary", "sg", "delegate_be"))
        self.do(name, lambda work: make_comment(command, work), deed, "POST /api/v1/cases/{case}/comments")

    def link(self) -> None:
        """Link two cases; the same link again leaves no trace, so nobody knows for certain whether it did."""
        case = self.pick()
        if case is None or case.draft:
            return
        command = LinkCase(case=case.id, asked=lambda: {"kind": "related", "to": self.chance.choice(self.cases)})
        came_to = self.ask("intake", lambda work: link_case(command, work), None)
        outcome = CameTo.REFUSED if isinstance(came_to, Refused) else CameTo.UNKNOWN
        if isinstance(came_to, Exception) and not isinstance(came_to, Refused):
            self.memory.surprised(came_to, "link")
        self.memory.note(
            Deed(person="person-intake", kind="CaseLinked", name="link", case=case.id, came_to=outcome, key=None)
        )

    def correct(self) -> None:
        """Mend what was filed."""
        case = self.pick()
        if case is None or case.draft:
            return
        mark = new_mark()
        said = {"title": f"Verbeterd {mark}", "reason": "Een tikfout."}
        deed = {"kind": "CaseCorrected", "name": "correct", "case": case.id}
        command = ChangeCase(case.id, case.version, lambda: said)
        self.do("intake", lambda work: change_case(command, work), deed)

    def assign(self) -> None:
        """Give the case to the other working group."""
        case = self.pick()
        if case is None or case.draft:
            return
        other = next(code for code, _ in GROUPS if code != case.working_group)
        mark = new_mark()
        said = {"working_group": other, "reason": mark}
        deed = {"kind": "CaseAssigned", "name": "assign", "case": case.id, "mark": mark}
        command = ChangeCase(case.id, case.version, lambda: said)
        self.do("intake", lambda work: change_case(command, work), deed)

    # -- what the house does -------------------------------------------------------------------------

    def ring(self) -> None:
        """Let the clocks ring whose day has come."""

        def act() -> None:
            with self.house.store.reading() as connection:
                due = due_clocks(connection, TODAY, 5)
            for case, clock in due:
                ring_clock(RingClock(case, clock), Work(self.house.store, THE_HOUSE, self.house.now))

        self.of_the_house("ring", act)

    def take_over(self) -> None:
        """Import a case, or an instrument that was numbered elsewhere: some of them once more."""
        work = Work(self.house.store, IMPORTER, self.house.now)
        number = self.chance.randrange(40)
        if self.chance.random() < 0.7:
            case = ImportCase(
                key=f"drift-{number}", fingerprint="f" * 64, procedure=shelf.newest("benelux-obstacle"),
                stage="exploration", title=f"Uit het oude register {number}", language="nl",
                organisation="NL-GM0980", countries=("BE", "NL"), working_group="transport", on=TODAY,
            )  # fmt: skip
            self.of_the_house("import", lambda: import_case(case, work))
            return
        instrument = ImportInstrument(
            key=f"drift-{number}", kind="decision", number=f"M(2026){1 + number}", title="Beschikking", language="nl",
            state="in_force", adopted_on=TODAY, adopted_on_text=None, source={"line": number},
        )  # fmt: skip
        self.of_the_house("import", lambda: import_instrument(instrument, work))

    def seal(self) -> None:
        """Seal the log, as a digest does."""

        def act() -> None:
            with self.house.store.writing() as connection:
                make_seal(connection, self.house.now)

        self.of_the_house("seal", act)
