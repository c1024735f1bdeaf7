"""One step of a case: what is refused in which order, and everything that follows from a move."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.builders import (
    AGREED,
    CASE,
    CRITERIA,
    NOW,
    OTHER_CASE,
    TODAY,
    WORKING_GROUP,
    YESTERDAY,
    a_case,
    a_clock,
    a_consultation,
    a_request,
    an_instrument,
    facts,
    measures,
    somebody,
)
from workflows import effects
from workflows.advance import Step, advance, needs_of, preview
from workflows.case import Case, Question
from workflows.errors import DataInvalid, GuardRefused, MoveNotOpen, RoleMissing, UnknownMove
from workflows.facts import Facts, Need
from workflows.fields import VOTERS

CONSULT = {"question": "Do you agree?", "closing_on": "2026-04-01", "invited": ["BE-WAL"]}
ADOPT: dict[str, Any] = {
    "adopted_on": "2026-03-02",
    "in_force": {"how": "on_date", "on": "2026-07-01"},
    "measures": [{"country": voter, "title": "Change the decree", "due_on": "2026-06-30"} for voter in VOTERS],
}


def moved(case: Case, move: str, by: str, known: Facts | None = None, **request: Any) -> Step:
    return advance(case, known or facts(), a_request(move, by, **request))


def faults(case: Case, move: str, by: str, known: Facts | None = None, **request: Any) -> list[tuple[str, str]]:
    with pytest.raises(DataInvalid) as refusal:
        moved(case, move, by, known, **request)
    return [(fault.pointer, fault.code) for fault in refusal.value.faults]


class TestOrderOfRefusals:
    """UnknownMove, RoleMissing, MoveNotOpen, DataInvalid, GuardRefused: the first that applies."""

    def test_a_move_that_is_not_known_comes_first(self) -> None:
        with pytest.raises(UnknownMove, match="adapt"):
            moved(a_case(), "adapt", "auditor")

    def test_then_a_role_that_is_missing(self) -> None:
        with pytest.raises(RoleMissing) as refusal:
            moved(a_case("draft"), "declare_admissible", "filer")
        assert refusal.value.roles == ("secretary",)

    def test_then_a_move_that_is_not_open(self) -> None:
        with pytest.raises(MoveNotOpen):
            moved(a_case("exploration"), "declare_admissible", "secretary")

    def test_then_data_that_is_invalid(self) -> None:
        failing = {**CRITERIA, "no_court_case_pending": {"met": False}}
        assert faults(a_case(), "declare_admissible", "secretary", data={"criteria": failing}) == [
            ("/data/criteria/no_court_case_pending/reason", "missing")
        ]

    def test_then_a_condition_that_is_not_met(self) -> None:
        failing = {**CRITERIA, "no_court_case_pending": {"met": False, "reason": "One is."}}
        with pytest.raises(GuardRefused) as refusal:
            moved(a_case(), "declare_admissible", "secretary", data={"criteria": failing})
        assert (refusal.value.guard, refusal.value.needs) == ("all_criteria_met", ("no_court_case_pending",))

    def test_else_it_is_made(self) -> None:
        assert moved(a_case(), "declare_admissible", "secretary", data={"criteria": CRITERIA}).case.stage == (
            "exploration"
        )


class TestRequest:
    """What comes with every move: a reason, and the day on which it happened."""

    def test_everything_that_is_wrong_is_said_at_once(self) -> None:
        tomorrow = TODAY + timedelta(days=1)
        assert set(faults(a_case(), "refer", "secretary", data={"boody": "SOLVIT"}, on=tomorrow)) == {
            ("/data/body", "missing"),
            ("/data/boody", "unknown_field"),
            ("/reason", "missing"),
            ("/on", "must_not_lie_after_today"),
        }

    def test_a_reason_that_is_given_must_say_something(self) -> None:
        assert faults(a_case(), "withdraw", "filer", reason=" ") == [("/reason", "missing")]
        assert faults(a_case("submitted"), "mark_duplicate", "intake", data={"original": OTHER_CASE}, reason="") == [
            ("/reason", "missing")
        ]

    def test_a_reason_may_always_be_given(self) -> None:
        step = moved(a_case(), "declare_admissible", "secretary", data={"criteria": CRITERIA}, reason="All clear.")
        assert step.events[0].private["reason"] == "All clear."

    def test_it_happened_today_unless_a_day_is_given(self) -> None:
        assert moved(a_case(), "withdraw", "filer", reason="Solved.").case.last_on == TODAY
        for day in (YESTERDAY, TODAY):
            assert moved(a_case(), "withdraw", "filer", reason="Solved.", on=day).case.last_on == day

    def test_it_happened_not_before_the_last_move(self) -> None:
        before = YESTERDAY - timedelta(days=1)
        assert faults(a_case(), "withdraw", "filer", reason="Solved.", on=before) == [("/on", "before_the_last_move")]
        with pytest.raises(DataInvalid) as refusal:
            moved(a_case(), "withdraw", "filer", reason="Solved.", on=before)
        assert refusal.value.faults[0].values == (("value", "2026-03-01"),)  # the day that it may not precede
        imported = a_case(last_on=None)
        assert moved(imported, "withdraw", "filer", reason="Solved.", on=before).case.last_on == before

    def test_today_is_the_day_in_brussels(self) -> None:
        late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # half past midnight in Brussels
        step = moved(a_case(), "withdraw", "filer", reason="Solved.", now=late)
        assert step.case.last_on == date(2026, 3, 3)

    def test_a_case_is_no_duplicate_of_itself(self) -> None:
        data = {"original": CASE}
        assert faults(a_case("submitted"), "mark_duplicate", "intake", data=data, reason="Sent twice.") == [
            ("/data/original", "the_case_itself")
        ]

    def test_a_decision_binds_every_country_and_a_recommendation_none(self) -> None:
        known = facts(consultation=a_consultation("committee", AGREED), instrument=an_instrument(frozen=True))
        loose = {**ADOPT, "in_force": {"how": "none"}, "measures": ADOPT["measures"][:1]}
        assert faults(a_case("adoption"), "adopt", "secretary_general", known, data=loose) == [
            ("/data/in_force/how", "not_a_choice"),
            ("/data/measures", "country_missing"),
            ("/data/measures", "country_missing"),
        ]
        known = replace(known, instrument=an_instrument("recommendation", frozen=True))
        assert moved(a_case("adoption"), "adopt", "secretary_general", known, data=loose).case.stage == "implementation"

    def test_a_null_is_as_good_as_nothing(self) -> None:
        step = moved(a_case("draft"), "submit", "filer", data={"received_on": None, "channel": None})
        assert step.events[0].facts["data"] == {}


class TestCase:
    """What a move makes of the case itself."""

    def test_its_version_grows_by_one(self) -> None:
        assert moved(a_case(version=7), "withdraw", "filer", reason="Solved.").case.version == 8

    def test_who_submits_has_filed_it(self) -> None:
        assert moved(a_case("draft"), "submit", "filer").case.filed_by == "person-filer"
        letter = a_case("draft", begun_by="intake")
        step = moved(letter, "submit", "intake", data={"received_on": "2026-02-27", "channel": "post"})
        assert (step.case.filed_by, step.case.channel) == ("person-intake", "post")
        assert step.case.received_on == date(2026, 2, 27)

    def test_registering_gives_it_a_group_and_a_theme(self) -> None:
        case = a_case("submitted", working_group=None, theme=None)
        data = {"working_group": WORKING_GROUP, "theme": "energy"}
        after = moved(case, "register", "intake", data=data).case
        assert (after.working_group, after.theme) == (WORKING_GROUP, "energy")

    def test_questions_are_numbered_over_the_life_of_the_case(self) -> None:
        asked = {"questions": ["Where?", "Since when?"], "reply_by": "2026-03-20"}
        case = moved(a_case(), "request_information", "secretary", data=asked).case
        assert [(one.question, one.text) for one in case.questions] == [(1, "Where?"), (2, "Since when?")]
        assert (case.reply_by, case.anchor) == (date(2026, 3, 20), "admissibility")
        answers = [{"question": number, "text": "Here."} for number in (1, 2)]
        case = moved(case, "supply_information", "filer", data={"answers": answers}).case
        assert (case.stage, case.questions, case.questions_asked) == ("admissibility", (), 2)
        again = {"questions": ["Why?"], "reply_by": "2026-03-20"}
        case = moved(case, "request_information", "secretary", data=again).case
        assert [one.question for one in case.questions] == [3]
        assert faults(case, "supply_information", "filer", data={"answers": answers}) == [
            ("/data/answers", "question_unanswered"),
            ("/data/answers/0/question", "unknown_question"),
            ("/data/answers/1/question", "unknown_question"),
        ]

    def test_a_stage_to_which_a_case_can_come_back_is_its_anchor(self) -> None:
        assert moved(a_case(), "declare_admissible", "secretary", data={"criteria": CRITERIA}).case.anchor == (
            "exploration"
        )

    def test_a_move_that_stays_leaves_open_questions_open(self) -> None:
        open_one = Question(question=1, text="Where?")
        known, data = facts(consultation=a_consultation()), {"closing_on": "2026-05-01"}
        case = a_case("consultation", questions=(open_one,))
        step = moved(case, "extend_consultation", "secretary", known, data=data, reason="Easter.")
        assert step.case.questions == (open_one,)

    def test_who_moves_it_on_has_not_filed_it(self) -> None:
        step = moved(a_case(), "withdraw", "secretary_general", reason="Solved.")
        assert step.case.filed_by == "person-filer"

    def test_a_stage_that_is_no_anchor_leaves_the_anchor_as_it_was(self) -> None:
        case = a_case("council")
        assert moved(case, "new_round", "secretary", data=CONSULT, reason="New text.").case.anchor == "council"

    def test_an_ending_says_why_and_by_whom(self) -> None:
        ending = moved(a_case(), "withdraw", "filer", reason="It was solved.", on=YESTERDAY).case.ending
        assert ending is not None
        assert (ending.reason, ending.on, ending.by) == ("It was solved.", YESTERDAY, "person-filer")

    def test_findings_are_the_reason_where_no_other_is_asked(self) -> None:
        data = {"findings": "It works.", "recipients": ["BE-WAL"]}
        ending = moved(a_case("evaluation"), "conclude_evaluation", "secretary", data=data).case.ending
        assert ending is not None
        assert ending.reason == "It works."

    def test_an_ending_without_a_reason_or_findings_has_none(self) -> None:
        case = a_case("exploration")
        silent = replace(case.procedure.moves["write_off"], reason_required=False)
        case = replace(case, procedure=replace(case.procedure, moves={"write_off": silent}))
        ending = moved(case, "write_off", "secretary_general", data={"concluded_by": "BE-WAL"}).case.ending
        assert ending is not None
        assert ending.reason is None  # a code is not a reason

    def test_a_case_that_goes_to_implementation_without_measures_waits_for_the_secretary(self) -> None:
        known = facts(consultation=a_consultation("committee", AGREED), instrument=an_instrument(frozen=True))
        assert moved(a_case("adoption"), "adopt", "secretary_general", known, data=ADOPT).case.waits_for == (
            "minister_office"
        )
        known = replace(known, instrument=an_instrument("recommendation", frozen=True))
        voluntary = {**ADOPT, "in_force": {"how": "none"}, "measures": []}
        assert moved(a_case("adoption"), "adopt", "secretary_general", known, data=voluntary).case.waits_for == (
            "secretary"
        )

    def test_a_move_that_stays_leaves_it_waiting_for_whom_it_did(self) -> None:
        case = a_case("consultation", waiting_for="secretary")
        known = facts(consultation=a_consultation())
        data = {"closing_on": "2026-05-01"}
        step = moved(case, "extend_consultation", "secretary", known, data=data, reason="Easter.")
        assert step.case.waits_for == "secretary"


class TestReview:
    """An ended case can be looked at again."""

    def test_a_review_waits_for_the_secretary_general_until_it_is_answered(self) -> None:
        ended = a_case("no_initiative")
        assert ended.waits_for is None
        asked = moved(ended, "ask_review", "filer", reason="There is news.")
        assert (asked.case.stage, asked.case.waits_for, asked.case.ending) == (
            "no_initiative",
            "secretary_general",
            ended.ending,
        )
        (kept,) = asked.effects
        assert isinstance(kept, effects.KeepClock)
        assert (kept.clock.name, kept.clock.due_on) == ("review", date(2026, 5, 4))  # the 2nd is a Saturday
        known = facts(clocks=(kept.clock,))
        with pytest.raises(GuardRefused):
            moved(asked.case, "ask_review", "filer", known, reason="Once more.")
        upheld = moved(asked.case, "uphold", "secretary_general", known, reason="Nothing new.")
        assert (upheld.case.waits_for, upheld.case.ending) == (None, ended.ending)
        assert [change["clock"] for change in upheld.events[0].facts["clocks"]] == ["review"]
        with pytest.raises(GuardRefused):
            moved(ended, "uphold", "secretary_general", reason="Nothing new.")

    def test_a_reopened_case_stands_where_it_stood_and_only_quiet_runs(self) -> None:
        case = a_case("written_off", anchor="council", waiting_for="secretary_general")
        known = facts(clocks=tuple(a_clock(name, "stopped") for name in ("closing", "vote", "quiet")))
        known = replace(known, clocks=(*known.clocks, a_clock("review")))
        step = moved(case, "reopen", "secretary_general", known, reason="There is news.")
        assert (step.case.stage, step.case.waits_for, step.case.ending) == ("council", "secretary_general", None)
        changes = [(effect.clock.name, effect.change) for effect in step.effects if hasattr(effect, "clock")]
        assert changes == [("review", "meets"), ("quiet", "starts")]
        assert effects.Unlink(kind="duplicate_of") in step.effects

    def test_a_case_reopened_after_everything_is_done_waits_for_the_secretary(self) -> None:
        known = facts(measures=measures(BE="in_force", LU="not_needed", NL="in_force"))
        case = a_case("resolved", anchor="implementation")
        assert moved(case, "reopen", "secretary_general", known, reason="News.").case.waits_for == "secretary"
        known = facts(measures=measures(BE="in_force", LU="planned", NL="in_force"))
        assert moved(case, "reopen", "secretary_general", known, reason="News.").case.waits_for == "minister_office"


def test_a_preview_says_what_a_move_would_set_off() -> None:
    case = a_case("exploration")
    shown = preview(case, facts(), case.procedure.moves["open_consultation"], somebody("secretary"), TODAY)
    assert shown is not None
    assert isinstance(shown.refused, GuardRefused)
    assert (shown.target, shown.waits_for, shown.final) == ("consultation", "delegate", False)
    assert [(change.name, change.change) for change in shown.clocks] == [("closing", "starts"), ("quiet", "starts")]
    assert [tell.notice for tell in shown.tells] == ["invitation", "progress"]
    ended = preview(case, facts(), case.procedure.moves["write_off"], somebody("secretary_general"), TODAY)
    assert ended is not None
    assert (ended.final, ended.refused, ended.waits_for) == (True, None, None)


def test_a_preview_expects_measures_where_a_move_asks_for_them() -> None:
    case = a_case("adoption")
    shown = preview(case, facts(), case.procedure.moves["adopt"], somebody("secretary_general"), TODAY)
    assert shown is not None
    assert (shown.target, shown.waits_for) == ("implementation", "minister_office")


def test_there_is_no_preview_of_what_is_not_open_or_not_yours() -> None:
    case = a_case("exploration")
    moves = case.procedure.moves
    assert preview(case, facts(), moves["open_consultation"], somebody("filer"), TODAY) is None
    assert preview(case, facts(), moves["register"], somebody("intake"), TODAY) is None


def test_a_move_says_which_facts_it_needs() -> None:
    moves = a_case().procedure.moves
    assert needs_of(a_case(), moves["withdraw"]) == frozenset()
    assert needs_of(a_case("exploration"), moves["open_consultation"]) == {Need.ANALYSES, Need.CONSULTATION}
    assert needs_of(a_case("consultation"), moves["extend_consultation"]) == {Need.CONSULTATION}
    assert needs_of(a_case("adoption"), moves["adopt"]) == {Need.CONSULTATION, Need.INSTRUMENT}
    assert needs_of(a_case("implementation"), moves["conclude"]) == {Need.INSTRUMENT, Need.MEASURES}
    assert needs_of(a_case("resolved"), moves["reopen"]) == {Need.MEASURES}


def test_the_builder_speaks_of_one_moment() -> None:
    assert NOW.date() == TODAY == YESTERDAY + timedelta(days=1)
