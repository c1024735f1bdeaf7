"""Consultations as people read them: who was asked, what each said, what it comes to and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, select

from service.queries.cases import case_row
from service.queries.keyset import Order, Page, Place
from service.queries.letter_parts import kept_finding
from service.queries.paging import read_page
from service.queries.within import Within, within
from service.store.case_rows import case_of
from service.store.loading import CONSULTATIONS, POSITIONS, consultation_of, position_of
from service.store.sight import CASES, Sight
from service.store.tables import PersonRow
from workflows import shelf
from workflows.actor import Actor
from workflows.consultation import Consultation, Position, finding
from workflows.decision_rule import Finding, say, say_in_short
from workflows.errors import NotFound
from workflows.standing import SECRETARY, standing
from workflows.statements import voices_of

GIVE_POSITION = "give_position"
PEOPLE = PersonRow.__table__
NOTING = PEOPLE.alias("noting")


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionShown:
    """What an organisation said. `by` and `noted_by` are names: who sent it, and the secretary, where she noted it."""

    id: str
    consultation: str
    organisation: str
    stance: str
    reservation: str | None
    text: str | None
    mandate_reference: str | None
    stated_on: date
    at: datetime
    by: str
    noted_by: str | None
    advice: bool
    superseded: bool
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationShown:
    """One round. What the reader may not know yet is empty: an outcome of None, no reasoning, no positions.

    `in_short` is the one sentence of the reasoning that says what would bring adoption, else how things stand.
    """

    id: str
    case: str
    name: str
    round: int
    by: str
    question: str | None
    voters: tuple[str, ...]
    advisers: tuple[str, ...]
    opened_on: date
    closing_on: date | None
    open: bool
    cancelled: bool
    outcome: str | None
    reasoning: tuple[str, ...]
    in_short: str | None
    blocked_by: tuple[str, ...]
    silent: tuple[str, ...]
    reads_positions: bool
    positions: tuple[PositionShown, ...]


@dataclass(frozen=True, slots=True)
class MaySpeak:
    """In whose name somebody may give a position now. `notes`: as the secretary, what any of those invited said.

    Neither, where the round takes no positions, or none of theirs.
    """

    voices: tuple[str, ...] = ()
    notes: bool = False


def _readable(actor: Actor) -> Select[Any]:
    """The consultations of every case that the actor reads, with how much of each."""
    sight = Sight(actor)
    return (
        select(
            CONSULTATIONS,
            CASES.c.procedure,
            CASES.c.procedure_version,
            sight.whole().label("whole"),
            _reads_positions(sight).label("reads_positions"),
        )
        .join(CASES, CASES.c.id == CONSULTATIONS.c.case_id)
        .where(sight.readable())
    )


def _reads_positions(sight: Sight) -> ColumnElement[bool]:
    return sight.inner() | sight.consulted(CONSULTATIONS.c.id, CONSULTATIONS.c.by_role)


ORDER = Order((CONSULTATIONS.c.opened_at, CONSULTATIONS.c.id))
SAID = Order((POSITIONS.c.at, POSITIONS.c.id))
_POSITIONS = (
    select(POSITIONS, PEOPLE.c.name.label("by"), NOTING.c.name.label("noted_by_name"))
    .join(PEOPLE, PEOPLE.c.id == POSITIONS.c.by_person)
    .outerjoin(NOTING, NOTING.c.id == POSITIONS.c.noted_by)
)


def consultation(connection: Connection, actor: Actor, consultation: str, language: str) -> ConsultationShown:
    """One round, with its reasoning in this language. Raises NotFound."""
    statement = _readable(actor).where(CONSULTATIONS.c.id == consultation)
    found = connection.execute(statement).mappings().all()
    if not found:
        raise NotFound(consultation)
    return _shown(connection, found, language)[0]


def consultations(
    connection: Connection,
    actor: Actor,
    case: str | Within,
    language: str,
    *,
    limit: int,
    place: Place | None = None,
    count: bool = False,
) -> Page[ConsultationShown]:
    """The rounds of a case (its id or reference), the oldest first. Raises NotFound."""
    whole = _readable(actor).where(CONSULTATIONS.c.case_id == within(connection, actor, case).id)
    page = read_page(connection, whole, ORDER, place=place, limit=limit, count=count, read=_as_it_is)
    return Page(items=_shown(connection, page.items, language), after=page.after, count=page.count)


def positions(
    connection: Connection,
    actor: Actor,
    consultation: str,
    *,
    limit: int,
    place: Place | None = None,
    count: bool = False,
) -> Page[PositionShown]:
    """Everything that was said in a round, the superseded too, the oldest first. Raises NotFound."""
    readable = _readable(actor).where(CONSULTATIONS.c.id == consultation, _reads_positions(Sight(actor)))
    if connection.execute(readable).first() is None:
        raise NotFound(consultation)
    whole = _POSITIONS.where(POSITIONS.c.consultation_id == consultation)
    return read_page(connection, whole, SAID, place=place, limit=limit, count=count, read=_position)


def position(connection: Connection, actor: Actor, position: str) -> PositionShown:
    """One position. Raises NotFound."""
    readable = _readable(actor).where(CONSULTATIONS.c.id == POSITIONS.c.consultation_id, _reads_positions(Sight(actor)))
    statement = _POSITIONS.where(POSITIONS.c.id == position, readable.correlate(POSITIONS).exists())
    found = connection.execute(statement).mappings().one_or_none()
    if found is None:
        raise NotFound(position)
    return _position(found)


def may_speak(connection: Connection, actor: Actor, consultation: str) -> MaySpeak:
    """Whether and in whose name somebody may give a position in this round now. Raises NotFound."""
    row = connection.execute(_readable(actor).where(CONSULTATIONS.c.id == consultation)).mappings().one_or_none()
    if row is None:
        raise NotFound(consultation)
    case = case_of(case_row(connection, actor, row["case_id"]))
    act = case.procedure.acts.get(GIVE_POSITION)
    if not row["open"] or act is None or case.stage not in act.stages:
        return MaySpeak()
    voices = voices_of(case, actor, consultation_of(connection, row), row["by_role"])
    return MaySpeak(tuple(voices), notes=standing(case, actor, (SECRETARY,)) is not None)


def _as_it_is(row: RowMapping) -> RowMapping:
    return row


def _shown(connection: Connection, rows: Sequence[RowMapping], language: str) -> tuple[ConsultationShown, ...]:
    """The rounds with their positions, which one more query reads for all of them."""
    open_to = [row["id"] for row in rows if row["reads_positions"]]
    said: dict[str, list[RowMapping]] = {id: [] for id in open_to}
    if open_to:
        statement = _POSITIONS.where(POSITIONS.c.consultation_id.in_(open_to)).order_by(*SAID.by())
        for position in connection.execute(statement).mappings():
            said[position["consultation_id"]].append(position)
    return tuple(_consultation(row, said.get(row["id"], ()), language) for row in rows)


def _consultation(row: RowMapping, said: Iterable[RowMapping], language: str) -> ConsultationShown:
    positions = tuple(said)
    result = _finding(row, positions)
    told = result is not None and row["whole"]
    return ConsultationShown(
        id=row["id"],
        case=row["case_id"],
        name=row["name"],
        round=row["round"],
        by=row["by_role"],
        question=row["question"] if row["whole"] else None,
        voters=tuple(row["voters"]),
        advisers=tuple(row["advisers"]),
        opened_on=row["opened_on"],
        closing_on=row["closing_on"],
        open=row["open"],
        cancelled=row["cancelled"],
        outcome=str(result.outcome) if result is not None else None,
        reasoning=say(result, language) if result is not None and told else (),
        in_short=say_in_short(result, language) if result is not None and told else None,
        blocked_by=result.blocked_by if result is not None and told else (),
        silent=result.silent if result is not None and told else (),
        reads_positions=bool(row["reads_positions"]),
        positions=tuple(map(_position, positions)),
    )


def _finding(row: RowMapping, positions: Iterable[RowMapping]) -> Finding | None:
    """What a round comes to: as it was kept on closing; until then as of now, for who reads the positions."""
    if row["cancelled"]:
        return None
    if not row["open"]:
        return kept_finding(row["outcome"], row["grounds"])
    if not row["reads_positions"]:
        return None
    procedure = shelf.procedure(row["procedure"], row["procedure_version"])
    standing = (position_of(one) for one in positions if not one["superseded"])
    return finding(_round(row, standing), procedure.rules[row["rule"]])


def _round(row: RowMapping, standing: Iterable[Position]) -> Consultation:
    return Consultation(
        id=row["id"],
        name=row["name"],
        round=row["round"],
        question=row["question"],
        voters=tuple(row["voters"]),
        advisers=tuple(row["advisers"]),
        closing_on=row["closing_on"],
        positions=tuple(standing),
    )


def _position(row: RowMapping) -> PositionShown:
    return PositionShown(
        id=row["id"],
        consultation=row["consultation_id"],
        organisation=row["delegation"],
        stance=row["stance"],
        reservation=row["reservation"],
        text=row["text"],
        mandate_reference=row["mandate_reference"],
        stated_on=row["stated_on"],
        at=row["at"],
        by=row["by"],
        noted_by=row["noted_by_name"],
        advice=row["advice"],
        superseded=row["superseded"],
        late=row["late"],
    )
