"""Guards: each condition both ways, and what is missing when it is not met."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.builders import (
    AGREED,
    CRITERIA,
    TODAY,
    a_case,
    a_clock,
    a_consultation,
    an_instrument,
    facts,
    measures,
)
from workflows.case import Case
from workflows.decision_rule import Outcome
from workflows.facts import Facts, Need, Text
from workflows.fields import VOTERS
from workflows.guards import GUARDS, Answer, Question

OPEN: Answer = None
TOMORROW = date(2026, 3, 3)


def asked(
    guard: str,
    case: Case | None = None,
    known: Facts | None = None,
    data: dict[str, Any] | None = None,
    today: date = TODAY,
) -> Answer:
    return GUARDS[guard].check(Question(case=case or a_case(), facts=known or facts(), data=data, today=today))


def test_a_form_is_complete_with_every_field_that_is_not_optional() -> None:
    draft = a_case("draft")
    assert asked("form_complete", draft) is OPEN
    empty = replace(draft, title="", organisation="", countries=(), content={"situation": ""})
    assert asked("form_complete", empty) == (
        "title",
        "organisation",
        "countries",
        "content.situation",
        "content.who_is_hindered",
    )


def test_the_reply_date_has_passed_on_the_day_after() -> None:
    case = a_case("information_requested", reply_by=TODAY)
    assert asked("reply_date_passed", case) == ("reply_by",)
    assert asked("reply_date_passed", case, today=TOMORROW) is OPEN
    assert asked("reply_date_passed", a_case("information_requested")) == ("reply_by",)


def test_every_criterion_must_be_met_in_this_request() -> None:
    failing = {**CRITERIA, "no_court_case_pending": {"met": False, "reason": "One is."}}
    assert asked("all_criteria_met", data={"criteria": CRITERIA}) is OPEN
    assert asked("all_criteria_met", data={"criteria": failing}) == ("no_court_case_pending",)
    assert asked("all_criteria_met") is OPEN  # nothing is given yet


def test_each_voter_needs_a_finding_whatever_the_countries_of_the_case() -> None:
    case = a_case("exploration", countries=("BE",))
    assert asked("analysis_per_voter", case, facts(analyses=frozenset({"BE", "DE"}))) == ("LU", "NL")
    assert asked("analysis_per_voter", case, facts(analyses=frozenset(VOTERS))) is OPEN


def test_a_round_is_over_when_every_voter_has_spoken_or_the_day_has_passed() -> None:
    case = a_case("consultation")
    spoken = a_consultation(positions={"BE": "agree", "LU": "withdrawn"}, advisers=("BE-WAL",), closing_on=TODAY)
    assert asked("all_answered_or_date_passed", case, facts(consultation=spoken)) == ("LU", "NL")
    assert asked("all_answered_or_date_passed", case, facts(consultation=spoken), today=TOMORROW) is OPEN
    assert asked("all_answered_or_date_passed", case, facts(consultation=a_consultation(positions=AGREED))) is OPEN
    assert asked("all_answered_or_date_passed", case) == ()


def test_an_extension_must_lead_further() -> None:
    case, known = a_case("consultation"), facts(consultation=a_consultation(closing_on=date(2026, 4, 1)))
    assert asked("closing_later", case, known, {"closing_on": "2026-04-02"}) is OPEN
    assert asked("closing_later", case, known, {"closing_on": "2026-04-01"}) == ("closing_on",)
    assert asked("closing_later", case, known) is OPEN
    assert asked("closing_later", case) == ()
    assert (
        asked("closing_later", case, facts(consultation=a_consultation(closing_on=None)), {"closing_on": "x"}) is OPEN
    )


@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_agreement_is_that_of_the_last_closed_round(outcome: Outcome | None) -> None:
    expected = OPEN if outcome is Outcome.ADOPTED else ()
    assert asked("agreement_reached", a_case("common_position"), facts(agreement=outcome), {}) == expected


def test_before_the_council_agreement_is_also_its_day() -> None:
    council = a_case("council")
    assert asked("agreement_reached", council, data={}) == ("council_on",)
    assert asked("agreement_reached", council, data={"council_on": "2026-03-01"}) is OPEN
    assert asked("agreement_reached", council) is OPEN
    assert asked("agreement_reached", a_case("common_position"), data={"council_on": "2026-03-01"}) == ()


def test_both_official_texts_must_be_final_and_say_something() -> None:
    drafting = a_case("drafting")
    assert asked("texts_final_nl_fr", drafting, facts(instrument=an_instrument())) is OPEN
    assert asked("texts_final_nl_fr", drafting) == ("nl", "fr")
    texts = {
        "nl": Text(articles=(), final=True),
        "fr": Text(articles=("1",), final=False),
        "de": Text(articles=("1",), final=True),
    }
    assert asked("texts_final_nl_fr", drafting, facts(instrument=an_instrument(texts=texts))) == ("nl", "fr")
    other = {"nl": Text(articles=("1",), final=True), "fr": Text(articles=("1", "2"), final=True)}
    assert asked("texts_final_nl_fr", drafting, facts(instrument=an_instrument(texts=other))) is OPEN  # only a warning


def test_texts_are_frozen_or_not_and_an_instrument_is_there_or_not() -> None:
    assert asked("texts_frozen") == ()
    assert asked("texts_frozen", known=facts(instrument=an_instrument())) == ()
    assert asked("texts_frozen", known=facts(instrument=an_instrument(frozen=True))) is OPEN
    assert asked("has_instrument") == ()
    assert asked("has_instrument", known=facts(instrument=an_instrument())) is OPEN


def test_the_vote_must_adopt_as_it_stands_now() -> None:
    def vote(**positions: str) -> Answer:
        known = facts(consultation=a_consultation("committee", positions))
        return asked("vote_adopted", a_case("adoption"), known)

    assert vote(BE="agree", LU="abstain", NL="agree_with_comment") is OPEN
    assert vote(BE="agree", LU="object") == ("LU", "NL")
    assert vote(BE="agree", LU="agree", NL="reservation") == ("NL",)
    assert vote(BE="abstain", LU="abstain", NL="abstain") == ()  # undecided: nobody blocks and nobody is silent
    assert asked("vote_adopted", a_case("adoption")) == ()
    delegations = facts(consultation=a_consultation("delegations", AGREED))
    assert asked("vote_adopted", a_case("adoption"), delegations) == ()


def test_a_publication_is_a_journal_and_a_day() -> None:
    published = an_instrument(journal="2026-2", published_on=TODAY)
    assert asked("published", known=facts(instrument=published)) is OPEN
    assert asked("published", known=facts(instrument=replace(published, published_on=None))) == ("publish",)
    assert asked("published") == ("publish",)


def test_no_evaluation_is_planned_without_a_date() -> None:
    assert asked("no_evaluation_planned", known=facts(instrument=an_instrument())) is OPEN
    planned = an_instrument(evaluate_on=TOMORROW)
    assert asked("no_evaluation_planned", known=facts(instrument=planned)) == ("evaluate_on",)


DONE = [
    ("decision", {"BE": "in_force", "LU": "not_needed"}, OPEN),
    ("decision", {"BE": "adopted", "LU": "planned", "NL": "in_force"}, ("BE", "LU")),
    ("decision", {"BE": "declined"}, ("BE",)),
    ("recommendation", {"BE": "adopted", "LU": "declined", "NL": "in_force"}, OPEN),
    ("recommendation", {"BE": "planned"}, ("BE",)),
    ("recommendation", {"LU": "not_needed"}, OPEN),
    ("decision", {}, OPEN),
    ("recommendation", {}, OPEN),
]


@pytest.mark.parametrize(("kind", "states", "expected"), DONE)
def test_measures_are_done(kind: str, states: dict[str, str], expected: Answer) -> None:
    known = facts(instrument=an_instrument(kind), measures=measures(**states))
    assert asked("measures_done", known=known) == expected
    assert asked("measures_done_or_evaluation_due", known=known) == expected


def test_an_evaluation_that_is_due_does_not_wait_for_measures() -> None:
    known = facts(instrument=an_instrument(evaluate_on=TODAY), measures=measures(BE="planned"))
    assert asked("measures_done_or_evaluation_due", known=known) is OPEN
    assert asked("measures_done", known=known) == ("BE",)
    known = facts(instrument=an_instrument(evaluate_on=TOMORROW), measures=measures(BE="planned"))
    assert asked("measures_done_or_evaluation_due", known=known) == ("BE",)


@pytest.mark.parametrize(("state", "runs"), [("running", True), ("missed", True), ("met", False), ("stopped", False)])
def test_a_review_is_asked_while_its_clock_runs(state: str, runs: bool) -> None:
    known = facts(clocks=(a_clock("review", state),))
    assert asked("review_asked", known=known) == (OPEN if runs else ())
    assert asked("no_review_open", known=known) == (() if runs else OPEN)


def test_a_review_that_nobody_asked_for_is_not_open() -> None:
    assert asked("review_asked") == ()
    assert asked("no_review_open") is OPEN


def test_a_guard_names_the_facts_that_it_looks_at() -> None:
    looks_at = {name: set(guard.needs) for name, guard in GUARDS.items() if guard.needs}
    assert looks_at["measures_done"] == {Need.INSTRUMENT, Need.MEASURES}
    assert looks_at["vote_adopted"] == {Need.CONSULTATION}
    assert looks_at["agreement_reached"] == {Need.AGREEMENT}
    assert "review_asked" not in looks_at  # clocks are always there
