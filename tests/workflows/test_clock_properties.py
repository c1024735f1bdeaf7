"""Clocks: what holds on every day of every year."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.clock_rules import rule, swept
from workflows import clock as clocks
from workflows.clock import ClockState

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
