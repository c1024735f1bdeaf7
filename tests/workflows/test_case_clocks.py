"""The clocks of a case: what each move does to them, and when the case is due."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.builders import (
    AGREED,
    CRITERIA,
    NOW,
    TODAY,
    WORKING_GROUP,
    a_case,
    a_clock,
    a_consultation,
    a_request,
    an_instrument,
    facts,
    measures,
)
from workflows.advance import advance
from workflows.case import Case
from workflows.case_clocks import ClockChange, clock_changes, due_on, written
from workflows.clock import Clock, ClockState
from workflows.errors import CalendarUnknown, DataInvalid
from workflows.facts import Facts
from workflows.fields import VOTERS

ASKED = {"questions": ["Where?"], "reply_by": "2026-03-20"}


def changes(case: Case, move: str, by: str, known: Facts, **request: Any) -> dict[str, str]:
    """What the move does to each clock, as its event says."""
    step = advance(case, known, a_request(move, by, **request))
    return {change["clock"]: change["change"] for change in step.events[0].facts["clocks"]}


def running(*names: str, **states: str) -> Facts:
    return facts(clocks=(*(a_clock(name) for name in names), *(a_clock(name, state) for name, state in states.items())))


def kept(case: Case, move: str, by: str, known: Facts, **request: Any) -> dict[str, Clock]:
    step = advance(case, known, a_request(move, by, **request))
    return {effect.clock.name: effect.clock for effect in step.effects if hasattr(effect, "clock")}


def test_acknowledging_is_counted_from_the_day_of_receipt() -> None:
    case = a_case("draft", begun_by="intake")
    clocks = kept(case, "submit", "intake", facts(), data={"received_on": "2026-02-26"})
    assert (clocks["acknowledge"].starts_on, clocks["acknowledge"].due_on) == (date(2026, 2, 26), date(2026, 3, 5))
    assert clocks["quiet"].starts_on == TODAY


def test_a_move_entered_today_counts_from_the_day_on_which_it_happened() -> None:
    case = a_case("submitted", last_on=date(2026, 2, 20))
    data = {"working_group": WORKING_GROUP, "theme": "energy"}
    clocks = kept(case, "register", "intake", running("acknowledge"), data=data, on=date(2026, 2, 27))
    assert (clocks["acknowledge"].state, clocks["acknowledge"].ended_on) == (ClockState.MET, date(2026, 2, 27))
    assert clocks["admissibility"].due_on == date(2026, 4, 27)


def test_a_question_suspends_and_an_answer_resumes() -> None:
    known = running("admissibility", "quiet")
    asked = kept(a_case(), "request_information", "secretary", known, data=ASKED)
    assert asked["admissibility"].state is ClockState.SUSPENDED
    assert asked["reply"].due_on == date(2026, 3, 20)
    case = a_case("information_requested", anchor="admissibility")
    known = facts(clocks=tuple(asked.values()))
    later = NOW + timedelta(days=10)
    on_again = kept(case, "proceed_without_reply", "secretary", known, reason="It is clear.", now=later)
    assert on_again["admissibility"].state is ClockState.RUNNING
    assert on_again["admissibility"].due_on == date(2026, 4, 13)  # 1 April and ten days, a Saturday
    assert (on_again["reply"].state, on_again["reply"].ended_on) == (ClockState.STOPPED, later.date())
    assert changes(a_case(), "request_information", "secretary", running("admissibility", "quiet"), data=ASKED) == {
        "admissibility": "suspends",
        "reply": "starts",
        "quiet": "restarts",
    }
    assert changes(case, "proceed_without_reply", "secretary", known, reason="It is clear.", now=later) == {
        "reply": "stops",
        "admissibility": "resumes",
        "quiet": "restarts",
    }


def test_what_was_not_suspended_does_not_resume() -> None:
    case = a_case("information_requested", anchor="exploration")
    known = running("reply", "quiet", admissibility="met")
    assert changes(case, "proceed_without_reply", "secretary", known, reason="It is clear.") == {
        "reply": "stops",
        "quiet": "restarts",
    }


def test_a_question_during_exploration_suspends_nothing() -> None:
    known = running("quiet", admissibility="met")
    assert changes(a_case("exploration"), "request_information", "secretary", known, data=ASKED) == {
        "reply": "starts",
        "quiet": "restarts",
    }


def test_every_move_of_an_open_case_starts_the_quiet_clock_anew() -> None:
    clocks = kept(a_case(), "declare_admissible", "secretary", running("quiet"), data={"criteria": CRITERIA})
    assert (clocks["quiet"].starts_on, clocks["quiet"].due_on) == (TODAY, date(2026, 6, 2))


def test_an_extension_replaces_the_date_also_of_a_missed_one() -> None:
    for state in ("running", "missed"):
        known = facts(consultation=a_consultation(), clocks=(a_clock("closing", state), a_clock("quiet")))
        data = {"closing_on": "2026-05-01"}
        case = a_case("consultation")
        assert changes(case, "extend_consultation", "secretary", known, data=data, reason="Easter.") == {
            "closing": "restarts",
            "quiet": "restarts",
        }
        clocks = kept(case, "extend_consultation", "secretary", known, data=data, reason="Easter.")
        assert (clocks["closing"].due_on, clocks["closing"].state) == (date(2026, 5, 1), ClockState.RUNNING)


def test_what_is_missed_can_still_be_met() -> None:
    known = facts(consultation=a_consultation(positions=AGREED), clocks=(a_clock("closing", "missed"),))
    clocks = kept(a_case("consultation"), "close_consultation", "secretary", known)
    assert clocks["closing"].state is ClockState.MET


def test_what_does_not_run_is_left_alone() -> None:
    known = facts(consultation=a_consultation(positions=AGREED))
    assert changes(a_case("consultation"), "close_consultation", "secretary", known) == {"quiet": "starts"}
    known = running(closing="stopped", quiet="running")
    assert changes(a_case("consultation"), "cancel_consultation", "secretary", known, reason="x") == {
        "quiet": "restarts"
    }


@pytest.mark.parametrize("state", ["running", "suspended", "missed"])
def test_an_ending_stops_every_clock(state: str) -> None:
    case = a_case("exploration")
    known = facts(clocks=tuple(a_clock(name, state) for name in case.procedure.clocks))
    assert changes(case, "find_no_initiative", "secretary_general", known, reason="x") == dict.fromkeys(
        case.procedure.clocks, "stops"
    )
    stopped = kept(case, "find_no_initiative", "secretary_general", known, reason="x")
    assert {clock.ended_on for clock in stopped.values()} == {TODAY}


def test_an_ending_meets_what_it_answers() -> None:
    known = running("admissibility", "quiet")
    data = {"failing": ["no_court_case_pending"]}
    assert changes(a_case(), "declare_inadmissible", "secretary", known, data=data, reason="x") == {
        "admissibility": "meets",
        "quiet": "stops",
    }


def test_a_clock_until_a_date_does_not_start_without_one() -> None:
    known = facts(consultation=a_consultation("committee", AGREED), instrument=an_instrument(frozen=True))
    data: dict[str, Any] = {
        "adopted_on": "2026-03-02",
        "in_force": {"how": "day_after_publication"},
        "evaluate_on": None,
        "measures": [{"country": voter, "title": "Change the decree"} for voter in VOTERS],
    }
    case = a_case("adoption")
    assert "evaluation" not in changes(case, "adopt", "secretary_general", known, data=data)
    data["evaluate_on"] = "2028-01-31"
    assert kept(case, "adopt", "secretary_general", known, data=data)["evaluation"].due_on == date(2028, 1, 31)


def refused(case: Case, move: str, by: str, known: Facts, **request: Any) -> list[tuple[str, str]]:
    with pytest.raises(DataInvalid) as refusal:
        advance(case, known, a_request(move, by, **request))
    return [(fault.pointer, fault.code) for fault in refusal.value.faults]


def test_a_day_that_no_calendar_knows_is_refused_where_it_stands() -> None:
    draft = a_case("draft", begun_by="intake")
    assert refused(draft, "submit", "intake", facts(), data={"received_on": "1990-12-31"}) == [
        ("/data/received_on", "date_out_of_calendar")
    ]
    for day in ("2099-01-01", "9999-12-31"):  # the last day that a date can be
        assert refused(a_case(), "request_information", "secretary", facts(), data={**ASKED, "reply_by": day}) == [
            ("/data/reply_by", "date_out_of_calendar")
        ]
    known = facts(instrument=an_instrument(frozen=True))
    for day in ("0001-01-01", "0001-01-12", "9999-12-31"):
        assert refused(a_case("council"), "table", "secretary_general", known, data={"meeting_on": day}) == [
            ("/data/meeting_on", "date_out_of_calendar")
        ]
    with pytest.raises(DataInvalid) as refusal:
        advance(draft, facts(), a_request("submit", "intake", data={"received_on": "1990-12-31"}))
    assert refusal.value.faults[0].values == (("value", "1991-01-01"),)  # the first day that would be counted
    imported = a_case("submitted", last_on=None)
    data = {"working_group": WORKING_GROUP, "theme": "energy"}
    assert refused(imported, "register", "intake", facts(), data=data, on=date(1990, 12, 31)) == [
        ("/on", "date_out_of_calendar")
    ]


def test_the_last_day_that_there_is_cannot_end_a_clock_that_counts_without_a_calendar() -> None:
    case = a_case()
    reply = replace(case.procedure.clocks["reply"], calendar=None, rule=None, before=())
    case = replace(case, procedure=replace(case.procedure, clocks={**case.procedure.clocks, "reply": reply}))
    for day, faults in (("9999-12-31", [("/data/reply_by", "date_out_of_calendar")]), ("9999-12-30", [])):
        request = a_request("request_information", "secretary", data={**ASKED, "reply_by": day})
        with pytest.raises(DataInvalid) if faults else nullcontext() as refusal:
            advance(case, facts(), request)
        found = refusal.value.faults if refusal is not None else ()
        assert [(fault.pointer, fault.code) for fault in found] == faults


def test_what_cannot_be_counted_is_told_with_the_calendar_and_the_day() -> None:
    case = a_case()
    reply = replace(case.procedure.clocks["reply"], calendar=None, rule=None, before=())
    rules = {**case.procedure.clocks, "reply": reply}
    case = replace(case, procedure=replace(case.procedure, clocks=rules))
    data = {**ASKED, "reply_by": "9999-12-31"}
    with pytest.raises(CalendarUnknown) as refusal:
        clock_changes(case, facts(), case.procedure.moves["request_information"], "information_requested", data, TODAY)
    assert (refusal.value.calendar, refusal.value.day) == ("of all days", "9999-12-31")
    with pytest.raises(DataInvalid) as told:
        advance(case, facts(), a_request("request_information", "secretary", data=data))
    assert told.value.faults[0].values == (("value", "9999-12-31"),)
    last = date(9999, 12, 31)
    with pytest.raises(CalendarUnknown) as refusal:
        clock_changes(case, facts(), case.procedure.moves["declare_admissible"], "exploration", {}, last)
    assert (refusal.value.calendar, refusal.value.day) == ("of all days", "9999-12-31")


def test_a_clock_is_written_so_that_it_can_be_recomputed() -> None:
    clock = a_clock("reply", "suspended", suspended_on=TODAY, suspended_days=3, rung=("before:3WD",))
    assert written(clock) == {
        "clock": "reply",
        "state": "suspended",
        "starts_on": "2026-03-01",
        "due_on": "2026-04-01",
        "suspended_on": "2026-03-02",
        "suspended_days": 3,
        "rung": ["before:3WD"],
        "ended_on": None,
    }
    ended = replace(clock, due_on=None, suspended_on=None, ended_on=TODAY)
    assert {name: value for name, value in written(ended).items() if name.endswith("_on")} == {
        "starts_on": "2026-03-01",
        "due_on": None,
        "suspended_on": None,
        "ended_on": "2026-03-02",
    }
    assert ClockChange(name="reply", change="starts", clock=None).written() == {"clock": "reply", "change": "starts"}


def test_a_case_is_due_when_the_first_of_its_clocks_is() -> None:
    procedure = a_case().procedure
    clocks = [
        a_clock("quiet", due_on=date(2026, 3, 3)),
        a_clock("reply", "suspended", due_on=date(2026, 3, 4)),
        a_clock("acknowledge", "met", due_on=date(2026, 3, 5)),
        a_clock("closing", "missed", due_on=date(2026, 3, 6)),
        a_clock("admissibility", due_on=date(2026, 3, 7)),
    ]
    assert due_on(procedure, clocks, ()) == date(2026, 3, 6)
    assert due_on(procedure, clocks[:3], ()) is None


def test_a_case_is_due_when_an_open_measure_is() -> None:
    (planned, done) = measures(BE="planned", NL="in_force")
    planned, done = replace(planned, due_on=date(2026, 6, 30)), replace(done, due_on=date(2026, 3, 3))
    assert due_on(a_case().procedure, [a_clock("evaluation", due_on=date(2028, 1, 1))], (planned, done)) == date(
        2026, 6, 30
    )
