"""Parts of cases: what hangs on them and is shown with them, for one case or a whole page at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, exists, literal, or_, select, union_all

from service.store.loading import CONSULTATIONS, INSTRUMENTS, POSITIONS, position_of
from service.store.sight import CASES, Sight
from service.store.tables import CaseInstrumentRow, PersonRow
from workflows import shelf
from workflows.actor import Actor
from workflows.consultation import Consultation
from workflows.decision_rule import outcome_now

PEOPLE = PersonRow.__table__
NAMED_BY_PLAN = CaseInstrumentRow.__table__
OWN = "produces"


def _instruments_of() -> Select[Any]:
    columns = (INSTRUMENTS.c.id, INSTRUMENTS.c.kind, INSTRUMENTS.c.number)
    own = select(INSTRUMENTS.c.case_id, *columns, literal(OWN).label("relation"), literal(0).label("place"))
    named = (
        select(NAMED_BY_PLAN.c.case_id, *columns, NAMED_BY_PLAN.c.relation, literal(1))
        .join(INSTRUMENTS, INSTRUMENTS.c.id == NAMED_BY_PLAN.c.instrument_id)
        .where(INSTRUMENTS.c.case_id.is_(None))
    )
    both = union_all(
        own.where(INSTRUMENTS.c.case_id.in_(bindparam("cases", expanding=True))),
        named.where(NAMED_BY_PLAN.c.case_id.in_(bindparam("cases", expanding=True))),
    ).subquery()
    return select(both).order_by(both.c.place, both.c.number, both.c.id)


HAVING = (
    or_(
        exists().where(INSTRUMENTS.c.case_id == CASES.c.id),
        exists().where(NAMED_BY_PLAN.c.case_id == CASES.c.id),
    ).label("has_instruments"),
    exists().where(CONSULTATIONS.c.case_id == CASES.c.id).label("has_consultations"),
)
"""Whether anything of the kind hangs on a case, asked with the case itself."""

# Made once: to put such a statement together costs more than to answer it.
INSTRUMENTS_OF = _instruments_of()
GIVEN = select(POSITIONS).where(
    POSITIONS.c.consultation_id.in_(bindparam("rounds", expanding=True)), ~POSITIONS.c.superseded
)
CALLED = select(PEOPLE.c.id, PEOPLE.c.name).where(PEOPLE.c.id.in_(bindparam("people", expanding=True)))


@lru_cache(maxsize=1024)
def _rounds_of(actor: Actor) -> Select[Any]:
    asked = Sight(actor).consulted(CONSULTATIONS.c.id, CONSULTATIONS.c.by_role).label("asked")
    needed = ("id", "case_id", "name", "round", "rule", "question", "voters", "closing_on", "open", "outcome")
    return (
        select(*(CONSULTATIONS.c[name] for name in needed), asked)
        .where(CONSULTATIONS.c.case_id.in_(bindparam("cases", expanding=True)))
        .order_by(CONSULTATIONS.c.opened_at, CONSULTATIONS.c.id)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentBrief:
    """An instrument of a case: its own (`produces`), or one that an annual plan relates it to."""

    id: str
    kind: str
    number: str | None
    relation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationBrief:
    """A round on a case. `outcome` is None where it was cancelled, or is not yet for this reader."""

    id: str
    name: str
    round: int
    open: bool
    outcome: str | None


def instruments_of(connection: Connection, rows: Sequence[RowMapping]) -> Mapping[str, list[InstrumentBrief]]:
    """The instruments of these cases, their own first; who reads a case in part sees only those with a number."""
    whole = {row["id"]: row["whole"] for row in rows}
    if not whole:
        return {}
    found: dict[str, list[InstrumentBrief]] = {}
    for row in connection.execute(INSTRUMENTS_OF, {"cases": list(whole)}):
        if whole[row.case_id] or row.number is not None:
            brief = InstrumentBrief(id=row.id, kind=row.kind, number=row.number, relation=row.relation)
            found.setdefault(row.case_id, []).append(brief)
    return found


def consultations_of(
    connection: Connection, actor: Actor, rows: Sequence[RowMapping]
) -> Mapping[str, list[ConsultationBrief]]:
    """The rounds on these cases, oldest first, with as much of their outcome as the actor may know.

    Who reads the positions of an open round knows what they come to now; the others know it once it is closed.
    """
    cases = {row["id"]: row for row in rows if row["whole"]}
    if not cases:
        return {}
    rounds = connection.execute(_rounds_of(actor), {"cases": list(cases)}).mappings().all()
    known = [row for row in rounds if row["open"] and (row["asked"] or cases[row["case_id"]]["inner"])]
    now = _outcomes_now(connection, known, cases)
    found: dict[str, list[ConsultationBrief]] = {}
    for row in rounds:
        brief = ConsultationBrief(
            id=row["id"],
            name=row["name"],
            round=row["round"],
            open=row["open"],
            outcome=now.get(row["id"], row["outcome"]),
        )
        found.setdefault(row["case_id"], []).append(brief)
    return found


def _outcomes_now(
    connection: Connection, rounds: Sequence[RowMapping], cases: Mapping[str, RowMapping]
) -> Mapping[str, str]:
    """What the positions given so far come to."""
    if not rounds:
        return {}
    given = connection.execute(GIVEN, {"rounds": [row["id"] for row in rounds]}).mappings().all()
    return {row["id"]: _outcome(row, cases[row["case_id"]], given) for row in rounds}


def _outcome(row: RowMapping, case: RowMapping, given: Sequence[RowMapping]) -> str:
    consultation = Consultation(
        id=row["id"],
        name=row["name"],
        round=row["round"],
        question=row["question"],
        voters=tuple(row["voters"]),
        closing_on=row["closing_on"],
        positions=tuple(position_of(one) for one in given if one["consultation_id"] == row["id"]),
    )
    rule = shelf.procedure(case["procedure"], case["procedure_version"]).rules[row["rule"]]
    return str(outcome_now(rule, consultation.voters, consultation.votes()))


def names_of(connection: Connection, people: Collection[str]) -> Mapping[str, str]:
    """What these people are called."""
    if not people:
        return {}
    return {row.id: row.name for row in connection.execute(CALLED, {"people": list(people)})}
