"""Simulate: made-up cases walk through every procedure, and after each step everything holds that must hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflows import fields, shelf
from workflows.advance import Request, advance
from workflows.case_clocks import written
from workflows.errors import Refused
from workflows.events import canonical, replay
from workflows.facts import Facts
from workflows.fields import Surroundings, faults_of, misfits, parse_field, schema_of, validator
from workflows.proofs.made_up import KNOWN, Wanted, answers, somebody
from workflows.proofs.simulate import FIRST_DAY, Stride, simulate
from workflows.proofs.world import FOLLOW_UPS

NAMES = shelf.names()
SEEDS = range(67)  # of each procedure: 201 walks
STEPS = 40
AFTER_THE_END = {"ask_review"}
"""What may start a clock on a case that has ended."""


@cache
def walk(name: str, seed: int) -> tuple[Stride, ...]:
    return simulate(shelf.newest(name), seed, STEPS, reopens=True)


def walks(name: str) -> Iterator[tuple[Stride, ...]]:
    return (walk(name, seed) for seed in SEEDS)


@pytest.mark.parametrize("name", NAMES)
def test_every_walk_ends(name: str) -> None:
    for strides in walks(name):
        assert strides[-1].case.ended
        assert strides[-1].case.ending is not None


@pytest.mark.parametrize("name", NAMES)
def test_every_move_is_made_by_somebody(name: str) -> None:
    assert {stride.move for strides in walks(name) for stride in strides} == set(shelf.newest(name).moves)


@pytest.mark.parametrize("name", NAMES)
def test_no_clock_runs_after_an_ending_but_that_of_a_review(name: str) -> None:
    for strides in walks(name):
        for stride in strides:
            if stride.case.ended:
                running = {clock.name for clock in stride.running}
                assert running == ({"review"} if stride.move in AFTER_THE_END else set()), str(stride)


@pytest.mark.parametrize("name", NAMES)
def test_after_a_reopening_only_the_quiet_clock_runs(name: str) -> None:
    quiet = {"quiet"} & set(shelf.newest(name).clocks)
    for strides in walks(name):
        for stride in strides:
            if stride.move == "reopen":
                assert {clock.name for clock in stride.running} == quiet, str(stride)


@pytest.mark.parametrize("name", NAMES)
def test_an_open_case_always_waits_for_somebody_who_exists(name: str) -> None:
    for strides in walks(name):
        for stride in strides:
            roles = stride.case.procedure.roles
            if stride.case.ended:
                reviewed = "secretary_general" if "review" in {clock.name for clock in stride.running} else None
                assert stride.waits_for == reviewed, str(stride)
            else:
                assert stride.waits_for in roles, str(stride)


@pytest.mark.parametrize("name", NAMES)
def test_each_step_raises_the_version_by_one(name: str) -> None:
    for strides in walks(name):
        assert [stride.case.version for stride in strides] == list(range(2, len(strides) + 2))


@pytest.mark.parametrize("name", NAMES)
def test_time_goes_forward(name: str) -> None:
    for strides in walks(name):
        days = [stride.on for stride in strides]
        assert days == sorted(days)
        assert [stride.case.last_on for stride in strides] == days


@pytest.mark.parametrize("name", NAMES)
def test_stage_anchor_and_clocks_can_be_recomputed_from_the_events(name: str) -> None:
    for strides in walks(name):
        bodies: list[Any] = []
        for stride in strides:
            bodies += [event.facts for event in stride.events]
            again = replay(bodies)
            assert (again.stage, again.anchor) == (stride.case.stage, stride.case.anchor), str(stride)
            assert again.clocks == {clock.name: written(clock) for clock in stride.clocks}, str(stride)


@pytest.mark.parametrize("name", NAMES)
def test_every_event_has_a_canonical_form(name: str) -> None:
    for strides in walks(name):
        for stride in strides:
            for event in stride.events:
                assert canonical(event.facts)
                assert canonical(event.private)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_of_questions_never_come_twice(name: str) -> None:
    for strides in walks(name):
        seen: list[int] = []
        for stride in strides:
            if stride.move == "request_information":
                seen += [question.question for question in stride.case.questions]
        assert seen == list(range(1, len(seen) + 1))


def test_clocks_ring_on_the_way() -> None:
    rung = {
        event.facts["clocks"][0]["clock"]
        for strides in walks("benelux-obstacle")
        for stride in strides
        for event in stride.events
        if event.kind == "ClockRang"
    }
    assert rung >= {"acknowledge", "admissibility", "reply", "closing", "quiet"}


def test_the_same_seed_walks_the_same_way_and_another_does_not() -> None:
    procedure = shelf.newest("benelux-obstacle")
    assert simulate(procedure, 7) == simulate(procedure, 7)
    assert [stride.move for stride in simulate(procedure, 7)] != [stride.move for stride in simulate(procedure, 8)]


def test_a_walk_stops_at_its_first_ending_unless_it_is_told_to_go_on() -> None:
    procedure = shelf.newest("benelux-project")
    for seed in range(20):
        assert [stride.case.ended for stride in simulate(procedure, seed)].count(True) == 1


def test_a_walk_without_steps_goes_straight_home() -> None:
    strides = simulate(shelf.newest("benelux-project"), 1, 0)
    assert [stride.stage for stride in strides] == ["proposed", "not_taken_up"]


def test_a_stride_is_told_in_a_line() -> None:
    first = walk("benelux-obstacle", 1)[0]
    assert str(first).startswith("  1  2026-")
    assert "submit" in str(first)
    assert "waits for intake; acknowledge 2026-" in str(first)
    assert "waits for nobody" in str(walk("benelux-project", 1)[-1])


EVERY_TYPE = tuple(
    parse_field(f"field_{number}", written)
    for number, written in enumerate(
        (
            *(kind for kind in fields.TYPES if kind not in {"choice", "checklist", "answer", "measure"}),
            "choice web post",
            "choice of admissibility",
            "list of choice of admissibility",
            "checklist of admissibility",
            "answer to questions",
            "date after today",
            "date not after today",
            "text per country",
            "measure per country",
            "optional list of follow_up",
            "list of organisation",
        )
    )
)


@pytest.mark.parametrize("binding", [True, False])
@pytest.mark.parametrize("seed", range(20))
def test_an_answer_can_be_made_up_for_every_type(seed: int, binding: bool) -> None:
    checklists = shelf.newest("benelux-obstacle").checklists
    wanted = Wanted(today=FIRST_DAY, questions=(3, 4), binding=binding, follow_ups=FOLLOW_UPS)
    data = answers(EVERY_TYPE, checklists, wanted, Random(seed))
    assert faults_of(validator(schema_of(EVERY_TYPE, checklists)), data) == ()
    around = Surroundings(
        today=FIRST_DAY, known=KNOWN, questions=(3, 4), binding=binding, case="c", follow_ups=FOLLOW_UPS
    )
    assert list(misfits(EVERY_TYPE, data, around)) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
    | st.dates().map(str) | st.sampled_from(["BE", "0000-01-01", "9999-12-31", "\0", "\ud800", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_is_sent_is_done_or_refused(data: st.DataObject) -> None:
    """Never an error of another kind: valid answers with one of them replaced by anything, at any place of a walk."""
    name = data.draw(st.sampled_from(NAMES))
    stride = data.draw(st.sampled_from(walk(name, data.draw(st.sampled_from(SEEDS)))))
    case = stride.case
    here = [move for move in case.procedure.moves.values() if case.stage in move.sources]
    move = data.draw(st.sampled_from(here))
    actor = next(filter(None, (somebody(case, word) for word in move.by)))
    sent = answers(move.asks, case.procedure.checklists, Wanted(today=stride.on, follow_ups=FOLLOW_UPS), Random(1))
    if sent:
        sent[data.draw(st.sampled_from([*sent, "other"]))] = data.draw(JSON)
    request = Request(
        move=move.name,
        actor=actor,
        data=sent,
        reason=data.draw(st.none() | st.text(max_size=5)),
        on=data.draw(st.none() | st.dates()),
        now=datetime.combine(stride.on, time(9), UTC),
    )
    try:
        step = advance(case, Facts(clocks=stride.clocks, known=KNOWN, follow_ups=FOLLOW_UPS), request)
    except Refused:
        return
    for event in step.events:
        assert canonical(event.facts)
        assert canonical(event.private)
