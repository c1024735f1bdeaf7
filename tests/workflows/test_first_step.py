"""What somebody does first: the open step that leads on, else what opens it, else whatever is open."""

from __future__ import annotations

import pytest

from tests.builders import TODAY, a_case, a_consultation, an_instrument, facts, somebody
from workflows import shelf
from workflows.facts import Facts, Need
from workflows.first_step import FirstStep, first_step
from workflows.guards import GUARDS

ALL = frozenset(Need)


def first(stage: str, by: str, known: Facts | None = None) -> FirstStep | None:
    return first_step(a_case(stage), known or facts(), ALL, somebody(by), TODAY)


def test_the_open_move_that_leads_on_comes_first() -> None:
    assert first("submitted", "intake") == FirstStep(ahead=True, move="register")
    assert first("admissibility", "secretary") == FirstStep(ahead=True, move="declare_admissible")


def test_what_opens_a_shut_move_comes_before_everything_beside_the_way() -> None:
    known = facts(analyses=frozenset({"BE", "NL"}))
    analyse = FirstStep(ahead=True, act="analyse", guard="analysis_per_voter", needs=("LU",))
    assert first("exploration", "secretary", known) == analyse
    everything = facts(analyses=frozenset({"BE", "LU", "NL"}))
    assert first("exploration", "secretary", everything) == FirstStep(ahead=True, move="open_consultation")


def test_without_agreement_the_council_is_next() -> None:
    assert first("common_position", "secretary_general") == FirstStep(ahead=True, move="escalate")


def test_a_vote_that_does_not_adopt_leads_back_to_what_is_open() -> None:
    objected = a_consultation("committee", {"BE": "object", "LU": "agree", "NL": "agree"})
    known = facts(consultation=objected, instrument=an_instrument(frozen=True))
    assert first("adoption", "secretary_general", known) == FirstStep(ahead=False, move="return_to_drafting")


def test_a_condition_whose_facts_were_not_read_is_taken_as_met() -> None:
    found = first_step(a_case("exploration"), Facts(), frozenset(), somebody("secretary"), TODAY)
    assert found == FirstStep(ahead=True, move="open_consultation")


def test_who_has_no_part_in_it_has_no_first_step() -> None:
    assert first("exploration", "filer") is not None  # may withdraw it
    assert first("exploration", "minister_office") is None


@pytest.mark.parametrize("name", sorted(GUARDS))
def test_the_act_of_a_guard_is_known_wherever_the_guard_stands(name: str) -> None:
    act = GUARDS[name].act
    for procedure in map(shelf.newest, shelf.names()):
        if act is not None and any(name in move.guards for move in procedure.moves.values()):
            assert act in procedure.acts
