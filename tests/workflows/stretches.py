"""Stretches: the ways that cases of tests go through the core, and how what is retold is held against what is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from tests.builders import CRITERIA, a_case
from tests.workflows.kept import Kept, Row
from tests.workflows.played import Played
from workflows.case_clocks import written
from workflows.events import replay
from workflows.retelling import retell
from workflows.retold import Retold, Thing

Key = TypeVar("Key")
SAID = {
    "situation": "A school bus may not cross the border with pupils on board.",
    "who_is_hindered": "Pupils from Budel who go to school in Hamont.",
    "how_many": 40,
}
ASK = {"question": "Do you agree?", "closing_on": "2026-05-01", "invited": ["BE-WAL", "NL"]}
MEASURES = [
    {"country": "BE", "title": "Change the decree", "due_on": "2026-12-31"},
    {"country": "LU", "title": "Nothing much"},
    {"country": "NL", "title": "Change the regulation", "due_on": "2027-01-31"},
]
ADOPT: dict[str, Any] = {
    "adopted_on": "2026-06-12",
    "in_force": {"how": "day_after_publication"},
    "evaluate_on": "2028-06-12",
    "measures": MEASURES,
}


def rows(things: Mapping[Key, Thing]) -> dict[Key, Row]:
    return {name: (thing.values, thing.position) for name, thing in things.items()}


def listed(things: Iterable[Thing]) -> list[Row]:
    return [(thing.values, thing.position) for thing in things]


def same(kept: Kept) -> Retold:
    """What the events tell is what the core said and what is kept of it."""
    told = retell(kept.case.id, kept.entries)
    case = kept.case
    assert told.columns.values == kept.columns()
    assert (told.case.stage, told.case.waits_for, told.case.ended) == (case.stage, case.waits_for, case.ended)
    assert listed(told.events) == [(row, place) for place, row in enumerate(kept.events, 1)]
    assert rows(told.consultations) == kept.consultations
    assert rows(told.invitations) == kept.invitations
    assert listed(told.positions) == kept.positions
    assert listed([told.instrument] if told.instrument else []) == ([kept.instrument] if kept.instrument else [])
    assert rows(told.texts) == kept.texts
    assert listed(told.measures) == kept.measures
    assert rows(told.recorded) == kept.recorded
    assert told.measures_now() == kept.measures_now()
    assert rows(told.analyses) == kept.analyses
    assert rows(told.comments) == kept.comments
    assert rows(told.documents) == kept.documents
    assert rows(told.links) == kept.links
    replayed = replay(entry.body for entry in kept.entries)
    assert (replayed.stage, replayed.anchor) == (case.stage, case.anchor)
    assert replayed.clocks == {name: written(clock) for name, clock in kept.clocks.items()}
    assert told.sure
    return told


# -- the stretches of an obstacle ------------------------------------------------------------------


def filed() -> Played:
    this = Played(case=a_case("draft", content=SAID, regions=("Kempen",)), watch=same)
    this.move("submit", "filer", {"received_on": "2026-02-27", "channel": "post"})
    return this


def explored() -> Played:
    """Filed, asked twice, admitted, and looked into for each country."""
    this = filed()
    this.move("register", "intake", {"working_group": "transport", "theme": "energy"})
    this.on("2026-03-05").move(
        "request_information", "secretary", {"questions": ["Where?", "Since when?"], "reply_by": "2026-03-20"}
    )
    answers = [{"question": number, "text": "Since 2019."} for number in (1, 2)]
    this.on("2026-03-09").move("supply_information", "filer", {"answers": answers})
    this.move("request_information", "secretary", {"questions": ["Why?"], "reply_by": "2026-03-25"})
    this.on("2026-03-26").move("proceed_without_reply", "secretary", reason="It is clear without.")
    this.move("declare_admissible", "secretary", {"criteria": CRITERIA})
    for country in ("BE", "LU", "NL"):
        this.analyse(country, f"The law of {country} forbids it.", "Art. 3", "Art. 4")
    return this


def consulted() -> Played:
    """One round cancelled, the next one closed."""
    this = explored()
    this.on("2026-04-01").move("open_consultation", "secretary", ASK)
    this.all_say("agree", voters=("BE",))
    this.on("2026-04-02").move("cancel_consultation", "secretary", reason="The question was wrong.")
    this.move("open_consultation", "secretary", {**ASK, "question": "Do you agree now?"})
    this.all_say("agree")
    this.on("2026-04-20").move("close_consultation", "secretary")
    return this


def drafted(kind: str = "decision") -> Played:
    this = consulted()
    this.move("choose_instrument", "secretary_general", {"kind": kind, "council_on": "2026-04-19"})
    for language in ("nl", "fr"):
        this.write(language, f"Text in {language}", "One.", "Two.")
    this.on("2026-05-02").move("submit_to_council", "secretary")
    return this


def adopted(kind: str = "decision", **changes: Any) -> Played:
    this = drafted(kind)
    this.on("2026-06-01").move("table", "secretary_general", {"meeting_on": "2026-06-12", "council_opinion": "Good."})
    this.all_say("agree", "minister_office")
    this.on("2026-06-12").move("adopt", "secretary_general", {**ADOPT, **changes})
    return this
