"""What is asked of a delegation: positions and votes that it has not given, measures that it has not taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, exists, literal, or_, select, union_all

from service.store.loading import CONSULTATIONS, INSTRUMENTS, INVITATIONS, MEASURES, POSITIONS
from service.store.sight import CASES, Sight
from workflows.actor import Actor
from workflows.guards import RECOMMENDATION

RECOMMENDED = select(INSTRUMENTS.c.id).where(INSTRUMENTS.c.kind == RECOMMENDATION)


def asked_of(delegation: str, sight: Sight) -> ColumnElement[bool]:
    """Whether something is asked of the delegation on an open case, now."""
    silent = sight.any(INVITATIONS.c.case_id == CASES.c.id, _unanswered(delegation))
    due = sight.any(MEASURES.c.case_id == CASES.c.id, undone(delegation))
    return and_(~CASES.c.ended, or_(silent, due))


def _unanswered(delegation: str) -> ColumnElement[bool]:
    """An invitation to vote, to a consultation that is open, without a position that stands."""
    given = exists().where(
        POSITIONS.c.consultation_id == INVITATIONS.c.consultation_id,
        POSITIONS.c.delegation == delegation,
        ~POSITIONS.c.superseded,
        POSITIONS.c.stance != "withdrawn",
    )
    return and_(
        INVITATIONS.c.organisation == delegation,
        ~INVITATIONS.c.advice,
        INVITATIONS.c.consultation_id == CONSULTATIONS.c.id,
        CONSULTATIONS.c.open,
        ~given,
    )


def undone(delegation: str) -> ColumnElement[bool]:
    """A measure of the delegation still to be taken; what carries a decision out must also be in force."""
    to_be_in_force = and_(MEASURES.c.state == "adopted", MEASURES.c.instrument_id.not_in(RECOMMENDED))
    return and_(MEASURES.c.country == delegation, or_(MEASURES.c.state == "planned", to_be_in_force))


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is asked: a position, a vote or a measure, and by when."""

    what: str
    due_on: date | None


def asks_on(
    connection: Connection, actor: Actor, delegation: str, cases: Collection[str]
) -> Mapping[str, tuple[Asked, ...]]:
    """What is asked of the delegation on each of these cases (ids), the earliest first; one query."""
    seen = select(CASES.c.id).where(CASES.c.id.in_(cases), Sight(actor).readable())
    positions = select(
        INVITATIONS.c.case_id, CONSULTATIONS.c.name.label("what"), CONSULTATIONS.c.closing_on.label("due_on")
    ).where(INVITATIONS.c.case_id.in_(seen), _unanswered(delegation))
    measures = select(MEASURES.c.case_id, literal("measure"), MEASURES.c.due_on).where(
        MEASURES.c.case_id.in_(seen), undone(delegation)
    )
    found: dict[str, list[Asked]] = {}
    for row in connection.execute(union_all(positions, measures)):
        found.setdefault(row.case_id, []).append(Asked(what=WHAT.get(row.what, row.what), due_on=row.due_on))
    return {case: tuple(sorted(asks, key=_by_date)) for case, asks in found.items()}


WHAT = {"delegations": "position", "committee": "vote"}


def _by_date(asked: Asked) -> tuple[date, str]:
    return asked.due_on or date.max, asked.what
