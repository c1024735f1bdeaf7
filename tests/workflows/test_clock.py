"""Clocks: the clocks of the procedures as they run, ring, stand still and end."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows import clock as clocks
from workflows import texts
from workflows.clock import Clock, ClockKind, ClockRule, ClockState, Mark, Until
from workflows.counting import CountingRule, Period, Unit
from workflows.errors import PeriodUnknown, ProcedureFaulty

RULES = """
acknowledge: {kind: duty, of: intake, length: 5WD, rule: working-days, calendar: BE, basis: policy,
              counted_from: received_on, late: {late: [intake]}}
admissibility: {kind: target, of: secretary, length: P2M, rule: regulation-1182-71, calendar: BE, basis: policy,
                at: {80%: {nearly_late: [secretary]}}}
reply: {kind: target, of: filer, length: until reply_by, calendar: BE, basis: policy,
        before: {3WD: {reminder: [filer]}}, late: {waiting: [secretary]}}
closing: {kind: duty, of: delegate, length: until closing_on, calendar: BE, basis: policy,
          before: {10WD: {reminder: [delegate]}, 3WD: {reminder: [delegate]}}, late: {waiting: [secretary]}}
vote: {kind: duty, of: minister_office, length: until meeting_on, calendar: BE, basis: policy,
       before: {3WD: {reminder: [minister_office]}}, late: {late: [minister_office, secretary_general]}}
evaluation: {kind: target, of: secretary, length: until evaluate_on, calendar: BE, basis: policy,
             before: {30WD: {waiting: [secretary]}}}
review: {kind: duty, of: secretary_general, length: P2M, rule: regulation-1182-71, calendar: BE, basis: policy,
         late: {late: [secretary_general]}}
quiet: {kind: target, of: secretary, length: P3M, rule: calendar, basis: policy,
        restarted_by: every move of an open case, repeats: P3M, late: {still_working: [filer], waiting: [secretary]}}
pause: {kind: standstill, of: secretary, length: P3M, rule: regulation-1182-71, calendar: BE, basis: "directive"}
national_limit: {kind: duty, of: secretary, length: unknown, basis: "law: art. 10(1)"}
"""


@cache
def rule(name: str) -> ClockRule:
    return ClockRule.parse(name, texts.read(RULES, "rules.yaml")[name], "rules.yaml", f"clocks.{name}")


def day(text: str) -> date:
    return date.fromisoformat(text)


def started(name: str, on: str, until: str | None = None) -> Clock:
    clock = clocks.start(rule(name), day(on), None if until is None else day(until))
    assert clock is not None
    return clock


def said(name: str, clock: Clock) -> list[tuple[str, str]]:
    return [(mark.label, mark.on.isoformat()) for mark in clocks.marks(rule(name), clock)]


def swept(rule: ClockRule, clock: Clock, today: date) -> tuple[Clock, list[str]]:
    """What one sweep does: ring every mark that is due, in order."""
    labels = []
    for mark in clocks.ringing(rule, clock, today):
        clock = clocks.ring(rule, clock, mark, today)
        labels.append(mark.label)
    return clock, labels


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
    undated = Clock(name="national_limit", state=ClockState.RUNNING, starts_on=day("2026-05-21"), due_on=None)
    assert clocks.marks(rule("national_limit"), undated) == ()
    assert clocks.next_on(rule("national_limit"), undated) is None
    assert clocks.why(rule("national_limit"), undated) == ()


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


def test_a_rule_is_read_whole() -> None:
    assert rule("acknowledge") == ClockRule(
        name="acknowledge",
        kind=ClockKind.DUTY,
        of="intake",
        length=Period(5, Unit.WORKING_DAYS),
        rule=CountingRule.WORKING_DAYS,
        calendar="BE",
        basis="policy",
        counted_from="received_on",
        late=(("late", ("intake",)),),
    )
    closing = rule("closing")
    assert closing.length == Until("closing_on")
    assert [str(period) for period, _ in closing.before] == ["10WD", "3WD"]
    assert rule("admissibility").at == ((80, (("nearly_late", ("secretary",)),)),)
    assert (rule("quiet").restarted_by, rule("quiet").repeats) == ("every move of an open case", Period(3, Unit.MONTHS))


@pytest.mark.parametrize(
    ("name", "changes", "key", "mend"),
    [
        ("review", {"colour": "red"}, "colour", "not known"),
        ("review", {"kind": None}, "kind", "missing"),
        ("review", {"basis": None}, "basis", "missing"),
        ("review", {"kind": "wish"}, "kind", "duty, target, standstill"),
        ("review", {"of": ["secretary"]}, "of", "text"),
        ("review", {"length": "2 months"}, "length", "P10D"),
        ("review", {"length": 5}, "length", "text"),
        ("review", {"length": "until the end"}, "length", "until FIELD"),
        ("review", {"length": "PT48H"}, "length", "hour"),
        ("review", {"length": "5WD", "rule": "calendar"}, "length", "no working days"),
        ("review", {"rule": "working-days"}, "length", "5WD"),
        ("review", {"rule": None}, "rule", "missing"),
        ("review", {"rule": "roman"}, "rule", "regulation-1182-71"),
        ("reply", {"rule": "calendar"}, "rule", "leave it out"),
        ("review", {"calendar": None}, "calendar", "missing"),
        ("review", {"calendar": "DE"}, "calendar", "no calendar DE"),
        ("reply", {"calendar": None}, "before.3WD", "needs a calendar"),
        ("reply", {"before": {"PT3H": {"reminder": ["filer"]}}}, "before.PT3H", "hour"),
        ("reply", {"before": {"soon": {"reminder": ["filer"]}}}, "before.soon", "P10D"),
        ("reply", {"before": ["3WD"]}, "before", "who hears"),
        ("reply", {"repeats": "P3M"}, "repeats", "period"),
        ("quiet", {"repeats": "3WD"}, "repeats", "no working days"),
        ("quiet", {"restarted_by": "the moon"}, "restarted_by", "every move"),
        ("review", {"at": {"80": {"late": ["filer"]}}}, "at.80", "80%"),
        ("review", {"at": {"0%": {"late": ["filer"]}}}, "at.0%", "80%"),
        ("review", {"at": {"101%": {"late": ["filer"]}}}, "at.101%", "80%"),
        ("review", {"at": {"80%": ["late"]}}, "at.80%", "notices"),
        ("review", {"late": {"late": "filer"}}, "late.late", "list of roles"),
        ("review", {"late": {"late": []}}, "late.late", "list of roles"),
        ("review", {"late": ["late"]}, "late", "notices"),
    ],
)
def test_a_faulty_rule_is_told_what_to_mend(name: str, changes: dict[str, object], key: str, mend: str) -> None:
    written = texts.read(RULES, "rules.yaml")[name] | changes
    written = {each: value for each, value in written.items() if value is not None}
    with pytest.raises(ProcedureFaulty, match=mend) as faulty:
        ClockRule.parse(name, written, "rules.yaml", f"clocks.{name}")
    assert (faulty.value.name, faulty.value.path) == ("rules.yaml", f"clocks.{name}.{key}")


def test_a_rule_is_a_mapping() -> None:
    with pytest.raises(ProcedureFaulty, match="mapping"):
        ClockRule.parse("review", "P2M", "rules.yaml", "clocks.review")


days = st.dates(date(2015, 1, 1), date(2045, 12, 31))
PERIODS = ["acknowledge", "admissibility", "review", "quiet"]
steady = settings(deadline=None)  # a busy machine is not a fault of the rules


@steady
@given(name=st.sampled_from(PERIODS), on=days)
def test_a_clock_is_due_after_it_starts_and_first_speaks_then(name: str, on: date) -> None:
    clock = clocks.start(rule(name), on)
    assert clock is not None
    assert clock.due_on is not None
    assert clock.due_on > on
    spoken = [mark.on for mark in clocks.marks(rule(name), clock)]
    assert spoken == sorted(spoken)
    assert on < spoken[0] == clocks.next_on(rule(name), clock)
    assert spoken[-1] == clock.due_on + timedelta(days=1)


@steady
@given(on=days, wait=st.integers(0, 40), length=st.integers(0, 200))
def test_no_day_is_lost_by_standing_still(on: date, wait: int, length: int) -> None:
    review = rule("review")
    clock = clocks.start(review, on)
    assert clock is not None
    assert clock.due_on is not None
    still = clocks.suspend(clock, on + timedelta(days=wait))
    resumed = clocks.resume(review, still, on + timedelta(days=wait + length))
    assert resumed.due_on is not None
    assert (resumed.due_on - clock.due_on).days >= length
    assert (resumed.state, resumed.suspended_days) == (ClockState.RUNNING, length)


@steady
@given(on=days, sweeps=st.lists(st.integers(0, 500), max_size=8).map(sorted))
def test_however_often_the_sweep_comes_nothing_is_said_twice(on: date, sweeps: list[int]) -> None:
    closing = rule("closing")
    clock = clocks.start(closing, on, on + timedelta(days=90))
    assert clock is not None
    heard = []
    for after in [*sweeps, 500]:
        clock, labels = swept(closing, clock, on + timedelta(days=after))
        heard += labels
    assert heard == ["before:10WD", "before:3WD", "late"]
    assert clock.rung == tuple(heard)


@steady
@given(on=days, absence=st.integers(0, 1500))
def test_a_repeating_clock_never_rings_twice_on_one_day(on: date, absence: int) -> None:
    quiet = rule("quiet")
    clock, today = clocks.start(quiet, on), on + timedelta(days=absence)
    assert clock is not None
    clock, labels = swept(quiet, clock, today)
    assert len(labels) <= 1
    assert swept(quiet, clock, today) == (clock, [])
    assert clock.due_on is not None
    assert clock.due_on >= today


@steady
@given(on=days, after=st.integers(0, 400))
def test_ending_twice_is_ending_once(on: date, after: int) -> None:
    clock = clocks.start(rule("review"), on)
    assert clock is not None
    for end in (clocks.meet, clocks.stop):
        ended = end(clock, on + timedelta(days=after))
        assert end(ended, on + timedelta(days=after + 1)) is ended
