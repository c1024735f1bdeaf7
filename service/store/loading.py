"""Loading: what a step must know around a case, read only as far as the step needs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from sqlalchemy import BindParameter, Connection, RowMapping, bindparam, select

from service.store.prepared import Prepared
from service.store.sight import CASES, Sight
from service.store.tables import (
    AnalysisRow,
    ClockRow,
    ConsultationRow,
    DocumentRow,
    ExpressionRow,
    InstrumentRow,
    InvitationRow,
    MeasureRow,
    OrganisationRow,
    PositionRow,
    WorkingGroupRow,
)
from workflows import shelf
from workflows.clock import Clock, ClockState
from workflows.consultation import Consultation, Position
from workflows.decision_rule import Outcome, Reservation, Stance
from workflows.facts import Facts, Instrument, Measure, Need, Text
from workflows.guards import RECOMMENDATION

CLOCKS = ClockRow.__table__
CONSULTATIONS = ConsultationRow.__table__
POSITIONS = PositionRow.__table__
ANALYSES = AnalysisRow.__table__
INSTRUMENTS = InstrumentRow.__table__
EXPRESSIONS = ExpressionRow.__table__
MEASURES = MeasureRow.__table__
INVITATIONS = InvitationRow.__table__
ORGANISATIONS = OrganisationRow.__table__
WORKING_GROUPS = WorkingGroupRow.__table__
DOCUMENTS = DocumentRow.__table__

DELEGATIONS = "delegations"

_case: BindParameter[str] = bindparam("case")
CLOCKS_OF = select(CLOCKS).where(CLOCKS.c.case_id == _case)
READ_CLOCKS = Prepared(CLOCKS_OF)
CONSULTATIONS_OF = (
    select(CONSULTATIONS)
    .where(CONSULTATIONS.c.case_id == _case)
    .order_by(CONSULTATIONS.c.opened_at, CONSULTATIONS.c.id)
)
STANDING = select(POSITIONS).where(POSITIONS.c.consultation_id == bindparam("consultation"), ~POSITIONS.c.superseded)
ANALYSED = select(ANALYSES.c.country).where(ANALYSES.c.case_id == _case)
INSTRUMENT_OF = select(INSTRUMENTS).where(INSTRUMENTS.c.case_id == _case)
TEXTS_OF = select(EXPRESSIONS).where(EXPRESSIONS.c.instrument_id == bindparam("instrument"))
MEASURES_OF = (
    select(MEASURES.c.country, MEASURES.c.state, MEASURES.c.due_on, INSTRUMENTS.c.kind)
    .join(INSTRUMENTS, INSTRUMENTS.c.id == MEASURES.c.instrument_id)
    .where(MEASURES.c.case_id == _case)
)
INVITED_TO = select(INVITATIONS.c.by_role, INVITATIONS.c.organisation).where(INVITATIONS.c.case_id == _case)


def facts_of(
    connection: Connection, case: str, needs: Set[Need], named: Iterable[tuple[str, str]], sight: Sight
) -> Facts:
    """The facts around a case (its id). `named`: the (type, code) pairs that the request names."""
    rounds = _rounds(connection, case) if needs & {Need.CONSULTATION, Need.AGREEMENT} else ()
    open_one = next((row for row in rounds if row["open"]), None)
    return Facts(
        clocks=clocks_of(connection, case),
        consultation=consultation_of(connection, open_one) if open_one is not None else None,
        rounds={row["name"]: row["round"] for row in rounds},
        agreement=_agreement(rounds),
        analyses=frozenset(connection.scalars(ANALYSED, {"case": case})) if Need.ANALYSES in needs else frozenset(),
        instrument=instrument_of(connection, case) if Need.INSTRUMENT in needs else None,
        measures=measures_of(connection, case) if Need.MEASURES in needs else (),
        known=known(connection, case, named, sight),
        follow_ups=shelf.names(),
    )


def clocks_of(connection: Connection, case: str) -> tuple[Clock, ...]:
    """Every clock of a case that was ever started."""
    return tuple(clock_of(row) for row in READ_CLOCKS.read(connection, {"case": case}))


def clock_of(row: RowMapping | Mapping[str, Any]) -> Clock:
    """The clock that a row keeps."""
    return Clock(
        name=row["name"],
        state=ClockState(row["state"]),
        starts_on=row["starts_on"],
        due_on=row["due_on"],
        suspended_on=row["suspended_on"],
        suspended_days=row["suspended_days"],
        rung=tuple(row["rung"]),
        ended_on=row["ended_on"],
        calendar_version=row["calendar_version"],
    )


def _rounds(connection: Connection, case: str) -> tuple[RowMapping, ...]:
    return tuple(connection.execute(CONSULTATIONS_OF, {"case": case}).mappings())


def _agreement(rounds: Iterable[RowMapping]) -> Outcome | None:
    """What the last closed round of the delegations came to."""
    closed = [row["outcome"] for row in rounds if row["name"] == DELEGATIONS and not row["open"] and row["outcome"]]
    return Outcome(closed[-1]) if closed else None


def consultation_of(connection: Connection, row: RowMapping) -> Consultation:
    """A consultation with the positions that stand."""
    positions = connection.execute(STANDING, {"consultation": row["id"]}).mappings()
    return Consultation(
        id=row["id"],
        name=row["name"],
        round=row["round"],
        question=row["question"],
        voters=tuple(row["voters"]),
        advisers=tuple(row["advisers"]),
        closing_on=row["closing_on"],
        open=row["open"],
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        positions=tuple(position_of(one) for one in positions),
    )


def position_of(row: RowMapping) -> Position:
    """The position that a row keeps."""
    return Position(
        delegation=row["delegation"],
        stance=Stance(row["stance"]),
        reservation=Reservation(row["reservation"]) if row["reservation"] else None,
        advice=row["advice"],
        on=row["stated_on"],
        late=row["late"],
    )


def instrument_of(connection: Connection, case: str) -> Instrument | None:
    """The instrument of a case with what a rule asks of its texts."""
    row = connection.execute(INSTRUMENT_OF, {"case": case}).mappings().one_or_none()
    if row is None:
        return None
    texts = connection.execute(TEXTS_OF, {"instrument": row["id"]}).mappings()
    return Instrument(
        id=row["id"],
        kind=row["kind"],
        number=row["number"],
        frozen=row["frozen_hash"] is not None,
        texts={
            text["language"]: Text(articles=tuple(one["number"] for one in text["articles"]), final=text["final"])
            for text in texts
        },
        journal=row["journal"],
        published_on=row["published_on"],
        evaluate_on=row["evaluate_on"],
        in_force=row["in_force"],
    )


def measures_of(connection: Connection, case: str) -> tuple[Measure, ...]:
    """What the countries do to carry the instrument of a case out."""
    rows = connection.execute(MEASURES_OF, {"case": case})
    return tuple(
        Measure(country=row.country, state=row.state, due_on=row.due_on, binding=row.kind != RECOMMENDATION)
        for row in rows
    )


def invited_to(connection: Connection, case: str) -> Mapping[str, frozenset[str]]:
    """The organisations that were ever invited on a case, by the role in which they answer."""
    found: dict[str, set[str]] = {}
    for row in connection.execute(INVITED_TO, {"case": case}):
        found.setdefault(row.by_role, set()).add(row.organisation)
    return {role: frozenset(codes) for role, codes in found.items()}


def known(
    connection: Connection, case: str, named: Iterable[tuple[str, str]], sight: Sight
) -> dict[tuple[str, str], str]:
    """What of the named things exists and may be named by this person: (type, code as given) -> code or id."""
    found: dict[tuple[str, str], str] = {}
    for kind, code in named:
        value = _lookup(connection, kind, code, case, sight)
        if value is not None:
            found[(kind, code)] = value
    return found


def _lookup(connection: Connection, kind: str, code: str, case: str, sight: Sight) -> Any:
    match kind:
        case "organisation":
            statement = select(ORGANISATIONS.c.code).where(ORGANISATIONS.c.code == code)
        case "working_group":
            statement = select(WORKING_GROUPS.c.code).where(WORKING_GROUPS.c.code == code)
        case "case":
            column = CASES.c.reference if "-" in code and len(code) < 36 else CASES.c.id
            statement = select(CASES.c.id).where(column == code, CASES.c.events > 0, sight.readable())
        case _:
            statement = select(DOCUMENTS.c.id).where(DOCUMENTS.c.id == code, DOCUMENTS.c.case_id == case)
    return connection.execute(statement).scalar_one_or_none()
