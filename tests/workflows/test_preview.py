"""What a move would set off, told before it is made and before its data is known."""

from __future__ import annotations

from datetime import date, timedelta

from tests.builders import TODAY, a_case, a_clock, facts, somebody
from workflows.advance import Preview, preview
from workflows.case import Case
from workflows.errors import GuardRefused
from workflows.facts import Facts


def previewed(case: Case, move: str, by: str, known: Facts | None = None, today: date = TODAY) -> Preview:
    shown = preview(case, known or facts(), case.procedure.moves[move], somebody(by), today)
    assert shown is not None
    return shown


def test_a_preview_is_that_of_its_move() -> None:
    case = a_case()
    assert previewed(case, "withdraw", "filer").move == case.procedure.moves["withdraw"]


def test_the_file_can_be_closed_as_incomplete_from_the_day_after_the_reply_was_due() -> None:
    case = a_case("information_requested", reply_by=TODAY)
    assert isinstance(previewed(case, "close_incomplete", "secretary").refused, GuardRefused)
    tomorrow = previewed(case, "close_incomplete", "secretary", today=TODAY + timedelta(days=1))
    assert tomorrow.refused is None


def test_an_ending_stops_every_clock_that_runs_and_a_move_of_an_open_case_does_not() -> None:
    known = facts(clocks=(a_clock("admissibility"), a_clock("quiet")))
    ended = previewed(a_case(), "withdraw", "filer", known)
    assert [(change.name, change.change) for change in ended.clocks] == [("admissibility", "stops"), ("quiet", "stops")]
    asked = previewed(a_case(), "request_information", "secretary", known)
    assert ("quiet", "restarts") in [(change.name, change.change) for change in asked.clocks]


def test_a_review_that_would_be_asked_for_waits_for_the_secretary_general() -> None:
    shown = previewed(a_case("no_initiative"), "ask_review", "filer")
    assert (shown.target, shown.waits_for, shown.final) == ("no_initiative", "secretary_general", False)


def test_a_move_that_stays_leaves_it_waiting_for_whom_it_did() -> None:
    case = a_case("consultation", waiting_for="secretary")
    assert previewed(case, "extend_consultation", "secretary").waits_for == "secretary"
