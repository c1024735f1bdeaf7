from __future__ import annotations

from typing import Any

import pytest

from workflows import procedures, shelf
from workflows.events import EventKind
from workflows.history import ACTS, line, working_group_of
from workflows.wording import wording

WORDS = wording("benelux-obstacle", 1, "en")
GROUPS = {"transport": "Transport"}


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        ("CaseMoved", {"move": "submit"}, "The report was submitted."),
        (
            "CaseMoved",
            {"move": "register", "data": {"working_group": "transport"}},
            "The report was registered and assigned to: Transport.",
        ),
        (
            "CaseMoved",
            {"move": "adopt", "number": "M(2027)1"},
            "The Committee of Ministers adopted the instrument under number M(2027)1.",
        ),
        (
            "CaseMoved",
            {"move": "choose_instrument", "instrument_kind": "decision"},
            "The legal instrument chosen was: decision.",
        ),
        (
            "CaseAssigned",
            {"act": "assign", "data": {"working_group": "transport"}},
            "The case was assigned to: Transport.",
        ),
        ("CommentMade", {"act": "comment"}, "A comment was added."),
        ("ClockRang", {"clock": "quiet"}, None),
    ],
)
def test_an_event_leaves_a_line(kind: str, facts: dict[str, Any], said: str | None) -> None:
    assert line(WORDS, kind, facts, GROUPS) == said


def test_a_code_is_told_by_its_name_or_else_as_it_is() -> None:
    words, chosen = wording("benelux-obstacle", 1, "nl"), {"move": "choose_instrument"}
    assert "beschikking" in str(line(words, "CaseMoved", {**chosen, "instrument_kind": "decision"}, {}))
    assert "edict" in str(line(words, "CaseMoved", {**chosen, "instrument_kind": "edict"}, {}))
    registered = {"move": "register", "data": {"working_group": "labour"}}
    assert str(line(WORDS, "CaseMoved", registered, GROUPS)).endswith("assigned to: labour.")


def test_a_working_group_is_named_in_the_data_or_in_the_body_itself() -> None:
    assert working_group_of({"data": {"working_group": "transport"}}) == "transport"
    assert working_group_of({"working_group": "transport"}) == "transport"
    assert working_group_of({"working_group": 5}) is working_group_of({}) is None


def test_a_step_that_the_words_do_not_know_leaves_no_line() -> None:
    assert line(WORDS, "CaseMoved", {"move": "teleport"}, {}) is None


def test_a_value_that_is_missing_leaves_the_name_of_the_step() -> None:
    assert line(WORDS, "CaseMoved", {"move": "adopt"}, {}) == f"{WORDS.text('moves', 'adopt', 'label')}."


@pytest.mark.parametrize("language", procedures.LANGUAGES)
@pytest.mark.parametrize("name", shelf.names())
def test_every_move_and_act_has_a_line_in_every_language(name: str, language: str) -> None:
    procedure = shelf.newest(name)
    words = wording(name, procedure.version, language)
    for move in procedure.moves:
        assert line(words, EventKind.CASE_MOVED, {"move": move}, {})
    for kind, act in ACTS.items():
        if act in procedure.acts:
            assert line(words, kind, {}, {})
