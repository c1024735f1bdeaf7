"""Positions: what a delegation or an adviser says in a consultation, and what the secretary notes for them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.store.loading import consultation_of
from service.store.once import Seen
from service.store.position_rows import case_of_consultation, consultation_row, keep_position
from service.store.work import Work
from workflows.acts import Deed, after_position, tells_of
from workflows.case import Case
from workflows.consultation import Consultation, Position, is_late
from workflows.errors import ConsultationClosed, MoveNotOpen
from workflows.events import Audience, Event, EventKind, Tell
from workflows.procedure import Act
from workflows.statements import Speaker, Statement, speaker_of, statement_of

ACT = "give_position"


@dataclass(frozen=True, slots=True)
class GivePosition:
    """Say what somebody's position is. `asked` reads what was sent, and raises what is wrong with its form."""

    consultation: str
    asked: Callable[[], Mapping[str, Any]]


def give_position(command: GivePosition, work: Work) -> Seen:
    """Keep a position; the one that stood for the same organisation is superseded.

    It takes the case's row lock, so two delegates never meet: no version is asked for, and none is raised.
    Raises, in this order: NotFound, what `replay` raises, DataInvalid, RoleMissing, ConsultationClosed.
    """
    with work:
        case = work.case(case_of_consultation(work.connection, work.actor, command.consultation))
        row = consultation_row(work.connection, command.consultation)
        seen = work.replay()
        if seen is not None:
            return seen
        statement = statement_of(command.asked(), work.today)
        before = consultation_of(work.connection, row)
        speaker = speaker_of(case, work.actor, before, row["by_role"], statement)
        act = _open_act(case, before)
        id, position = work.id(), _position(before, speaker, statement, work.today)
        keep_position(work.connection, _row(id, case, before, position, speaker, statement, work))
        after, tells = after_position(case, act, before, _with(before, position))
        work.record(after, _event(position, speaker, statement, before.id, work, (*tells_of(act), *tells)))
        return work.remember(201, f"/api/v1/consultations/{before.id}/positions", "position", id)


def _open_act(case: Case, consultation: Consultation) -> Act:
    if not consultation.open:
        raise ConsultationClosed(consultation.id)
    act = case.procedure.acts[ACT]
    if case.stage not in act.stages:
        raise MoveNotOpen(ACT, case.stage)
    return act


def _position(consultation: Consultation, speaker: Speaker, statement: Statement, today: date) -> Position:
    stated_on = statement.stated_on or today
    return Position(
        delegation=speaker.organisation,
        stance=statement.stance,
        reservation=statement.reservation,
        advice=speaker.organisation not in consultation.voters,
        on=stated_on,
        late=is_late(consultation.closing_on, stated_on),
    )


def _with(consultation: Consultation, position: Position) -> Consultation:
    others = (one for one in consultation.positions if one.delegation != position.delegation)
    return dataclasses.replace(consultation, positions=(*others, position))


def _row(
    id: str,
    case: Case,
    consultation: Consultation,
    position: Position,
    speaker: Speaker,
    statement: Statement,
    work: Work,
) -> dict[str, Any]:
    return {
        "id": id,
        "consultation_id": consultation.id,
        "case_id": case.id,
        "delegation": position.delegation,
        "stance": str(position.stance),
        "reservation": str(position.reservation) if position.reservation else None,
        "text": statement.text,
        "mandate_reference": statement.mandate_reference,
        "stated_on": position.on,
        "at": work.now,
        "by_person": work.actor.person,
        "by_mandate": speaker.mandate.id,
        "noted_by": work.actor.person if speaker.noted else None,
        "advice": position.advice,
        "superseded": False,
        "late": position.late,
    }


def _event(
    position: Position,
    speaker: Speaker,
    statement: Statement,
    consultation: str,
    work: Work,
    tells: tuple[Tell, ...],
) -> Event:
    """Whoever reads the case reads the body: it says for whom somebody spoke, and nothing of what was said."""
    deed = Deed(actor=work.actor, mandate=speaker.mandate, now=work.now)
    return deed.event(
        EventKind.POSITION_GIVEN,
        facts={"act": ACT, "consultation": consultation},
        private={
            "for": position.delegation,
            "position": str(position.stance),
            "reservation": str(position.reservation) if position.reservation else None,
            "text": statement.text,
            "mandate_reference": statement.mandate_reference,
            "noted": speaker.noted or None,
            "late": position.late or None,
        },
        on=position.on,
        on_behalf_of=None if speaker.noted else position.delegation,
        audience=Audience.CONSULTED,
        consultation=consultation,
        tells=tells,
    )
