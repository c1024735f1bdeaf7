"""Clocks: the clocks of the procedures as they run, ring, stand still and end."""

from dataclasses import replace

import pytest

from tests.workflows.clock_rules import day, rule, started, swept
from workflows import clock as clocks
from workflows.clock import Clock, ClockKind, ClockState, Mark
from workflows.counting import Period, Unit
from workflows.errors import PeriodUnknown

UNDATED = Clock(name="national_limit", state=ClockState.RUNNING, starts_on=day("2026-05-21"), due_on=None)


def said(name: str, clock: Clock) -> list[tuple[str, str]]:
    return [(mark.label, mark.on.isoformat()) for mark in clocks.marks(rule(name), clock)]


def test_the_acknowledgement_is_due_five_working_days_after_what_was_received() -> None:
    clock = started("acknowledge", "2026-07-16")  # a Thursday; Tuesday is a holiday
    assert clock.due_on == day("2026-07-24")
    assert said("acknowledge", clock) == [("late", "2026-07-25")]
    assert clock.calendar_version == 1


def test_admissibility_is_nearly_late_at_eighty_per_cent() -> None:
    clock = started("admissibility", "2026-05-21")
    assert clock.due_on == day("2026-07-22")
    assert said("admissibility", clock) == [("at:80%", "2026-07-10"), ("late", "2026-07-23")]  # 62 days: 49.6
    (nearly, late) = clocks.marks(rule("admissibility"), clock)
    assert nearly.notices == (("nearly_late", ("secretary",)),)
    assert late.notices == ()


def test_a_share_of_a_span_of_no_days_is_its_only_day() -> None:
    clock = replace(started("admissibility", "2026-05-21"), due_on=day("2026-05-21"))
    assert said("admissibility", clock) == [("at:80%", "2026-05-21"), ("late", "2026-05-22")]


def test_a_reply_is_due_on_the_very_day_that_was_asked_for() -> None:
    clock = started("reply", "2026-06-01", "2026-06-27")  # a Saturday
    assert clock.due_on == day("2026-06-27")
    assert said("reply", clock) == [("before:3WD", "2026-06-24"), ("late", "2026-06-28")]


def test_a_consultation_reminds_twice_before_it_closes() -> None:
    clock = started("closing", "2026-06-01", "2026-07-24")
    assert said("closing", clock) == [
        ("before:10WD", "2026-07-09"),
        ("before:3WD", "2026-07-20"),
        ("late", "2026-07-25"),
    ]


def test_a_reminder_that_is_past_at_the_start_is_left_out_and_one_of_that_day_is_not() -> None:
    assert said("closing", started("closing", "2026-07-10", "2026-07-24"))[0] == ("before:3WD", "2026-07-20")
    assert said("closing", started("closing", "2026-07-09", "2026-07-24"))[0] == ("before:10WD", "2026-07-09")


def test_a_vote_taken_late_is_told_to_the_offices_and_the_secretary_general() -> None:
    (reminder, late) = clocks.marks(rule("vote"), started("vote", "2026-09-01", "2026-10-01"))
    assert (reminder.on, reminder.notices) == (day("2026-09-28"), (("reminder", ("minister_office",)),))
    assert (late.on, late.notices) == (day("2026-10-02"), (("late", ("minister_office", "secretary_general")),))


def test_an_evaluation_is_announced_thirty_working_days_before() -> None:
    assert said("evaluation", started("evaluation", "2026-09-01", "2029-03-01"))[0] == ("before:30WD", "2029-01-18")


def test_a_clock_until_a_date_does_not_start_without_the_date() -> None:
    assert clocks.start(rule("evaluation"), day("2026-09-01")) is None


def test_a_review_is_due_two_months_later_on_a_working_day() -> None:
    assert started("review", "2026-02-28").due_on == day("2026-04-28")
    assert started("review", "2026-05-21").due_on == day("2026-07-22")


def test_quiet_counts_by_the_calendar_alone() -> None:
    clock = started("quiet", "2026-11-30")
    assert (clock.due_on, clock.calendar_version) == (day("2027-02-28"), None)  # a Sunday
    assert said("quiet", clock) == [("late", "2027-03-01")]


def test_a_standstill_keeps_its_kind() -> None:
    assert rule("pause").kind is ClockKind.STANDSTILL
    assert started("pause", "2026-05-21").due_on == day("2026-08-21")


def test_an_unknown_period_is_never_computed() -> None:
    assert rule("national_limit").length is None
    with pytest.raises(PeriodUnknown, match="national_limit"):
        clocks.start(rule("national_limit"), day("2026-05-21"))


def test_a_clock_without_a_date_says_nothing_and_explains_nothing() -> None:
    assert clocks.marks(rule("national_limit"), UNDATED) == ()
    assert clocks.next_on(rule("national_limit"), UNDATED) is None
    assert clocks.why(rule("national_limit"), UNDATED) == ()
    assert clocks.why(replace(rule("review"), length=None), UNDATED) == ()  # how it counts is known, how long is not
    assert clocks.why(rule("reply"), UNDATED) == ()


def test_a_clock_without_a_date_stands_still_and_runs_on_without_one() -> None:
    still = clocks.suspend(UNDATED, day("2026-06-01"))
    resumed = clocks.resume(rule("national_limit"), still, day("2026-06-11"))
    assert resumed == replace(UNDATED, suspended_days=10)


def test_a_clock_of_which_nobody_knows_since_when_it_stands_still_is_left_as_it_is() -> None:
    still = replace(started("review", "2026-05-21"), state=ClockState.SUSPENDED)
    assert clocks.resume(rule("review"), still, day("2026-06-11")) is still


def test_starting_again_replaces_the_date_and_reminds_anew() -> None:
    closing = rule("closing")
    first, _ = swept(closing, started("closing", "2026-06-01", "2026-07-24"), day("2026-07-10"))
    assert first.rung == ("before:10WD",)
    again = started("closing", "2026-07-10", "2026-09-30")
    assert (again.due_on, again.rung) == (day("2026-09-30"), ())
    assert clocks.next_on(closing, again) == day("2026-09-16")


def test_a_clock_rings_each_mark_once_and_is_missed_when_late() -> None:
    closing, clock = rule("closing"), started("closing", "2026-06-01", "2026-07-24")
    assert clocks.next_on(closing, clock) == day("2026-07-09")
    assert swept(closing, clock, day("2026-07-08")) == (clock, [])
    clock, labels = swept(closing, clock, day("2026-07-09"))
    assert labels == ["before:10WD"]
    assert clocks.next_on(closing, clock) == day("2026-07-20")
    assert swept(closing, clock, day("2026-07-09")) == (clock, [])
    clock, labels = swept(closing, clock, day("2026-07-24"))
    assert (labels, clock.state) == (["before:3WD"], ClockState.RUNNING)  # the last day is still in time
    clock, labels = swept(closing, clock, day("2026-07-25"))
    assert (labels, clock.state) == (["late"], ClockState.MISSED)
    assert clock.rung == ("before:10WD", "before:3WD", "late")
    assert clocks.next_on(closing, clock) is None
    assert swept(closing, clock, day("2026-08-25")) == (clock, [])


def test_after_an_absence_everything_rings_once_and_in_order() -> None:
    clock, labels = swept(rule("closing"), started("closing", "2026-06-01", "2026-07-24"), day("2026-07-31"))
    assert labels == ["before:10WD", "before:3WD", "late"]
    assert swept(rule("closing"), clock, day("2026-07-31")) == (clock, [])


def test_quiet_starts_again_from_its_due_date() -> None:
    clock, labels = swept(rule("quiet"), started("quiet", "2026-01-15"), day("2026-04-16"))
    assert labels == ["late"]
    assert (clock.state, clock.starts_on, clock.due_on) == (ClockState.RUNNING, day("2026-04-15"), day("2026-07-15"))
    assert (clock.rung, clocks.next_on(rule("quiet"), clock)) == ((), day("2026-07-16"))


def test_a_clock_that_repeats_is_counted_anew_by_the_calendar_of_today() -> None:
    review = replace(rule("review"), repeats=Period(2, Unit.MONTHS))
    older = replace(started("review", "2026-01-15"), calendar_version=0)
    clock, _ = swept(review, older, day("2026-03-17"))
    assert clock == started("review", "2026-03-16")  # where the first, of which 15 March is a Sunday, ended


@pytest.mark.parametrize(("today", "due"), [("2026-07-14", "2026-07-15"), ("2026-07-15", "2026-10-15")])
def test_after_a_long_absence_quiet_rings_once_and_is_due_after_today(today: str, due: str) -> None:
    clock, labels = swept(rule("quiet"), started("quiet", "2026-01-15"), day(today))
    assert labels == ["late"]
    assert clock.due_on == day(due)
    assert swept(rule("quiet"), clock, day(today)) == (clock, [])


def test_only_what_is_its_to_say_today_rings() -> None:
    quiet, clock = rule("quiet"), started("quiet", "2026-01-15")
    (late,) = clocks.marks(quiet, clock)
    assert clocks.ring(quiet, clock, late, day("2026-04-15")) is clock  # a day too soon
    again = clocks.ring(quiet, clock, late, day("2026-04-16"))
    assert clocks.ring(quiet, again, late, day("2026-04-16")) is again  # rung by two sweeps at once
    assert clocks.ring(quiet, clock, Mark("at:50%", day("2026-02-01"), ()), day("2026-04-16")) is clock


def test_what_is_met_or_stopped_says_nothing_more() -> None:
    clock = started("closing", "2026-06-01", "2026-07-24")
    for ended in (clocks.meet(clock, day("2026-07-01")), clocks.stop(clock, day("2026-07-01"))):
        assert clocks.ringing(rule("closing"), ended, day("2026-08-01")) == ()
        assert clocks.next_on(rule("closing"), ended) is None
        assert ended.ended_on == day("2026-07-01")


def test_a_missed_clock_can_still_be_met_late() -> None:
    missed, _ = swept(rule("review"), started("review", "2026-05-21"), day("2026-07-23"))
    assert missed.state is ClockState.MISSED
    met = clocks.meet(missed, day("2026-08-03"))
    assert (met.state, met.ended_on, met.rung) == (ClockState.MET, day("2026-08-03"), ("late",))


def test_a_request_for_information_suspends_and_the_days_are_added() -> None:
    admissibility = rule("admissibility")
    clock = clocks.suspend(started("admissibility", "2026-05-21"), day("2026-06-01"))
    assert (clock.state, clock.suspended_on, clock.due_on) == (
        ClockState.SUSPENDED, day("2026-06-01"), day("2026-07-22"),
    )  # fmt: skip
    assert clocks.ringing(admissibility, clock, day("2026-12-01")) == ()
    assert clocks.next_on(admissibility, clock) is None
    resumed = clocks.resume(admissibility, clock, day("2026-06-11"))
    assert (resumed.state, resumed.suspended_on, resumed.suspended_days) == (ClockState.RUNNING, None, 10)
    assert resumed.due_on == day("2026-08-03")  # 1 August is a Saturday
    assert said("admissibility", resumed)[0] == ("at:80%", "2026-07-22")  # 64 days of running: 51.2, and 10 still
    again = clocks.resume(admissibility, clocks.suspend(resumed, day("2026-06-20")), day("2026-06-21"))
    assert (again.due_on, again.suspended_days) == (day("2026-08-04"), 11)


def test_resuming_on_the_same_day_changes_nothing_but_the_state() -> None:
    clock = started("review", "2026-05-21")
    assert clocks.resume(rule("review"), clocks.suspend(clock, day("2026-06-01")), day("2026-06-01")) == clock


def test_a_date_of_the_case_moves_by_the_days_alone() -> None:
    clock = clocks.suspend(started("reply", "2026-06-01", "2026-06-25"), day("2026-06-10"))
    assert clocks.resume(rule("reply"), clock, day("2026-06-12")).due_on == day("2026-06-27")  # a Saturday
    quiet = clocks.suspend(started("quiet", "2026-01-15"), day("2026-02-01"))
    assert clocks.resume(rule("quiet"), quiet, day("2026-02-04")).due_on == day("2026-04-18")  # a Saturday


def test_what_is_over_cannot_be_suspended() -> None:
    clock = started("review", "2026-05-21")
    assert clocks.suspend(clock, day("2026-07-22")).state is ClockState.SUSPENDED
    assert clocks.suspend(clock, day("2026-07-23")) is clock


def test_a_suspended_clock_can_be_met_and_stopped() -> None:
    clock = clocks.suspend(started("review", "2026-05-21"), day("2026-06-01"))
    for ended in (clocks.meet(clock, day("2026-06-02")), clocks.stop(clock, day("2026-06-02"))):
        assert ended.suspended_on is None
        assert ended.ended_on == day("2026-06-02")


def ends() -> list[Clock]:
    clock = started("review", "2026-05-21")
    return [clocks.meet(clock, day("2026-06-01")), clocks.stop(clock, day("2026-06-01"))]


@pytest.mark.parametrize("clock", ends(), ids=lambda clock: clock.state)
def test_a_clock_that_does_not_run_is_left_as_it_is(clock: Clock) -> None:
    later = day("2026-06-15")
    assert clocks.meet(clock, later) is clock
    assert clocks.stop(clock, later) is clock
    assert clocks.suspend(clock, later) is clock
    assert clocks.resume(rule("review"), clock, later) is clock


def test_neither_a_running_nor_a_missed_clock_resumes_and_a_missed_one_is_not_suspended() -> None:
    running = started("review", "2026-05-21")
    missed, _ = swept(rule("review"), running, day("2026-08-01"))
    assert clocks.resume(rule("review"), running, day("2026-06-01")) is running
    assert clocks.resume(rule("review"), missed, day("2026-08-02")) is missed
    assert clocks.suspend(missed, day("2026-08-02")) is missed
    assert clocks.stop(missed, day("2026-08-02")).state is ClockState.STOPPED


def reasons(name: str, clock: Clock) -> list[str]:
    return [reason.code for reason in clocks.why(rule(name), clock)]


def test_a_clock_explains_itself() -> None:
    counted = ["event_not_counted", "same_date", "end_rest_day", "calendar_used"]
    clock = started("review", "2026-05-21")
    assert reasons("review", clock) == counted
    still = clocks.suspend(clock, day("2026-06-01"))
    assert reasons("review", still) == [*counted, "standing_still"]
    assert str(clocks.why(rule("review"), still)[-1]) == "It has stood still since 2026-06-01."
    resumed = clocks.resume(rule("review"), still, day("2026-06-11"))
    assert reasons("review", resumed) == [*counted, "suspended"]
    assert str(clocks.why(rule("review"), resumed)[-1]) == (
        "It stood still for 10 days in all, which were added: it ends on 2026-08-03."
    )
    assert reasons("quiet", started("quiet", "2026-01-15")) == ["event_not_counted", "same_date", "rest_days_count"]


def test_a_clock_until_a_date_names_the_field_and_the_date_that_was_given() -> None:
    clock = clocks.suspend(started("reply", "2026-06-01", "2026-06-25"), day("2026-06-10"))
    why = clocks.why(rule("reply"), clocks.resume(rule("reply"), clock, day("2026-06-12")))
    assert [str(reason) for reason in why] == [
        "It ends on the very day that the case names (reply_by): 2026-06-25.",
        "It stood still for 2 days in all, which were added: it ends on 2026-06-27.",
    ]


def test_a_repeated_clock_explains_the_period_that_it_was_last_counted_by() -> None:
    monthly = replace(rule("quiet"), repeats=Period(1, Unit.MONTHS))
    clock, _ = swept(monthly, started("quiet", "2026-01-15"), day("2026-04-16"))
    assert clock.due_on == day("2026-05-15")
    assert dict(clocks.why(monthly, clock)[1].values)["period"] == "P1M"


def test_a_date_counted_by_another_version_of_the_calendar_says_so() -> None:
    older = replace(started("review", "2026-05-21"), calendar_version=7)
    assert str(clocks.why(rule("review"), older)[-1]) == (
        "It was computed with version 7 of the calendar BE; now version 1 stands."
    )
