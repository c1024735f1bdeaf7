"""What events tell is worked out anew by the rules, and an event out of its place is told."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.workflows.played import Played
from workflows.events import EventKind
from workflows.retelling import TELLERS, audience_of, retell
from workflows.retold import UNTOLD, Entry, OutOfPlace

FILED = {
    "move": "submit", "from": "draft", "to": "submitted", "anchor": "submitted", "on": "2026-11-24",
    "actor": "officer", "mandate": "m", "on_behalf_of": "NL-GM0980", "data": {"channel": "web"}, "clocks": [],
    "procedure": "benelux-obstacle", "procedure_version": 1, "reference": "OBS-2026-0001",
    "filed": {"organisation": "NL-GM0980", "theme": None, "countries": ["BE", "NL"]},
}  # fmt: skip
WORDS = {"filed": {"title": "Bus", "language": "nl", "regions": [], "content": {"how_many": 40, "situation": "…"}}}


def entry(position: int, kind: EventKind, body: dict[str, Any], private: dict[str, Any] | None = None) -> Entry:
    at = f"2026-11-24T09:{position:02}:00+00:00"
    words = {"actor": "Iemand", **(private or {})}
    return Entry(position=position, kind=kind, at=at, body={"actor": "officer", **body}, private=words)


def filed(erased: bool = False) -> Entry:
    if erased:
        return Entry(position=1, kind="CaseMoved", at="2026-11-24T09:01:00+00:00", body=FILED, erased=True)
    return entry(1, EventKind.CASE_MOVED, FILED, WORDS)


def act(position: int, kind: EventKind, **body: Any) -> Entry:
    return entry(position, kind, {"on": "2026-11-24", "mandate": "m", "on_behalf_of": "NL", **body})


def test_the_first_event_tells_what_was_filed() -> None:
    told = retell("a", [filed()])
    columns = told.columns.values
    assert (columns["title"], columns["countries"], columns["organisation"]) == ("Bus", ["BE", "NL"], "NL-GM0980")
    assert (columns["filed_by"], columns["filed_on"], columns["channel"]) == ("officer", "2026-11-24", "web")
    assert (told.case.stage, told.case.waits_for) == ("submitted", "intake")
    assert told.events[0].values == {
        "actor": "officer", "move": "submit", "moved": "filed", "stage": "submitted", "audience": "readers",
    }  # fmt: skip


def test_what_was_erased_is_not_told_and_codes_are() -> None:
    columns = retell("a", [filed(erased=True)]).columns.values
    assert columns["title"] is columns["content"] is columns["regions"] is UNTOLD
    assert columns["organisation"] == "NL-GM0980"


def test_an_event_of_before_does_not_say_for_whom_the_case_was_filed() -> None:
    old = {name: value for name, value in FILED.items() if name != "filed"}
    columns = retell("a", [entry(1, EventKind.CASE_MOVED, old, WORDS)]).columns.values
    assert columns["organisation"] is columns["countries"] is UNTOLD


def test_a_correction_changes_what_it_names_and_leaves_the_rest() -> None:
    body = {"act": "correct", "fields": ["content", "title"]}
    words = {"after": {"title": "Bussen", "content": {"how_many": 41}}}
    corrected = entry(2, EventKind.CASE_CORRECTED, body, words)
    columns = retell("a", [filed(), corrected]).columns.values
    assert (columns["title"], columns["content"]) == ("Bussen", {"how_many": 41, "situation": "…"})


OUT_OF_PLACE = {
    "a move from elsewhere": (
        act(2, EventKind.CASE_MOVED, **FILED | {"move": "register", "from": "admissibility"}),
        "moves on from admissibility, though the case stood in submitted",
    ),
    "filed a second time": (
        act(2, EventKind.CASE_MOVED, **FILED),
        "moves on from draft, though the case stood in submitted",
    ),
    "a move that does not start here": (
        act(2, EventKind.CASE_MOVED, **FILED | {"move": "adopt", "from": "submitted"}),
        "moves on from submitted, though the case stood in submitted",
    ),
    "imported after it was filed": (act(2, EventKind.CASE_IMPORTED, **FILED), "imports a case that was there"),
    "assigned to nobody, who had it": (
        act(2, EventKind.CASE_ASSIGNED, data={"working_group": None}),
        "assigns the case to whom it was assigned",
    ),
    "a finding out of its turn": (
        act(2, EventKind.ANALYSIS_WRITTEN, country="NL", version=2),
        "writes version 2 of a finding out of its turn",
    ),
    "a measure out of its turn": (
        act(2, EventKind.MEASURE_RECORDED, measure="x", country="NL", version=4),
        "records version 4 of a measure out of its turn",
    ),
    "a measure that starts where it begins": (
        act(2, EventKind.MEASURE_RECORDED, measure="x", country="NL", version=1),
        "records version 1 of a measure out of its turn",
    ),
}


@pytest.mark.parametrize(("wrong", "what"), OUT_OF_PLACE.values(), ids=OUT_OF_PLACE.keys())
def test_what_no_step_could_have_left_is_out_of_place(wrong: Entry, what: str) -> None:
    with pytest.raises(OutOfPlace) as told:
        retell("a", [filed(), wrong])
    assert (told.value.position, told.value.what, str(told.value)) == (2, what, what)


@pytest.mark.parametrize(
    "body",
    [
        {"kind": EventKind.COMMENT_MADE, "act": "comment", "comment": "c", "audience": "shared"},
        {"kind": EventKind.CASE_LINKED, "link": "related", "linked": "b"},
        {
            "kind": EventKind.DOCUMENT_ATTACHED,
            "document": "d",
            "audience": "shared",
            "sha256": "0",
            "size": 1,
            "media_type": "text/plain",
        },
    ],
)
def test_nothing_is_told_twice(body: dict[str, Any]) -> None:
    kind = body["kind"]
    said = {name: value for name, value in body.items() if name != "kind"}
    with pytest.raises(OutOfPlace, match=r"^tells a second time what was there$"):
        retell("a", [filed(), act(2, kind, **said), act(3, kind, **said)])


def test_who_may_read_the_words_follows_from_the_body() -> None:
    assert audience_of("PositionGiven", {"consultation": "c"}) == "consulted:c"
    assert audience_of("AnalysisWritten", {}) == audience_of("CommentMade", {"audience": "internal"}) == "inner"
    assert audience_of("CommentMade", {"audience": "shared"}) == audience_of("CaseMoved", {}) == "readers"


def test_every_kind_that_is_written_has_its_teller() -> None:
    assert set(EventKind) - TELLERS.keys() == {EventKind.CASE_SPAWNED, EventKind.CASE_CARRIED_OVER}


def test_a_follow_up_is_begun_once() -> None:
    this = Played.imported("benelux-project", "running")
    follow_up = {"procedure": "benelux-proposal", "title": "Notes", "text": "Because."}
    this.move("propose_instrument", "secretary", {"proposal": follow_up})
    again = dataclasses.replace(this.entries[-1], position=3)
    with pytest.raises(OutOfPlace, match=r"^tells a second time what was there$"):
        retell(this.case.id, [*this.entries, again])


def test_a_case_without_events_tells_nothing() -> None:
    with pytest.raises(ValueError, match=r"^no event tells of this case$"):
        retell("a", [])
