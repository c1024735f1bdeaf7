"""One step of a case: what is asked, whether it may be, and everything that follows from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from workflows import machine
from workflows.actor import Actor, Mandate
from workflows.case import Case, Ending, Question
from workflows.case_clocks import ClockChange, clock_changes, dated_by
from workflows.consequences import effects_of, tells_of, waiting_after
from workflows.dates import day_in_brussels
from workflows.effects import Effect
from workflows.errors import (
    CalendarUnknown,
    DataInvalid,
    Fault,
    GuardRefused,
    MoveNotOpen,
    Refused,
    RoleMissing,
    UnknownMove,
)
from workflows.events import Event, EventKind, Tell
from workflows.facts import Facts, Need
from workflows.fields import TEXT, Surroundings, Validator, faults_of, misfits, schema_of, validator
from workflows.guards import GUARDS
from workflows.guards import Question as Condition
from workflows.procedure import Move, Procedure
from workflows.standing import standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A move that somebody asks for. `on` is the day on which it happened; None is today. `now` is aware UTC."""

    move: str
    actor: Actor
    data: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    reason: str | None = None
    on: date | None = None
    now: datetime

    @property
    def today(self) -> date:
        """The day in Brussels."""
        return day_in_brussels(self.now)

    @property
    def happened_on(self) -> date:
        """The day on which it happened."""
        return self.on or self.today


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a move makes of a case: the case after it, the events to keep, and the effects to carry out."""

    case: Case
    events: tuple[Event, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a move would do, before its data is known. `refused` is why it is not open now, None when it is."""

    move: Move
    refused: Refused | None
    target: str
    waits_for: str | None
    final: bool
    clocks: tuple[ClockChange, ...]
    tells: tuple[Tell, ...]


def advance(case: Case, facts: Facts, request: Request) -> Step:
    """Make one move.

    Raises, in this order: UnknownMove, RoleMissing, MoveNotOpen, DataInvalid, GuardRefused.
    """
    move = _move(case, request.move)
    found = standing(case, request.actor, move.by)
    if found is None:
        raise RoleMissing(move.by)
    _, mandate = found
    stage = machine.target(case.procedure, case.stage, case.anchor, move.name)
    data = _checked(case, facts, move, request)
    on = request.happened_on
    clocks = _clocks(case, facts, move, stage, data, on)
    _check_guards(case, facts, move, data, request.today)
    after = _after(case, facts, move, stage, data, request)
    effects = effects_of(case, facts, move, data, clocks, on)
    event = _moved(case, after, facts, move, data, request, mandate, clocks)
    return Step(case=after, events=(event,), effects=effects)


def preview(
    case: Case,
    facts: Facts,
    move: Move,
    actor: Actor,
    today: date,
    data: Mapping[str, Any] | None = None,
    on: date | None = None,
) -> Preview | None:
    """What a move would set off; None when it does not start from this stage or is not the actor's.

    `data` and `on`, where they were checked already, tell from when and until when its clocks run.
    """
    if standing(case, actor, move.by) is None:
        return None
    try:
        stage = machine.target(case.procedure, case.stage, case.anchor, move.name)
    except MoveNotOpen:
        return None
    refused: Refused | None = None
    try:
        _check_guards(case, facts, move, None, today)
    except GuardRefused as refusal:
        refused = refusal
    ended = stage in case.procedure.endings
    return Preview(
        move=move,
        refused=refused,
        target=stage,
        waits_for=waiting_after(case, facts, move, stage, None) or case.procedure.waits_for(stage),
        final=ended and not case.ended,
        clocks=clock_changes(case, facts, move, stage, data, on or today),
        tells=tells_of(move, facts, None),
    )


def needs_of(case: Case, move: Move) -> frozenset[Need]:
    """Which facts a move needs beside the clocks."""
    needs = {need for guard in move.guards for need in GUARDS[guard].needs}
    if move.opens or move.closes or move.cancels or any(field.name == "closing_on" for field in move.asks):
        needs.add(Need.CONSULTATION)
    if move.drafts or move.numbers or move.freezes or move.unfreezes:
        needs.add(Need.INSTRUMENT)
    record = case.procedure.acts.get("record_measure")
    if record is not None and (case.ended or case.stage in record.stages):
        needs.add(Need.MEASURES)  # the date by which the case is due
    return frozenset(needs)


@lru_cache(maxsize=512)
def _validator(procedure: Procedure, move: str) -> Validator:
    return validator(schema_of(procedure.moves[move].asks, procedure.checklists))


_REASON = validator(TEXT)


def _move(case: Case, name: str) -> Move:
    try:
        return case.procedure.moves[name]
    except KeyError:
        raise UnknownMove(name) from None


def _checked(case: Case, facts: Facts, move: Move, request: Request) -> dict[str, Any]:
    """The request's data without its nulls. Raises DataInvalid with everything that is wrong."""
    faults = list(faults_of(_validator(case.procedure, move.name), dict(request.data), "/data"))
    if not faults:
        instrument = facts.instrument
        around = Surroundings(
            today=request.today,
            known=facts.known,
            questions=tuple(question.question for question in case.questions),
            binding=instrument is not None and instrument.kind == "decision",
            case=case.id,
            follow_ups=facts.follow_ups,
        )
        faults += misfits(move.asks, request.data, around, "/data")
    if request.reason is not None:
        faults += faults_of(_REASON, request.reason, "/reason")
    elif move.reason_required:
        faults.append(Fault("/reason", "missing"))
    faults += _faults_of_day(case, request)
    if faults:
        raise DataInvalid(faults)
    return {key: value for key, value in request.data.items() if value is not None}


def _faults_of_day(case: Case, request: Request) -> list[Fault]:
    """`on` lies not after today and not before the day of the last move."""
    if request.on is None:
        return []
    if request.on > request.today:
        return [Fault("/on", "must_not_lie_after_today")]
    if case.last_on is not None and request.on < case.last_on:
        return [Fault("/on", "before_the_last_move", (("value", case.last_on.isoformat()),))]
    return []


def _clocks(
    case: Case, facts: Facts, move: Move, stage: str, data: Mapping[str, Any], on: date
) -> tuple[ClockChange, ...]:
    """What becomes of the clocks. Raises DataInvalid at the field with a day that no calendar knows."""
    try:
        return clock_changes(case, facts, move, stage, data, on)
    except CalendarUnknown as unknown:
        fields = (dated_by(case.procedure.clocks[name]) for name in move.starts)
        given = next((f"/data/{field}" for field in fields if field in data), "/on")
        raise DataInvalid([Fault(given, "date_out_of_calendar", (("value", unknown.day),))]) from unknown


def _check_guards(case: Case, facts: Facts, move: Move, data: Mapping[str, Any] | None, today: date) -> None:
    asked = Condition(case=case, facts=facts, data=data, today=today)
    for guard in move.guards:
        missing = GUARDS[guard].check(asked)
        if missing is not None:
            raise GuardRefused(guard, missing)


KEPT = ("working_group", "theme", "channel")
"""What a move may ask for that is an attribute of the case."""
KEPT_DATES = ("received_on", "reply_by")


def _after(case: Case, facts: Facts, move: Move, stage: str, data: Mapping[str, Any], request: Request) -> Case:
    procedure = case.procedure
    numbered = move.name == procedure.numbered_by
    stays = stage == case.stage
    return dataclasses.replace(
        case,
        stage=stage,
        anchor=stage if procedure.is_anchor(stage) else case.anchor,
        version=case.version + 1,
        filed_by=request.actor.person if numbered else case.filed_by,
        waiting_for=waiting_after(case, facts, move, stage, data),
        questions=_asked(case, data) if "questions" in data else case.questions if stays else (),
        questions_asked=case.questions_asked + len(data.get("questions", ())),
        ending=_ending(case, move, stage, data, request),
        last_on=request.happened_on,
        **_kept(data),
    )


def _kept(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a move asked for that is an attribute of the case."""
    days = {name: date.fromisoformat(data[name]) for name in KEPT_DATES if name in data}
    return {name: data[name] for name in KEPT if name in data} | days


def _asked(case: Case, data: Mapping[str, Any]) -> tuple[Question, ...]:
    first = case.questions_asked + 1
    return tuple(Question(question=number, text=text) for number, text in enumerate(data["questions"], first))


def _ending(case: Case, move: Move, stage: str, data: Mapping[str, Any], request: Request) -> Ending | None:
    """Why and when it ended; a move inside an ending (a review) changes nothing of that."""
    if stage not in case.procedure.endings:
        return None
    if case.ended:
        return case.ending
    told = next(
        (data[field.name] for field in move.asks if field.type == "text" and isinstance(data.get(field.name), str)),
        None,
    )
    return Ending(reason=request.reason or told, on=request.happened_on, by=request.actor.person)


def _moved(
    case: Case,
    after: Case,
    facts: Facts,
    move: Move,
    data: Mapping[str, Any],
    request: Request,
    mandate: Mandate,
    clocks: tuple[ClockChange, ...],
) -> Event:
    coded = {field.name: data[field.name] for field in move.asks if field.coded and field.name in data}
    free = {name: value for name, value in data.items() if name not in coded}
    body: dict[str, Any] = {
        "move": move.name,
        "from": case.stage,
        "to": after.stage,
        "anchor": after.anchor,
        "on": request.happened_on.isoformat(),
        "actor": request.actor.person,
        "mandate": mandate.id,
        "on_behalf_of": mandate.organisation,
        "data": coded,
        "clocks": [change.written() for change in clocks],
    }
    if case.draft:
        filed = {"organisation": case.organisation, "theme": case.theme, "countries": list(case.countries)}
        body |= {"procedure": case.procedure.id, "procedure_version": case.procedure.version, "filed": filed}
    consultation = facts.consultation
    if consultation is not None and (move.closes or move.cancels):
        body["consultation"] = consultation.id
    private: dict[str, Any] = {"actor": request.actor.name}
    if request.reason:
        private["reason"] = request.reason
    if free:
        private["data"] = free
    if "answers" in data:  # an answer is read together with its question, which the case no longer keeps
        private["questions"] = [{"question": one.question, "text": one.text} for one in case.questions]
    if case.draft:  # the first event keeps what was filed
        private["filed"] = {
            "title": case.title,
            "language": case.language,
            "regions": list(case.regions),
            "content": dict(case.content),
        }
    return Event(kind=EventKind.CASE_MOVED, facts=body, private=private, tells=tells_of(move, facts, data))
