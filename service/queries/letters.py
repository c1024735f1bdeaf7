"""Letters: everything that one mail says, read for the person whom it goes to."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from babel import Locale
from sqlalchemy import BindParameter, Connection, RowMapping, bindparam, select

from service import words
from service.queries.letter_parts import (
    case_name,
    consultation_now,
    contact,
    instrument_now,
    name_of,
    organisation_name,
)
from service.store.sight import CASES
from service.store.tables import (
    ClockRow,
    DeliveryRow,
    EventRow,
    OrganisationRow,
    OutboxRow,
    PersonRow,
    WorkingGroupRow,
)
from workflows import shelf
from workflows.dates import day_in_brussels
from workflows.notices import Addressee, CaseNow, ClockNow, Happening, Letter
from workflows.procedure import Procedure

DELIVERIES = DeliveryRow.__table__
OUTBOX = OutboxRow.__table__
EVENTS = EventRow.__table__
PEOPLE = PersonRow.__table__
ORGANISATIONS = OrganisationRow.__table__
GROUPS = WorkingGroupRow.__table__
CLOCKS = ClockRow.__table__

ABOUT_A_CONSULTATION = frozenset(
    {"invitation", "extended", "cancelled", "result", "vote", "reminder", "late", "adopted"}
)
ABOUT_AN_INSTRUMENT = frozenset({"vote", "adopted", "ending", "cancelled"})
ASKED = frozenset({"delegate", "minister_office"})
"""Role words of who answers a consultation; a filer is reminded of questions of another kind."""
RESTRICTED = frozenset({"follower"})
"""Who reads title, stage, outcome and history, and no free words."""

_delivery: BindParameter[str] = bindparam("delivery")
AT_THE_OFFICE = ORGANISATIONS.alias("at_the_office")
LETTER = (
    select(
        DELIVERIES,
        OUTBOX.c.context,
        PEOPLE.c.name.label("person_name"),
        AT_THE_OFFICE.c.name.label("organisation_name"),
    )
    .join(OUTBOX, OUTBOX.c.id == DELIVERIES.c.outbox_id)
    .join(PEOPLE, PEOPLE.c.id == DELIVERIES.c.person_id)
    .outerjoin(AT_THE_OFFICE, AT_THE_OFFICE.c.code == DELIVERIES.c.organisation)
    .where(DELIVERIES.c.id == _delivery)
)
CASE = (
    select(CASES, ORGANISATIONS.c.name.label("organisation_name"), GROUPS.c.name.label("working_group_name"))
    .join(ORGANISATIONS, ORGANISATIONS.c.code == CASES.c.organisation)
    .outerjoin(GROUPS, GROUPS.c.code == CASES.c.working_group)
    .where(CASES.c.id == bindparam("case"))
)
EVENT = select(EVENTS).where(EVENTS.c.id == bindparam("event"))
CLOCK = select(CLOCKS).where(CLOCKS.c.case_id == bindparam("case"), CLOCKS.c.name == bindparam("clock"))


def letter(connection: Connection, delivery: str, now: datetime) -> Letter:
    """The letter of a delivery, as it reads at this moment.

    Who may know what is decided by the role in which the person gets it, not by sight: somebody who is told that a
    case ended may have lost the mandate by which she read it.
    """
    row = connection.execute(LETTER, {"delivery": delivery}).mappings().one()
    case = _case_row(connection, row["case_id"])
    event = _event_row(connection, row["event_id"])
    about = row["context"].get("consultation")
    clock = _clock_now(connection, row, case)
    named = row["notice"] in ABOUT_A_CONSULTATION and (clock is None or clock.of in ASKED)
    consulted = case is not None and (about is not None or named)
    about_instrument = case is not None and row["notice"] in ABOUT_AN_INSTRUMENT
    restricted = row["role"] in RESTRICTED
    return Letter(
        notice=row["notice"],
        to=_addressee(row),
        message_id=row["message_id"],
        thread=_thread(row["message_id"], row["case_id"]),
        event_hash=event["sha256"] if event is not None else None,
        created_at=row["created_at"],
        case=_case_then(connection, case, event, day_in_brussels(now)) if case is not None else None,
        happening=_happening(connection, event, row["language"], restricted=restricted) if event is not None else None,
        clock=clock,
        consultation=consultation_now(connection, row, about) if consulted else None,
        instrument=instrument_now(connection, row) if about_instrument else None,
        questions=_questions(case, event) if not restricted else (),
        more=_given(row["context"], row["language"]),
    )


def _given(context: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """What a letter was given; an organisation in it is called by its name in the reader's language."""
    if "organisation_name" not in context:
        return context
    name = words.body(context["organisation"], context["organisation_name"], language)
    return {**context, "organisation_name": name}


def _case_row(connection: Connection, case: str | None) -> RowMapping | None:
    return connection.execute(CASE, {"case": case}).mappings().one() if case is not None else None


def _event_row(connection: Connection, event: str | None) -> RowMapping | None:
    return connection.execute(EVENT, {"event": event}).mappings().one() if event is not None else None


def _thread(message_id: str, case: str | None) -> str | None:
    """The id that all mails of a case refer to, at the same domain as their own."""
    return f"<{case}@{message_id.rstrip('>').rpartition('@')[2]}>" if case is not None else None


def _addressee(row: RowMapping) -> Addressee:
    return Addressee(
        person=row["person_id"],
        name=row["person_name"],
        email=row["email"],
        language=row["language"],
        role=row["role"],
        organisation=row["organisation"],
        organisation_name=name_of(row["organisation"], row["organisation_name"], row["language"]),
        instead_of=row["instead_of"],
    )


def case_now(connection: Connection, row: RowMapping, day: date) -> CaseNow:
    """The case of a letter, with the secretary to ask for."""
    procedure = shelf.procedure(row["procedure"], row["procedure_version"])
    return CaseNow(
        id=row["id"],
        reference=row["reference"],
        title=row["title"],
        procedure=procedure.id,
        procedure_version=procedure.version,
        stage=row["stage"],
        ended=row["ended"],
        waits_for=row["waits_for"],
        due_on=row["due_on"],
        organisation=row["organisation"],
        organisation_name=words.body(row["organisation"], row["organisation_name"], row["language"]),
        working_group_name=row["working_group_name"],
        contact=contact(connection, row["working_group"], day),
        reviewable=row["ended"] and _reviewable(procedure),
    )


def _case_then(connection: Connection, row: RowMapping, event: RowMapping | None, day: date) -> CaseNow:
    """The case as the event left it: a letter that goes out late must not tell of a stage that came after it."""
    case = case_now(connection, row, day)
    stage = event["stage"] if event is not None else None
    if stage is None or stage == case.stage:
        return case
    procedure = shelf.procedure(row["procedure"], row["procedure_version"])
    ended = stage in procedure.endings
    waits_for = procedure.waits_for(stage)
    return dataclasses.replace(
        case, stage=stage, ended=ended, waits_for=waits_for, due_on=None, reviewable=ended and _reviewable(procedure)
    )


def _reviewable(procedure: Procedure) -> bool:
    """Can the filer ask for a review of an ending?"""
    return any(move.starts and set(move.sources) <= set(procedure.endings) for move in procedure.moves.values())


def _questions(case: RowMapping | None, event: RowMapping | None) -> tuple[tuple[int, str], ...]:
    """The questions that are open, or those that the event answered."""
    answered = _private(event).get("questions", ())
    asked = answered or (case["questions"] if case is not None else ())
    return tuple((one["question"], one["text"]) for one in asked)


def _private(event: RowMapping | None) -> Mapping[str, Any]:
    """Names and free words of an event; nothing where they were erased."""
    read: Mapping[str, Any] = json.loads(event["private"]) if event is not None and event["private"] else {}
    return read


def _happening(connection: Connection, event: RowMapping, language: str, *, restricted: bool) -> Happening:
    body = json.loads(event["body"])
    private = {} if restricted else _private(event)
    behalf = body.get("on_behalf_of")
    given = {**body.get("data", {}), **_issued(body), **private.get("data", {})}
    return Happening(
        kind=event["kind"],
        move=body.get("move"),
        act=body.get("act"),
        on=event["on_date"],
        at=event["at"],
        by=private.get("actor"),
        on_behalf_of=organisation_name(connection, behalf, language) if behalf else None,
        reason=private.get("reason"),
        data=_named(connection, given, language),
    )


def _named(connection: Connection, given: dict[str, Any], language: str) -> dict[str, Any]:
    """What was given with a move, with names in the place of codes."""
    for field in ("body", "concluded_by"):
        if field in given:
            given[field] = organisation_name(connection, given[field], language)
    if "original" in given:
        given["original"] = case_name(connection, given["original"])
    if "changed" in given:
        territories = Locale.parse(language).territories
        given["changed"] = [
            {**one, "country": territories.get(one["country"], one["country"])} for one in given["changed"]
        ]
    return given


def _issued(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the step gave out: numbers, the outcome."""
    return {key: body[key] for key in ("reference", "number", "outcome", "instrument_kind") if key in body}


def _clock_now(connection: Connection, row: RowMapping, case: RowMapping | None) -> ClockNow | None:
    name = row["context"].get("clock")
    if name is None or case is None:
        return None
    clock = connection.execute(CLOCK, {"case": case["id"], "clock": name}).mappings().one()
    due = row["context"].get("due_on")
    return ClockNow(
        name=name,
        kind=clock["kind"],
        of=clock["of_role"],
        due_on=date.fromisoformat(due) if due else clock["due_on"],
        mark=row["context"].get("mark"),
        policy=clock["basis"] == "policy",
    )
