"""The consequences of a move: the effects that the store carries out, and the event that is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.builders import (
    AGREED,
    OTHER_CASE,
    TODAY,
    a_case,
    a_clock,
    a_consultation,
    a_request,
    an_instrument,
    facts,
)
from workflows import effects
from workflows.advance import Step, advance
from workflows.case import Case
from workflows.consequences import first_told, summed_up, tells_of, waiting_after
from workflows.consultation import finding
from workflows.decision_rule import Outcome
from workflows.events import EventKind, Tell
from workflows.facts import Facts
from workflows.fields import VOTERS

CONSULT = {"question": "Do you agree?", "closing_on": "2026-04-01", "invited": ["BE-WAL"]}
ADOPT: dict[str, Any] = {
    "adopted_on": "2026-03-02",
    "in_force": {"how": "on_date", "on": "2026-07-01"},
    "measures": [{"country": voter, "title": "Change the decree", "due_on": "2026-06-30"} for voter in VOTERS],
}


def moved(case: Case, move: str, by: str, known: Facts | None = None, **request: Any) -> Step:
    return advance(case, known or facts(), a_request(move, by, **request))


def test_what_an_adoption_sets_off() -> None:
    vote = a_consultation("committee", AGREED)
    known = facts(consultation=vote, instrument=an_instrument(frozen=True), clocks=(a_clock("vote"),))
    data = {**ADOPT, "evaluate_on": "2028-01-31"}
    case = a_case("adoption")
    step = moved(case, "adopt", "secretary_general", known, data=data)
    assert step.effects[:5] == (
        effects.CloseConsultation(
            consultation=vote.id, finding=finding(replace(vote, open=False), case.procedure.rules["unanimity"])
        ),
        effects.AdoptInstrument(
            series="M", adopted_on=TODAY, in_force=ADOPT["in_force"], evaluate_on=date(2028, 1, 31)
        ),
        *(effects.AddMeasure(country=v, title="Change the decree", due_on=date(2026, 6, 30)) for v in VOTERS),
    )
    kept = [(effect.clock.name, effect.change) for effect in step.effects[5:] if isinstance(effect, effects.KeepClock)]
    assert kept == [("vote", "meets"), ("evaluation", "starts"), ("quiet", "starts")]
    assert step.events[0].facts["consultation"] == vote.id


def test_what_a_consultation_sets_off() -> None:
    known = facts(analyses=frozenset(VOTERS), rounds={"delegations": 1})
    step = moved(a_case("exploration"), "open_consultation", "secretary", known, data=CONSULT)
    assert step.effects[0] == effects.OpenConsultation(
        name="delegations",
        round=2,
        by="delegate",
        rule="unanimity",
        question="Do you agree?",
        closing_on=date(2026, 4, 1),
        voters=VOTERS,
        advisers=("BE-WAL",),
    )


def test_a_voter_who_is_invited_by_name_is_no_adviser() -> None:
    known = facts(analyses=frozenset(VOTERS))
    data = {**CONSULT, "invited": ["NL", "DE-NW"]}
    (opened, *_) = moved(a_case("exploration"), "open_consultation", "secretary", known, data=data).effects
    assert isinstance(opened, effects.OpenConsultation)
    assert opened.advisers == ("DE-NW",)


def test_what_becomes_of_an_open_consultation() -> None:
    consultation = a_consultation()
    known = facts(consultation=consultation)
    case = a_case("consultation")
    extended = moved(case, "extend_consultation", "secretary", known, data={"closing_on": "2026-05-01"}, reason="x")
    assert extended.effects[0] == effects.ExtendConsultation(consultation=consultation.id, closing_on=date(2026, 5, 1))
    cancelled = moved(case, "cancel_consultation", "secretary", known, reason="x")
    assert cancelled.effects[0] == effects.CancelConsultation(consultation=consultation.id)
    known = facts(consultation=a_consultation(positions={**AGREED, "LU": "reservation"}))
    (closed, *_) = moved(case, "close_consultation", "secretary", known).effects
    assert isinstance(closed, effects.CloseConsultation)
    assert (closed.finding.outcome, closed.finding.blocked_by) == (Outcome.NOT_ADOPTED, ("LU",))


@pytest.mark.parametrize("stage", ["drafting", "adoption"])
def test_an_ending_cancels_whatever_is_open_and_says_so_only_then(stage: str) -> None:
    open_one = a_consultation("committee") if stage == "adoption" else None
    step = moved(
        a_case(stage), "conclude_without_agreement", "secretary_general", facts(consultation=open_one), reason="x"
    )
    cancelled = [effect for effect in step.effects if isinstance(effect, effects.CancelConsultation)]
    assert len(cancelled) == (1 if open_one else 0)


def test_what_becomes_of_the_texts() -> None:
    known = facts(instrument=an_instrument(), agreement=Outcome.ADOPTED)
    data = {"kind": "recommendation"}
    chosen = moved(a_case("common_position"), "choose_instrument", "secretary_general", known, data=data)
    assert chosen.effects[:2] == (
        effects.UnfreezeTexts(),
        effects.DraftInstrument(kind="recommendation", council_on=None),
    )
    assert moved(a_case("drafting"), "submit_to_council", "secretary", known).effects[0] == effects.FreezeTexts()
    tabled = moved(
        a_case("council"),
        "table",
        "secretary_general",
        facts(instrument=an_instrument(frozen=True)),
        data={"meeting_on": "2026-03-20", "council_opinion": "In favour."},
    )
    assert effects.RecordOpinion(opinion="In favour.") in tabled.effects
    first = moved(
        a_case("council"), "choose_instrument", "secretary_general", data={**data, "council_on": "2026-03-01"}
    )
    assert first.effects[0] == effects.DraftInstrument(kind="recommendation", council_on=date(2026, 3, 1))


def test_a_duplicate_is_linked_and_its_filer_follows_the_original() -> None:
    data = {"original": "OBS-2026-0002"}
    step = moved(a_case("submitted"), "mark_duplicate", "intake", data=data, reason="The same.")
    assert step.effects[:2] == (
        effects.Link(kind="duplicate_of", to=OTHER_CASE),
        effects.Follow(case=OTHER_CASE, person="person-filer"),
    )


def test_follow_ups_become_cases_and_intake_hears_of_them() -> None:
    wanted = {"procedure": "benelux-proposal", "title": "Cargo bikes", "text": "One rule."}
    data = {"results": "A report.", "follow_ups": [wanted]}
    project = a_case("running", "benelux-project")
    step = moved(project, "complete", "secretary", data=data)
    assert step.effects == (effects.Spawn(**wanted, language="nl", countries=("BE", "NL")),)
    assert Tell(notice="waiting", roles=("intake",)) in step.events[0].tells
    without = moved(project, "complete", "secretary", data={"results": "A report."})
    assert [tell.notice for tell in without.events[0].tells] == ["ending"]
    proposed = moved(project, "propose_instrument", "secretary", data={"proposal": wanted})
    assert [type(effect) for effect in proposed.effects] == [effects.Spawn]


def test_who_waits_anyhow_and_intake_both_hear_of_follow_ups() -> None:
    wanted = {"procedure": "benelux-proposal", "title": "Cargo bikes", "text": "One rule."}
    move = replace(a_case("running", "benelux-project").procedure.moves["complete"], tells={"waiting": ("secretary",)})
    assert tells_of(move, facts(), {"follow_ups": [wanted]}) == (Tell(notice="waiting", roles=("secretary", "intake")),)


def test_that_something_is_cancelled_is_told_only_where_it_was_open() -> None:
    move = a_case("adoption").procedure.moves["return_to_drafting"]
    open_one = facts(consultation=a_consultation("committee"))
    assert {tell.notice for tell in tells_of(move, open_one, {})} == {"waiting", "cancelled", "progress"}
    assert {tell.notice for tell in tells_of(move, facts(), {})} == {"waiting", "progress"}


def test_the_committee_is_asked_until_the_day_of_its_meeting() -> None:
    known = facts(instrument=an_instrument(frozen=True))
    step = moved(a_case("council"), "table", "secretary_general", known, data={"meeting_on": "2026-03-20"})
    (opened,) = (effect for effect in step.effects if isinstance(effect, effects.OpenConsultation))
    assert (opened.closing_on, opened.round, opened.advisers) == (date(2026, 3, 20), 1, ())


def test_a_move_within_an_ending_that_answers_nothing_leaves_the_review_waiting() -> None:
    case = a_case("written_off", waiting_for="secretary_general")
    move = replace(case.procedure.moves["uphold"], meets=())
    assert waiting_after(case, facts(), move, "written_off", {}) == "secretary_general"
    assert waiting_after(case, facts(), case.procedure.moves["uphold"], "written_off", {}) is None


def test_before_its_data_is_known_a_move_may_be_going_to_give_countries_something_to_do() -> None:
    case = a_case("resolved", anchor="implementation")
    moves = case.procedure.moves
    assert waiting_after(case, facts(), moves["adopt"], "implementation", None) is None
    assert waiting_after(case, facts(), moves["reopen"], "implementation", None) == "secretary"
    asking = replace(moves["reopen"], asks=moves["register"].asks)
    assert waiting_after(case, facts(), asking, "implementation", None) == "secretary"


def test_nobody_is_waited_for_where_nobody_is_told() -> None:
    assert first_told({}) is first_told({"waiting": ()}) is None
    assert first_told({"progress": (), "waiting": ("secretary", "intake")}) == "secretary"


@pytest.mark.parametrize(
    ("before", "after", "move", "told"),
    [
        ("draft", "submitted", "submit", "filed"),
        ("submitted", "admissibility", "register", "advanced"),
        ("adoption", "implementation", "adopt", "adopted"),
        ("exploration", "written_off", "write_off", "ended"),
        ("consultation", "consultation", "extend_consultation", None),
        ("written_off", "written_off", "ask_review", None),
        ("written_off", "exploration", "reopen", "advanced"),
    ],
)
def test_what_a_move_is_to_a_digest(before: str, after: str, move: str, told: str | None) -> None:
    assert summed_up(a_case(before), a_case(after), move) == told


def test_the_first_move_asks_for_a_number() -> None:
    step = moved(a_case("draft"), "submit", "filer")
    assert step.effects[0] == effects.IssueReference(prefix="OBS", year=2026)
    new_year = a_request("submit", "filer", on=date(2025, 12, 31), now=datetime(2026, 1, 1, 9, tzinfo=UTC))
    assert advance(a_case("draft"), facts(), new_year).effects[0] == effects.IssueReference(prefix="OBS", year=2025)


def test_the_event_keeps_codes_in_its_body_and_free_words_apart() -> None:
    data = {"original": "OBS-2026-0002"}
    (event,) = moved(a_case(), "mark_duplicate", "secretary", data=data, reason="The same bridge.").events
    assert event.kind is EventKind.CASE_MOVED
    assert {key: event.facts[key] for key in ("move", "from", "to", "on", "actor", "on_behalf_of", "data")} == {
        "move": "mark_duplicate",
        "from": "admissibility",
        "to": "duplicate",
        "on": "2026-03-02",
        "actor": "person-secretary",
        "on_behalf_of": "NL-MIN-IENW",
        "data": data,
    }
    assert event.private == {"actor": "Sanne de Wit", "reason": "The same bridge."}
    (first,) = moved(a_case("draft"), "submit", "filer").events
    assert (first.facts["procedure"], first.facts["procedure_version"]) == ("benelux-obstacle", 1)
    assert first.private["filed"]["content"]["situation"].startswith("A school bus")
    assert first.facts["filed"] == {"organisation": "NL-GM0980", "theme": None, "countries": ["BE", "NL"]}
