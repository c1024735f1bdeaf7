"""Carrying out: what each effect of a step does in the tables."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from service.store.case_rows import searchable, values_of
from service.store.following import follow
from service.store.ids import new_id
from service.store.loading import CONSULTATIONS, EXPRESSIONS, INSTRUMENTS, INVITATIONS, MEASURES
from service.store.numbers import next_number
from service.store.sight import CASES, COUNTRIES
from service.store.tables import LinkRow
from workflows import effects, shelf
from workflows.actor import SECRETARIAT
from workflows.case import Case
from workflows.effects import Effect
from workflows.events import canonical
from workflows.fields import LONGEST_TITLE
from workflows.standing import INTAKE

LINKS = LinkRow.__table__


@dataclass(slots=True)
class Carrying:
    """The effects of one step under way. `issued` is what they gave out: it goes into the body of the event."""

    connection: Connection
    case: Case
    now: datetime
    on: date
    person: str | None
    issued: dict[str, Any] = field(default_factory=dict)
    reference: str | None = None
    adopted_on: date | None = None

    def carry_out(self, effect: Effect) -> None:
        """Do one effect."""
        CARRIERS[type(effect)](self, effect)

    def id(self) -> str:
        """A new id."""
        return new_id(self.now)

    def run(self, statement: Any, **values: Any) -> Any:
        """Execute a statement of the case's own."""
        return self.connection.execute(statement, values)


def _issue_reference(this: Carrying, effect: effects.IssueReference) -> None:
    number = next_number(this.connection, effect.prefix, effect.year)
    this.reference = f"{effect.prefix}-{effect.year}-{number:04d}"
    this.issued["reference"] = this.reference


OPEN = insert(CONSULTATIONS)
OPENED = select(func.max(CONSULTATIONS.c.opened_at)).where(CONSULTATIONS.c.case_id == bindparam("case"))
INVITE = insert(INVITATIONS)


def _open(this: Carrying, effect: effects.OpenConsultation) -> None:
    opened, before = this.id(), this.run(OPENED, case=this.case.id).scalar()
    # Rounds are told apart by which came last, and the clock of the machine may have been set back since.
    opened_at = this.now if before is None else max(this.now, before + timedelta(microseconds=1))
    rule = this.case.procedure.consultations[effect.name]
    instrument = this.run(INSTRUMENT_ID, case=this.case.id).scalar_one_or_none() if rule.about == "texts" else None
    this.run(
        OPEN,
        id=opened,
        case_id=this.case.id,
        name=effect.name,
        round=effect.round,
        by_role=effect.by,
        rule=effect.rule,
        question=effect.question,
        voters=list(effect.voters),
        advisers=list(effect.advisers),
        closing_on=effect.closing_on,
        open=True,
        cancelled=False,
        instrument_id=instrument,
        opened_at=opened_at,
        opened_on=this.on,
    )
    asked = [(code, False) for code in effect.voters] + [(code, True) for code in effect.advisers]
    rows = [
        {
            "consultation_id": opened,
            "organisation": code,
            "case_id": this.case.id,
            "by_role": effect.by,
            "advice": advice,
            "invited_at": this.now,
        }
        for code, advice in asked
    ]
    this.connection.execute(INVITE, rows)
    this.issued |= {"consultation": opened, "round": effect.round}


_one = CONSULTATIONS.c.id == bindparam("one")
EXTEND = update(CONSULTATIONS).where(_one).values(closing_on=bindparam("until"))
CLOSE = (
    update(CONSULTATIONS)
    .where(_one)
    .values(open=False, outcome=bindparam("came_to"), grounds=bindparam("because"), closed_at=bindparam("moment"))
)
CANCEL = update(CONSULTATIONS).where(_one).values(open=False, cancelled=True, closed_at=bindparam("moment"))


def _extend(this: Carrying, effect: effects.ExtendConsultation) -> None:
    this.run(EXTEND, one=effect.consultation, until=effect.closing_on)
    this.issued["consultation"] = effect.consultation


def _close(this: Carrying, effect: effects.CloseConsultation) -> None:
    grounds = [
        {"code": ground.code, "delegations": list(ground.delegations), "reservation": ground.reservation}
        for ground in effect.finding.grounds
    ]
    kept = {
        "blocked_by": list(effect.finding.blocked_by),
        "silent": list(effect.finding.silent),
        "grounds": grounds,
    }
    this.run(CLOSE, one=effect.consultation, came_to=str(effect.finding.outcome), because=kept, moment=this.now)
    this.issued |= {"consultation": effect.consultation, "outcome": str(effect.finding.outcome)}


def _cancel(this: Carrying, effect: effects.CancelConsultation) -> None:
    this.run(CANCEL, one=effect.consultation, moment=this.now)
    this.issued["consultation"] = effect.consultation


INSTRUMENT_ID = select(INSTRUMENTS.c.id).where(INSTRUMENTS.c.case_id == bindparam("case"))
INSTRUMENT = insert(INSTRUMENTS)


def _change_instrument(this: Carrying, **values: Any) -> None:
    statement = (
        update(INSTRUMENTS)
        .where(INSTRUMENTS.c.case_id == this.case.id)
        .values(version=INSTRUMENTS.c.version + 1, updated_at=this.now, **values)
    )
    this.connection.execute(statement)


def _draft(this: Carrying, effect: effects.DraftInstrument) -> None:
    known = this.run(INSTRUMENT_ID, case=this.case.id).scalar_one_or_none()
    council = {"council_on": effect.council_on} if effect.council_on else {}
    if known is not None:
        _change_instrument(this, kind=effect.kind, **council)
    else:
        known = this.id()
        this.run(
            INSTRUMENT,
            id=known,
            case_id=this.case.id,
            kind=effect.kind,
            state="draft",
            external=False,
            version=1,
            created_at=this.now,
            updated_at=this.now,
            **council,
        )
    this.issued |= {"instrument": known, "instrument_kind": effect.kind}


TEXTS = (
    select(EXPRESSIONS.c.language, EXPRESSIONS.c.sha256)
    .join(INSTRUMENTS, INSTRUMENTS.c.id == EXPRESSIONS.c.instrument_id)
    .where(INSTRUMENTS.c.case_id == bindparam("case"))
)


def _freeze(this: Carrying, effect: effects.FreezeTexts) -> None:
    hashes = {row.language: row.sha256 for row in this.run(TEXTS, case=this.case.id)}
    frozen = hashlib.sha256(canonical(hashes).encode()).hexdigest()
    _change_instrument(this, state="frozen", frozen_hash=frozen)
    this.issued["texts"] = frozen


def _unfreeze(this: Carrying, effect: effects.UnfreezeTexts) -> None:
    _change_instrument(this, state="draft", frozen_hash=None)


def _opinion(this: Carrying, effect: effects.RecordOpinion) -> None:
    _change_instrument(this, council_opinion=effect.opinion)


def _adopt(this: Carrying, effect: effects.AdoptInstrument) -> None:
    year = effect.adopted_on.year
    number = f"{effect.series}({year}){next_number(this.connection, effect.series, year)}"
    how = dict(effect.in_force)
    _change_instrument(
        this,
        state="adopted",
        number=number,
        adopted_on=effect.adopted_on,
        in_force=how,
        in_force_on=date.fromisoformat(how["on"]) if how.get("on") else None,
        evaluate_on=effect.evaluate_on,
    )
    this.adopted_on = effect.adopted_on
    instrument = this.run(INSTRUMENT_ID, case=this.case.id).scalar_one()
    this.issued |= {"number": number, "instrument": instrument}


def _add_measure(this: Carrying, effect: effects.AddMeasure) -> None:
    this.run(
        insert(MEASURES),
        id=this.id(),
        instrument_id=this.run(INSTRUMENT_ID, case=this.case.id).scalar_one(),
        case_id=this.case.id,
        country=effect.country,
        title=effect.title,
        due_on=effect.due_on,
        state="planned",
        version=1,
        updated_at=this.now,
    )


def _spawn(this: Carrying, effect: effects.Spawn) -> None:
    spawned = draft_of(this.id(), effect)
    insert_draft(this.connection, spawned, this.now)
    this.run(
        insert(LINKS),
        case_id=spawned.id,
        kind="spawned_from",
        to_case=this.case.id,
        created_at=this.now,
        by_person=this.person,
    )
    this.issued["spawned"] = [*this.issued.get("spawned", ()), spawned.id]


def draft_of(id: str, effect: effects.Spawn) -> Case:
    """The draft that a follow-up becomes: the text goes where the form of its procedure asks for the substance."""
    procedure = shelf.newest(effect.procedure)
    asked = [field.name for field in procedure.forms[procedure.form] if field.type == "text" and not field.optional]
    place = "why" if "why" in asked else asked[0]
    content = {"subject": effect.title, place: effect.text} if "subject" in asked else {place: effect.text}
    return Case(
        id=id,
        procedure=procedure,
        stage=procedure.starts_in,
        title=effect.title[:LONGEST_TITLE],
        language=effect.language,
        organisation=SECRETARIAT,
        countries=effect.countries,
        content=content,
        begun_by=INTAKE,
        waiting_for=INTAKE,  # who began it completes it, whoever files such a case otherwise
    )


INSERT_CASE = insert(CASES)
INSERT_COUNTRY = insert(COUNTRIES)


def insert_draft(connection: Connection, case: Case, now: datetime, **more: Any) -> None:
    """Keep a case that is new, with its countries."""
    values = values_of(case) | {"created_at": now, "updated_at": now, "plan_status": []}
    values["searchable"] = searchable(case.reference, case.title, case.content)
    connection.execute(INSERT_CASE, values | more)
    if case.countries:
        connection.execute(INSERT_COUNTRY, [{"case_id": case.id, "country": code} for code in case.countries])


FIND_LINK = select(LINKS.c.case_id).where(
    LINKS.c.case_id == bindparam("case"), LINKS.c.kind == bindparam("what"), LINKS.c.to_case == bindparam("other")
)


def link_cases(connection: Connection, case: str, kind: str, other: str, now: datetime, person: str | None) -> bool:
    """Link two cases; False when they are linked so already."""
    if connection.execute(FIND_LINK, {"case": case, "what": kind, "other": other}).first() is not None:
        return False
    row = {"case_id": case, "kind": kind, "to_case": other, "created_at": now, "by_person": person}
    connection.execute(insert(LINKS), row)
    return True


def _link(this: Carrying, effect: effects.Link) -> None:
    link_cases(this.connection, this.case.id, effect.kind, effect.to, this.now, this.person)
    this.issued["linked"] = effect.to


def _unlink(this: Carrying, effect: effects.Unlink) -> None:
    this.connection.execute(delete(LINKS).where(LINKS.c.case_id == this.case.id, LINKS.c.kind == effect.kind))


def _follow(this: Carrying, effect: effects.Follow) -> None:
    follow(this.connection, effect.case, effect.person, this.now)


CARRIERS: Mapping[type, Callable[[Carrying, Any], None]] = {
    effects.IssueReference: _issue_reference,
    effects.OpenConsultation: _open,
    effects.ExtendConsultation: _extend,
    effects.CloseConsultation: _close,
    effects.CancelConsultation: _cancel,
    effects.DraftInstrument: _draft,
    effects.FreezeTexts: _freeze,
    effects.UnfreezeTexts: _unfreeze,
    effects.RecordOpinion: _opinion,
    effects.AdoptInstrument: _adopt,
    effects.AddMeasure: _add_measure,
    effects.Spawn: _spawn,
    effects.Link: _link,
    effects.Unlink: _unlink,
    effects.Follow: _follow,
}
"""Every effect but KeepClock, which `work` keeps with the clocks."""
