"""Plays: some hundreds of cases brought, through the commands, to every stage at which a case can stand.

The large databases are copies of them, so whatever they hold the service itself has written.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bench import people
from service.commands.acts import AskedAct, DoAct, do_act
from service.commands.analyses import WriteAnalysis, write_analysis
from service.commands.cases import BeginCase, begin_case
from service.commands.clocks import THE_HOUSE, RingClock, ring_clock
from service.commands.comments import MakeComment, make_comment
from service.commands.measures import RecordMeasure, record_measure
from service.commands.moves import AskedMove, MoveCase, move_case
from service.commands.positions import GivePosition, give_position
from service.commands.texts import WriteText, write_text
from service.store.engine import Store
from service.store.tables import CaseRow, ClockRow, ConsultationRow, InstrumentRow, MeasureRow
from service.store.work import Work
from workflows import shelf
from workflows.actor import Actor
from workflows.fields import THEMES, VOTERS

CASES, CLOCKS, ROUNDS = CaseRow.__table__, ClockRow.__table__, ConsultationRow.__table__
INSTRUMENTS, MEASURES = InstrumentRow.__table__, MeasureRow.__table__

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""The moment of the measurements: a Monday, on which the offices read of the week before."""
CRITERIA = {
    name: {"met": True, "reason": "Ja."} for name in shelf.newest("benelux-obstacle").checklists["admissibility"]
}
TO_RESOLVED = (
    "submit", "register", "comment", "declare_admissible", "analyse", "open_consultation", "agree",
    "close_consultation", "choose_instrument", "write_texts", "submit_to_council", "table", "agree", "adopt",
    "record_measures", "publish", "conclude",
)  # fmt: skip
ENDS = ("submit", "register", "comment")
WAYS: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "draft": (4, ()),
    "submitted": (4, TO_RESOLVED[:1]),
    "admissibility": (8, TO_RESOLVED[:3]),
    "information_requested": (6, (*TO_RESOLVED[:3], "request_information", "comment")),
    "exploration": (12, (*TO_RESOLVED[:5], "comment")),
    "consultation": (14, (*TO_RESOLVED[:6], "speak", "comment")),
    "common_position": (4, TO_RESOLVED[:8]),
    "drafting": (6, TO_RESOLVED[:10]),
    "council": (4, TO_RESOLVED[:11]),
    "adoption": (6, (*TO_RESOLVED[:12], "speak")),
    "implementation": (8, (*TO_RESOLVED[:14], "record_a_measure", "comment")),
    "resolved": (6, TO_RESOLVED),
    "duplicate": (4, ("submit", "register", "mark_duplicate")),
    "inadmissible": (10, (*ENDS, "request_information", "supply_information", "declare_inadmissible")),
    "withdrawn": (4, (*ENDS, "withdraw")),
}
"""Stage -> how many of a hundred cases stand there, and the steps that lead to it."""
SAMPLE = tuple(stage for stage, (share, _) in WAYS.items() for _ in range(share))


@dataclass(slots=True)
class Play:
    """One case on its way: who plays in it, what it is about, and the hour at which its last step was taken.

    Every command comes at a full hour of its own, so that a copy can have minutes and seconds of its own.
    """

    store: Store
    officer: Actor
    secretary: Actor
    theme: str
    title: str
    countries: tuple[str, ...]
    now: datetime
    earlier: str
    case: str = ""
    hours: int = field(default=0)

    def work(self, actor: Actor) -> Work:
        """A unit of work of this person, an hour after the one before it."""
        self.hours += 1
        return Work(self.store, actor, self.now + timedelta(hours=self.hours))

    def after(self, days: int) -> None:
        """The next step comes so many days later; clocks that ran out meanwhile have rung."""
        self.now, self.hours = self.now + timedelta(days=days), 0
        while (clock := self._rings()) is not None:
            ring_clock(RingClock(self.case, clock), self.work(THE_HOUSE))

    def _rings(self) -> str | None:
        statement = select(CLOCKS.c.name).where(
            CLOCKS.c.case_id == self.case, CLOCKS.c.state == "running", CLOCKS.c.next_on <= self.now.date()
        )
        with self.store.reading() as connection:
            return connection.scalars(statement).first()

    def day(self, days: int) -> str:
        """The date so many days from now, as it is sent."""
        return (self.now.date() + timedelta(days=days)).isoformat()

    def begin(self) -> None:
        """The draft."""
        filed = {
            "procedure": "benelux-obstacle",
            "title": self.title,
            "language": self.officer.language,
            "countries": list(self.countries),
            "content": {
                "situation": f"{self.title}: what is allowed on one side is not on the other. " * 6,
                "who_is_hindered": "Those who live on one side of the border and work on the other. " * 2,
                "how_many": 40,
            },
        }
        seen = begin_case(BeginCase(lambda: filed), self.work(self.officer))
        self.case = seen.thing_id or ""

    def step(self, name: str) -> None:
        """One step of the way."""
        if name in DEEDS:
            DEEDS[name](self)
            return
        actor, data, reason = self._asked(name)
        asked = AskedMove(move=name, data=data, reason=reason)
        move_case(MoveCase(self.case, self._one(CASES.c.version, CASES.c.id), lambda: asked), self.work(actor))

    def _asked(self, move: str) -> tuple[Actor, dict[str, Any], str | None]:
        of_the_group = {"working_group": self.secretary.mandates[0].working_group, "theme": self.theme}
        consulted = {"question": "Akkoord?", "closing_on": self.day(40), "invited": ["BE-WAL", "DE-NW"]}
        measures = [{"country": voter, "title": f"Law of {voter}", "due_on": self.day(120)} for voter in VOTERS]
        adopted = {"adopted_on": self.day(0), "in_force": {"how": "day_after_publication"}, "measures": measures}
        said: dict[str, tuple[Actor, dict[str, Any]]] = {
            "submit": (self.officer, {}),
            "register": (people.INTAKE, of_the_group),
            "declare_admissible": (self.secretary, {"criteria": CRITERIA}),
            "declare_inadmissible": (self.secretary, {"failing": ["not_already_handled"]}),
            "withdraw": (self.officer, {}),
            "mark_duplicate": (people.INTAKE, {"original": self.earlier}),
            "request_information": (self.secretary, {"questions": ["Which line?"], "reply_by": self.day(30)}),
            "supply_information": (self.officer, {"answers": [{"question": 1, "text": "Line 7."}]}),
            "open_consultation": (self.secretary, consulted),
            "close_consultation": (self.secretary, {}),
            "choose_instrument": (people.SECRETARY_GENERAL, {"kind": "decision"}),
            "submit_to_council": (self.secretary, {}),
            "table": (people.SECRETARY_GENERAL, {"meeting_on": self.day(60)}),
            "adopt": (people.SECRETARY_GENERAL, adopted),
            "conclude": (self.secretary, {}),
        }
        actor, data = said[move]
        return actor, data, "So it was said." if move in REASONED else None

    def comment(self) -> None:
        """Something said to all who read the case, and something that stays inside."""
        for audience in ("shared", "internal"):
            said = {"text": "This was talked about on the telephone; a letter follows. " * 3, "audience": audience}
            command = MakeComment(case=self.case, asked=lambda said=said: said)
            make_comment(command, self.work(self.secretary))

    def analyse(self) -> None:
        """A finding for each Party."""
        for voter in VOTERS:
            found = {"finding": f"The law of {voter} says no. " * 4, "sources": []}
            write_analysis(WriteAnalysis(self.case, voter, None, lambda found=found: found), self.work(self.secretary))

    def agree(self) -> None:
        """All delegations agree, each through who answers for it in this round."""
        for voter in VOTERS:
            self._speak(voter)

    def speak(self) -> None:
        """One delegation agrees; the others are still asked."""
        self._speak("NL")

    def _speak(self, voter: str) -> None:
        asked = self._one(ROUNDS.c.id, ROUNDS.c.case_id, ROUNDS.c.open)
        by_role = self._one(ROUNDS.c.by_role, ROUNDS.c.case_id, ROUNDS.c.open)
        actor = people.DELEGATES[voter] if by_role == "delegate" else people.OFFICE_OF[voter]
        give_position(GivePosition(asked, lambda: {"position": "agree"}), self.work(actor))

    def write_texts(self) -> None:
        """Final texts in Dutch and French."""
        for language in ("nl", "fr"):
            articles = [{"number": "1", "heading": None, "text": "The border may be crossed. " * 8}]
            text = {"title": self.title, "articles": articles, "final": True}
            instrument = self._one(INSTRUMENTS.c.id, INSTRUMENTS.c.case_id)
            version = self._one(INSTRUMENTS.c.version, INSTRUMENTS.c.case_id)
            command = WriteText(instrument, language, version, lambda text=text: text)
            write_text(command, self.work(self.secretary))

    def record_measures(self, countries: tuple[str, ...] = VOTERS) -> None:
        """The measures of these countries are in force."""
        for country in countries:
            id, version = self._one(MEASURES.c.id, MEASURES.c.case_id, MEASURES.c.country == country), 1
            done = {"state": "in_force", "on": self.day(0)}
            record_measure(RecordMeasure(id, version, lambda done=done: done), self.work(people.OFFICE_OF[country]))

    def publish(self) -> None:
        """The instrument stands in the journal."""
        asked = AskedAct("publish", {"journal": "2026-9", "published_on": self.day(0)}, None)
        do_act(DoAct(self.case, lambda: asked), self.work(people.SECRETARY_GENERAL))

    def _one(self, column: Any, of_case: Any, *more: Any) -> Any:
        with self.store.reading() as connection:
            return connection.execute(select(column).where(of_case == self.case, *more)).scalar_one()


REASONED = ("declare_inadmissible", "withdraw", "mark_duplicate", "conclude")
DEEDS = {
    "comment": Play.comment,
    "analyse": Play.analyse,
    "agree": Play.agree,
    "speak": Play.speak,
    "write_texts": Play.write_texts,
    "record_measures": Play.record_measures,
    "record_a_measure": lambda play: play.record_measures(("NL",)),
    "publish": Play.publish,
}


def play(store: Store, number: int, chance: random.Random, earlier: str) -> str:
    """Bring one case to a stage; its id. `earlier`: a case that it may turn out to be the same as.

    The open ones moved in the last weeks, what is over ended in the last three years.
    """
    stage = SAMPLE[number % len(SAMPLE)]
    _, steps = WAYS[stage]
    days = [chance.randint(1, 12) for _ in steps]
    over = stage in ("resolved", "inadmissible", "withdrawn", "duplicate")
    rested = chance.randint(3, 1000 if over else 60)
    municipality = people.MUNICIPALITIES[chance.randrange(len(people.MUNICIPALITIES))]
    group = people.GROUPS[min(chance.randrange(12), len(people.GROUPS) - 1)]  # the last one has most
    begins_on = NOW.date() - timedelta(days=rested + sum(days))
    found = Play(
        store=store,
        officer=people.OFFICERS[municipality],
        secretary=people.SECRETARIES[group],
        theme=THEMES[chance.randrange(len(THEMES))],
        title=f"{TOPICS[number % len(TOPICS)]} between {municipality} and its neighbours",
        countries=tuple(sorted({municipality[:2], VOTERS[chance.randrange(3)], VOTERS[chance.randrange(3)]})),
        now=_morning(begins_on),
        earlier=earlier,
    )
    found.begin()
    for name, later in zip(steps, days, strict=True):
        found.after(later)
        found.step(name)
    if not over:
        found.after(rested)
    return found.case


TOPICS = (
    "School bus", "Ambulance", "Taxi", "Apprenticeship", "Recognition of a diploma", "Parcel service", "Home working",
    "Waste transport", "Light electric vehicle", "Childcare", "Hospital stay", "Fire brigade", "Drinking water",
)  # fmt: skip


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
