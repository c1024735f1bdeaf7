"""The consequences of a move: its effects, who is told, and whom the case waits for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from workflows import effects
from workflows.case import Case
from workflows.case_clocks import ClockChange
from workflows.consultation import Consultation, finding
from workflows.effects import Effect
from workflows.events import Tell
from workflows.facts import Facts, Measure
from workflows.procedure import SAME, Move

WHICHEVER_IS_OPEN = "open"


def effects_of(
    case: Case, facts: Facts, move: Move, data: Mapping[str, Any], clocks: Iterable[ClockChange], on: date
) -> tuple[Effect, ...]:
    """Everything that the store must do for a move, in the order of doing."""
    return (*_all(case, facts, move, data, on), *(_kept(change) for change in clocks if change.clock is not None))


def _kept(change: ClockChange) -> Effect:
    assert change.clock is not None  # noqa: S101 (the caller leaves previews out; said for the type checker)
    return effects.KeepClock(clock=change.clock, change=change.change)


def _all(case: Case, facts: Facts, move: Move, data: Mapping[str, Any], on: date) -> Iterator[Effect]:
    if move.name == case.procedure.numbered_by:
        yield effects.IssueReference(prefix=case.procedure.prefix, year=on.year)
    yield from _consultations(case, facts, move, data)
    yield from _instruments(facts, move, data)
    yield from _relations(case, facts, move, data)


def _consultations(case: Case, facts: Facts, move: Move, data: Mapping[str, Any]) -> Iterator[Effect]:
    open_one = facts.consultation
    if open_one is not None and move.closes == open_one.name:
        rule = case.procedure.rules[case.procedure.consultations[open_one.name].rule]
        yield effects.CloseConsultation(consultation=open_one.id, finding=finding(closed(open_one), rule))
    elif open_one is not None and move.cancels in {open_one.name, WHICHEVER_IS_OPEN}:
        yield effects.CancelConsultation(consultation=open_one.id)
    elif open_one is not None and not move.opens and "closing_on" in data:
        yield effects.ExtendConsultation(consultation=open_one.id, closing_on=date.fromisoformat(data["closing_on"]))
    if move.opens:
        yield _opened(case, facts, move.opens, data)


def closed(consultation: Consultation) -> Consultation:
    """The same consultation, closed: nobody who is silent can speak any more."""
    return dataclasses.replace(consultation, open=False)


def _opened(case: Case, facts: Facts, name: str, data: Mapping[str, Any]) -> Effect:
    rule = case.procedure.consultations[name]
    closing_on = data.get("closing_on") or data.get("meeting_on")
    invited = data.get("invited", ()) if rule.advisers else ()
    return effects.OpenConsultation(
        name=name,
        round=facts.rounds.get(name, 0) + 1,
        by=rule.by,
        rule=rule.rule,
        question=data.get("question"),
        closing_on=date.fromisoformat(closing_on) if closing_on else None,
        voters=rule.voters,
        advisers=tuple(code for code in dict.fromkeys(invited) if code not in rule.voters),
    )


def _instruments(facts: Facts, move: Move, data: Mapping[str, Any]) -> Iterator[Effect]:
    if move.unfreezes and facts.instrument is not None:
        yield effects.UnfreezeTexts()
    if move.drafts:
        council_on = data.get("council_on")
        yield effects.DraftInstrument(
            kind=data["kind"], council_on=date.fromisoformat(council_on) if council_on else None
        )
    if move.freezes:
        yield effects.FreezeTexts()
    if data.get("council_opinion"):
        yield effects.RecordOpinion(opinion=data["council_opinion"])
    if move.numbers:
        evaluate_on = data.get("evaluate_on")
        yield effects.AdoptInstrument(
            series=move.numbers,
            adopted_on=date.fromisoformat(data["adopted_on"]),
            in_force=data["in_force"],
            evaluate_on=date.fromisoformat(evaluate_on) if evaluate_on else None,
        )
    for measure in data.get("measures", ()):
        due_on = measure.get("due_on")
        yield effects.AddMeasure(
            country=measure["country"], title=measure["title"], due_on=date.fromisoformat(due_on) if due_on else None
        )


def _relations(case: Case, facts: Facts, move: Move, data: Mapping[str, Any]) -> Iterator[Effect]:
    asked = next((field.name for field in move.asks if field.type == "case"), None)
    other = facts.known.get(("case", data[asked])) if asked in data and asked is not None else None
    if move.links and other is not None:
        yield effects.Link(kind=move.links, to=other)
    if move.follows and other is not None and case.filed_by is not None:
        yield effects.Follow(case=other, person=case.filed_by)
    if move.unlinks:
        yield effects.Unlink(kind=move.unlinks)
    for follow_up in _follow_ups(move, data):
        yield effects.Spawn(
            procedure=follow_up["procedure"],
            title=follow_up["title"],
            text=follow_up["text"],
            language=case.language,
            countries=case.countries,
        )


def _follow_ups(move: Move, data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    value = data.get(move.spawns) if move.spawns else None
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def tells_of(move: Move, facts: Facts, data: Mapping[str, Any] | None) -> tuple[Tell, ...]:
    """Who is told of a move. For what a move cancels, nobody is told when nothing was open."""
    told = dict(move.tells)
    if facts.consultation is None and "cancelled" in told:
        del told["cancelled"]
    if data is not None and _follow_ups(move, data):
        told["waiting"] = tuple(dict.fromkeys((*told.get("waiting", ()), "intake")))
    return tuple(Tell(notice=notice, roles=roles) for notice, roles in told.items())


def waiting_after(case: Case, facts: Facts, move: Move, stage: str, data: Mapping[str, Any] | None) -> str | None:
    """Whom the case waits for after a move, where that is not what the stage says."""
    if stage in case.procedure.endings:  # a review, while it runs
        started = next((case.procedure.clocks[name].of for name in move.starts), None)
        met = any(name in move.meets for name in case.procedure.clocks) or not case.ended
        return started or (None if met else case.waiting_for)
    if stage == case.stage:
        return case.waiting_for
    record = case.procedure.acts.get("record_measure")
    if record is not None and stage in record.when_all and all_done(facts.measures) and not _adds_measures(move, data):
        return first_told(record.when_all[stage])
    return None


def _adds_measures(move: Move, data: Mapping[str, Any] | None) -> bool:
    """Does the move give countries something to do? As long as its data are not known: if it asks for measures."""
    if data is None:
        return any(field.type == "measure" for field in move.asks)
    return bool(data.get("measures"))


def all_done(measures: Iterable[Measure]) -> bool:
    """Is nothing left to be done for any country?"""
    return not any(measure.open for measure in measures)


def first_told(tells: Mapping[str, tuple[str, ...]]) -> str | None:
    """The role word that must act, among those who are told that everything is in."""
    return next((roles[0] for roles in tells.values() if roles), None)


def summed_up(before: Case, after: Case, move: str) -> str | None:
    """What a move is to a digest: filed, adopted, ended or advanced; None when the case stayed where it was."""
    made = before.procedure.moves[move]
    if move == before.procedure.numbered_by:
        return "filed"
    if made.numbers:
        return "adopted"
    if after.ended and not before.ended:
        return "ended"
    return "advanced" if made.target != SAME else None
