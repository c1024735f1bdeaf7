"""Guards: the conditions of moves, in the words of the procedures. Found by name when a procedure is loaded.

A guard looks at the case, the facts and the request's data and says what is missing (an empty tuple: a condition
that names nothing is not met), or None when the move is open. Before the data is given, `data` is None, and a guard
that depends on it says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.case import Case
from workflows.clock import ClockState
from workflows.consultation import all_voters_answered, finding
from workflows.decision_rule import Outcome
from workflows.facts import Facts, Need
from workflows.fields import VOTERS

RECOMMENDATION = "recommendation"
OFFICIAL = ("nl", "fr")
"""The languages in which an instrument is authentic (treaty 2008: Dutch and French)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a guard is asked about."""

    case: Case
    facts: Facts
    data: Mapping[str, Any] | None
    today: date


Answer = tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition, the facts that it looks at, and the act that brings it about, where one does."""

    check: Callable[[Question], Answer]
    needs: frozenset[Need] = frozenset()
    act: str | None = None


def form_complete(asked: Question) -> Answer:
    """Title, organisation, at least one country, every field of the form that is not optional."""
    case = asked.case
    missing = [name for name in ("title", "organisation", "countries") if not getattr(case, name)]
    form = case.procedure.forms[case.procedure.form]
    missing += [
        f"content.{field.name}"
        for field in form
        if not field.optional and case.content.get(field.name) in (None, "", [])
    ]
    return tuple(missing) or None


def reply_date_passed(asked: Question) -> Answer:
    """Today is after the day by which the last request asked for a reply."""
    reply_by = asked.case.reply_by
    return None if reply_by is not None and asked.today > reply_by else ("reply_by",)


def all_criteria_met(asked: Question) -> Answer:
    """Every criterion of the checklist is met, in this very request."""
    if asked.data is None:
        return None
    failing = [name for name, answer in asked.data["criteria"].items() if not answer["met"]]
    return tuple(failing) or None


def analysis_per_voter(asked: Question) -> Answer:
    """A finding stands for each of the three Parties, whatever the countries of the case."""
    return tuple(country for country in VOTERS if country not in asked.facts.analyses) or None


def all_answered_or_date_passed(asked: Question) -> Answer:
    """Every voter has a position that is not withdrawn, or the closing date has passed."""
    consultation = asked.facts.consultation
    if consultation is None:
        return ()
    passed = consultation.closing_on is not None and asked.today > consultation.closing_on
    if passed or all_voters_answered(consultation):
        return None
    return tuple(voter for voter in consultation.voters if voter not in consultation.votes())


def closing_later(asked: Question) -> Answer:
    """The new closing date lies after the present one."""
    consultation = asked.facts.consultation
    if consultation is None:
        return ()
    if asked.data is None or consultation.closing_on is None:
        return None
    return None if date.fromisoformat(asked.data["closing_on"]) > consultation.closing_on else ("closing_on",)


def agreement_reached(asked: Question) -> Answer:
    """The last closed round of the delegations adopted; before the Council, also when the Council's day is given."""
    if asked.facts.agreement is Outcome.ADOPTED:
        return None
    if asked.case.stage == "council" and (asked.data is None or asked.data.get("council_on")):
        return None
    return ("council_on",) if asked.case.stage == "council" else ()


def texts_final_nl_fr(asked: Question) -> Answer:
    """The Dutch and the French text both stand, each with an article, both final."""
    texts = asked.facts.instrument.texts if asked.facts.instrument else {}
    missing = [language for language in OFFICIAL if language not in texts or not _ready(texts[language])]
    return tuple(missing) or None


def _ready(text: Any) -> bool:
    return bool(text.articles) and bool(text.final)


def texts_frozen(asked: Question) -> Answer:
    """The texts of the instrument are fixed by their hash."""
    instrument = asked.facts.instrument
    return None if instrument is not None and instrument.frozen else ()


def has_instrument(asked: Question) -> Answer:
    """The case has an instrument."""
    return None if asked.facts.instrument is not None else ()


def vote_adopted(asked: Question) -> Answer:
    """The vote of the Committee, as it stands now, adopts (treaty 2008, art. 8)."""
    consultation = asked.facts.consultation
    if consultation is None or consultation.name != "committee":
        return ()
    rule = asked.case.procedure.rules[asked.case.procedure.consultations[consultation.name].rule]
    found = finding(consultation, rule)
    if found.outcome is Outcome.ADOPTED:
        return None
    return (*found.blocked_by, *found.silent)


def published(asked: Question) -> Answer:
    """Journal and date of publication are recorded (treaty 2008, art. 23)."""
    instrument = asked.facts.instrument
    return None if instrument is not None and instrument.journal and instrument.published_on else ("publish",)


def no_evaluation_planned(asked: Question) -> Answer:
    """No date of evaluation was set at the adoption."""
    instrument = asked.facts.instrument
    return ("evaluate_on",) if instrument is not None and instrument.evaluate_on else None


def measures_done(asked: Question) -> Answer:
    """A decision: every measure in force or not needed. A recommendation: none still planned. None at all: open."""
    instrument = asked.facts.instrument
    voluntary = instrument is not None and instrument.kind == RECOMMENDATION
    done = {"adopted", "in_force", "not_needed", "declined"} if voluntary else {"in_force", "not_needed"}
    open_in = {measure.country: None for measure in asked.facts.measures if measure.state not in done}
    return tuple(open_in) or None


def measures_done_or_evaluation_due(asked: Question) -> Answer:
    """The measures are done, or the day of the evaluation has come."""
    instrument = asked.facts.instrument
    if instrument is not None and instrument.evaluate_on is not None and instrument.evaluate_on <= asked.today:
        return None
    return measures_done(asked)


def review_asked(asked: Question) -> Answer:
    """A review was asked for and not yet answered: its clock runs."""
    return None if _review_runs(asked.facts) else ()


def no_review_open(asked: Question) -> Answer:
    """No review is under way."""
    return () if _review_runs(asked.facts) else None


def _review_runs(facts: Facts) -> bool:
    clock = facts.clock("review")
    return clock is not None and clock.state in {ClockState.RUNNING, ClockState.MISSED}


_CONSULTATION = frozenset({Need.CONSULTATION})
_INSTRUMENT = frozenset({Need.INSTRUMENT})
_MEASURES = frozenset({Need.INSTRUMENT, Need.MEASURES})

GUARDS: Mapping[str, Guard] = {
    "form_complete": Guard(form_complete),
    "reply_date_passed": Guard(reply_date_passed),
    "all_criteria_met": Guard(all_criteria_met),
    "analysis_per_voter": Guard(analysis_per_voter, frozenset({Need.ANALYSES}), act="analyse"),
    "all_answered_or_date_passed": Guard(all_answered_or_date_passed, _CONSULTATION, act="give_position"),
    "closing_later": Guard(closing_later, _CONSULTATION),
    "agreement_reached": Guard(agreement_reached, frozenset({Need.AGREEMENT})),
    "texts_final_nl_fr": Guard(texts_final_nl_fr, _INSTRUMENT, act="write_text"),
    "texts_frozen": Guard(texts_frozen, _INSTRUMENT),
    "has_instrument": Guard(has_instrument, _INSTRUMENT),
    "vote_adopted": Guard(vote_adopted, _CONSULTATION, act="give_position"),
    "published": Guard(published, _INSTRUMENT, act="publish"),
    "no_evaluation_planned": Guard(no_evaluation_planned, _INSTRUMENT),
    "measures_done": Guard(measures_done, _MEASURES, act="record_measure"),
    "measures_done_or_evaluation_due": Guard(measures_done_or_evaluation_due, _MEASURES, act="record_measure"),
    "review_asked": Guard(review_asked),
    "no_review_open": Guard(no_review_open),
}
"""Every guard that a procedure may name."""
