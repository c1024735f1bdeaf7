"""The state machine: where a move leads, and that there is no other way."""

from __future__ import annotations

import pytest

from workflows import machine, shelf
from workflows.errors import MoveNotOpen

OBSTACLE = shelf.newest("benelux-obstacle")


def test_a_move_leads_to_its_stage() -> None:
    assert machine.target(OBSTACLE, "draft", None, "submit") == "submitted"
    assert machine.target(OBSTACLE, "exploration", "exploration", "write_off") == "written_off"


def test_a_move_that_stays_leads_nowhere_else() -> None:
    assert machine.target(OBSTACLE, "consultation", "council", "extend_consultation") == "consultation"
    for ending in OBSTACLE.endings:
        assert machine.target(OBSTACLE, ending, "drafting", "ask_review") == ending


@pytest.mark.parametrize("anchor", [stage for stage in OBSTACLE.stages if OBSTACLE.is_anchor(stage)])
def test_back_leads_to_the_last_anchor(anchor: str) -> None:
    assert machine.target(OBSTACLE, "withdrawn", anchor, "reopen") == anchor


def test_without_an_anchor_there_is_no_way_back() -> None:
    with pytest.raises(MoveNotOpen, match="reopen in withdrawn"):
        machine.target(OBSTACLE, "withdrawn", None, "reopen")


def test_no_way_back_leads_to_a_stage_that_is_no_anchor() -> None:
    with pytest.raises(MoveNotOpen):
        machine.target(OBSTACLE, "withdrawn", "consultation", "reopen")


def test_a_move_starts_from_its_own_stages_alone() -> None:
    with pytest.raises(MoveNotOpen) as refusal:
        machine.target(OBSTACLE, "draft", None, "adopt")
    assert (refusal.value.move, refusal.value.stage) == ("adopt", "draft")


def test_the_machine_has_no_moves_of_its_own() -> None:
    """transitions would add a jump to every stage."""
    with pytest.raises(KeyError):
        machine.target(OBSTACLE, "draft", None, "to_implementation")


def test_nothing_of_one_case_is_kept_for_the_next() -> None:
    for _ in range(2):
        assert machine.target(OBSTACLE, "information_requested", "admissibility", "supply_information") == (
            "admissibility"
        )
        assert machine.target(OBSTACLE, "information_requested", "exploration", "supply_information") == "exploration"


def test_two_versions_do_not_share_a_machine() -> None:
    project = shelf.newest("benelux-project")
    assert machine.target(project, "stopped", "running", "reopen") == "running"
    with pytest.raises(KeyError):
        machine.target(project, "draft", None, "submit")
