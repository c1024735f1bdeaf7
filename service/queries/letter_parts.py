"""Parts of letters: the consultation, the instrument and the contact that a mail names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Connection, RowMapping, bindparam, case, or_, select

from service import words
from service.store.holders import MANDATED, MANDATES
from service.store.loading import CONSULTATIONS, INSTRUMENTS, MEASURES, POSITIONS, consultation_of
from service.store.sight import CASES
from service.store.tables import ExpressionRow, OrganisationRow
from workflows import shelf
from workflows.actor import SECRETARIAT, Role
from workflows.consultation import finding, speaks_for
from workflows.decision_rule import Finding, Ground, Outcome, say
from workflows.fields import VOTERS
from workflows.notices import ConsultationNow, InstrumentNow

ORGANISATIONS = OrganisationRow.__table__
EXPRESSIONS = ExpressionRow.__table__

READS_POSITIONS = frozenset({"delegate", "minister_office", "secretary", "intake", "secretary_general", "auditor"})

_case: BindParameter[str] = bindparam("case")
LAST = (
    select(CONSULTATIONS, CASES.c.procedure, CASES.c.procedure_version)
    .join(CASES, CASES.c.id == CONSULTATIONS.c.case_id)
    .where(CONSULTATIONS.c.case_id == _case)
    .order_by(CONSULTATIONS.c.opened_at.desc(), CONSULTATIONS.c.id.desc())
    .limit(1)
)
NAMES = select(ORGANISATIONS.c.code, ORGANISATIONS.c.name, ORGANISATIONS.c.answers_for)
INSTRUMENT = select(INSTRUMENTS).where(INSTRUMENTS.c.case_id == _case)
TITLES = select(EXPRESSIONS.c.language, EXPRESSIONS.c.title).where(
    EXPRESSIONS.c.instrument_id == bindparam("instrument")
)
MEASURED = (
    select(MEASURES)
    .where(MEASURES.c.instrument_id == bindparam("instrument"))
    .order_by(MEASURES.c.country, MEASURES.c.due_on, MEASURES.c.id)
)
_group: BindParameter[str | None] = bindparam("group", type_=MANDATES.c.working_group.type)
NEAREST_SECRETARY = (
    MANDATED.where(MANDATES.c.role == str(Role.SECRETARY), MANDATES.c.organisation == SECRETARIAT)
    .order_by(None)
    .order_by(
        case((MANDATES.c.working_group == _group, 0), (MANDATES.c.working_group.is_(None), 1), else_=2),
        MANDATES.c.created_at,
        MANDATES.c.id,
    )
    .limit(1)
)
"""Of the working group, else of the intake, else of any."""


def contact(connection: Connection, working_group: str | None, day: date) -> str | None:
    """The name of a secretary whom one may ask: of the working group, else of the intake."""
    nearest = connection.execute(NEAREST_SECRETARY, {"day": day, "group": working_group}).mappings().first()
    return nearest["name"] if nearest is not None else None


NAME = select(ORGANISATIONS.c.name).where(ORGANISATIONS.c.code == bindparam("code"))
TITLED = select(CASES.c.reference, CASES.c.title).where(
    or_(CASES.c.id == bindparam("name"), CASES.c.reference == bindparam("name"))
)


def organisation_name(connection: Connection, code: str, language: str) -> str:
    """The name of an organisation in the reader's language; the code where it has none."""
    return name_of(code, connection.execute(NAME, {"code": code}).scalar_one_or_none() or code, language)


def name_of(code: str, name: str, language: str) -> str:
    """The same of one that stands in the register under this name; a delegation is called by its country."""
    return words.label("country", code, language) if code in VOTERS else words.body(code, name, language)


def case_name(connection: Connection, name: str) -> str:
    """The reference and title of a case that a move named, by id or reference."""
    row = connection.execute(TITLED, {"name": name}).one_or_none()
    return f"{row.reference}, {row.title}" if row is not None else name


def consultation_now(connection: Connection, row: RowMapping, about: str | None) -> ConsultationNow | None:
    """The consultation that a letter is about, else the last one of the case."""
    statement = LAST if about is None else LAST.where(CONSULTATIONS.c.id == about)
    found = connection.execute(statement, {"case": row["case_id"]}).mappings().one_or_none()
    if found is None:
        return None
    names = {one.code: one for one in connection.execute(NAMES)}
    named = {code: name_of(code, one.name, row["language"]) for code, one in names.items()}
    organisation = row["organisation"]
    invited = (*found["voters"], *found["advisers"])
    asked = speaks_for(organisation, names[organisation].answers_for, invited) if organisation in names else None
    reads = row["role"] in READS_POSITIONS
    result = _finding(connection, found)
    told = reads or (not found["open"] and not found["cancelled"])
    return ConsultationNow(
        id=found["id"],
        name=found["name"],
        round=found["round"],
        question=found["question"] if row["role"] != "follower" else None,
        closing_on=found["closing_on"],
        open=found["open"],
        cancelled=found["cancelled"],
        outcome=str(result.outcome) if result is not None and told else None,
        reasoning=say(result, row["language"]) if result is not None and told else (),
        voters=tuple(named[code] for code in found["voters"]),
        advisers=tuple(named[code] for code in found["advisers"]),
        positions=_positions(connection, found["id"], named) if reads else (),
        asked=named[asked] if asked is not None else None,
        advice=asked is not None and asked not in found["voters"],
    )


def _finding(connection: Connection, row: RowMapping) -> Finding | None:
    """What the consultation comes to: kept when it closed, else as of now; nothing when it was cancelled."""
    if row["cancelled"]:
        return None
    if not row["open"] and row["grounds"] is not None:
        return kept_finding(row["outcome"], row["grounds"])
    procedure = shelf.procedure(row["procedure"], row["procedure_version"])
    return finding(consultation_of(connection, row), procedure.rules[row["rule"]])


def kept_finding(outcome: str, grounds: Any) -> Finding:
    """The finding that was kept when a consultation closed."""
    return Finding(
        outcome=Outcome(outcome),
        blocked_by=tuple(grounds["blocked_by"]),
        silent=tuple(grounds["silent"]),
        grounds=tuple(
            Ground(code=one["code"], delegations=tuple(one["delegations"]), reservation=one["reservation"])
            for one in grounds["grounds"]
        ),
    )


def _positions(
    connection: Connection, consultation: str, names: Mapping[str, str]
) -> tuple[tuple[str, str, str | None, bool], ...]:
    statement = (
        select(POSITIONS)
        .where(POSITIONS.c.consultation_id == consultation, ~POSITIONS.c.superseded)
        .order_by(POSITIONS.c.advice, POSITIONS.c.delegation)
    )
    return tuple(
        (names[one["delegation"]], one["stance"], one["reservation"], one["advice"])
        for one in connection.execute(statement).mappings()
    )


def instrument_now(connection: Connection, row: RowMapping) -> InstrumentNow | None:
    """The instrument of the case, with the measures of the country for which the addressee speaks."""
    found = connection.execute(INSTRUMENT, {"case": row["case_id"]}).mappings().one_or_none()
    if found is None:
        return None
    titles = {one.language: one.title for one in connection.execute(TITLES, {"instrument": found["id"]})}
    measures = connection.execute(MEASURED, {"instrument": found["id"]}).mappings().all()
    voices = _voices(connection, row["organisation"])
    return InstrumentNow(
        id=found["id"],
        kind=found["kind"],
        number=found["number"],
        title=titles.get(row["language"]) or titles.get("fr") or titles.get("nl") or found["title"],
        adopted_on=found["adopted_on"],
        in_force=found["in_force"],
        measures=tuple((one["title"], one["due_on"], one["state"]) for one in measures if one["country"] in voices),
    )


def _voices(connection: Connection, organisation: str | None) -> tuple[str, ...]:
    if organisation is None:
        return ()
    answers_for = connection.execute(
        select(ORGANISATIONS.c.answers_for).where(ORGANISATIONS.c.code == organisation)
    ).scalar_one_or_none()
    return (organisation,) if answers_for is None else (organisation, answers_for)
