"""Statements: what somebody asks to be kept as a position, and in whose name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.actor import Actor, Mandate
from workflows.case import Case
from workflows.consultation import Consultation, speaks_for
from workflows.decision_rule import Reservation, Stance
from workflows.errors import DataInvalid, Fault, RoleMissing
from workflows.fields import CODE, DATE, TEXT, faults_of, or_null, validator
from workflows.standing import SECRETARY, gives, standing

REFERENCE = {**TEXT, "maxLength": 500}
SPEAKS = (Stance.OBJECT, Stance.RESERVATION)
"""Stances that say why."""

_FORM = validator(
    {
        "type": "object",
        "properties": {
            "position": {"type": "string", "enum": [str(stance) for stance in Stance]},
            "reservation": or_null({"type": "string", "enum": [str(kind) for kind in Reservation]}),
            "text": or_null(TEXT),
            "mandate_reference": or_null(REFERENCE),
            "for": or_null(CODE),
            "stated_on": or_null(DATE),
        },
        "required": ["position"],
        "additionalProperties": False,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A position as it was sent. `named` is the organisation in whose name, `stated_on` the day, where given."""

    stance: Stance
    reservation: Reservation | None = None
    text: str | None = None
    mandate_reference: str | None = None
    named: str | None = None
    stated_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """In whose name a statement is made, and by which mandate. `noted`: the secretary writes down what was said."""

    organisation: str
    mandate: Mandate
    noted: bool


def statement_of(sent: Any, today: date) -> Statement:
    """What was sent, as a statement. Raises DataInvalid with everything that is wrong."""
    faults = list(faults_of(_FORM, sent)) or list(_misfits(sent, today))
    if faults:
        raise DataInvalid(faults)
    reservation, stated_on = sent.get("reservation"), sent.get("stated_on")
    return Statement(
        stance=Stance(sent["position"]),
        reservation=Reservation(reservation) if reservation is not None else None,
        text=sent.get("text"),
        mandate_reference=sent.get("mandate_reference"),
        named=sent.get("for"),
        stated_on=date.fromisoformat(stated_on) if stated_on is not None else None,
    )


def _misfits(sent: Mapping[str, Any], today: date) -> Iterator[Fault]:
    reserved = sent["position"] == Stance.RESERVATION
    if reserved != (sent.get("reservation") is not None):
        yield Fault("/reservation", "missing" if reserved else "unknown_field")
    if sent["position"] in SPEAKS and sent.get("text") is None:
        yield Fault("/text", "missing")
    if sent.get("stated_on") is not None and date.fromisoformat(sent["stated_on"]) > today:
        yield Fault("/stated_on", "must_not_lie_after_today")


def speaker_of(case: Case, actor: Actor, consultation: Consultation, by: str, statement: Statement) -> Speaker:
    """Who is heard: a holder of the role `by` in the name of somebody invited, or the secretary, who notes it.

    Raises DataInvalid where nobody can tell in whose name, or where the one named was not invited; RoleMissing.
    """
    named = statement.named
    if named is not None and named not in consultation.invited:
        raise DataInvalid([Fault("/for", "not_invited", (("value", named),))])
    voices = voices_of(case, actor, consultation, by)
    if named is None and len(voices) == 1:
        named = next(iter(voices))
    if named in voices:
        return Speaker(organisation=named, mandate=voices[named], noted=False)
    secretary = standing(case, actor, (SECRETARY,))
    if secretary is None and (named is not None or not voices):
        raise RoleMissing((by, SECRETARY))
    if named is None or statement.stated_on is None:
        missing = {"/for": named is None, "/stated_on": secretary is not None and statement.stated_on is None}
        raise DataInvalid([Fault(pointer, "missing") for pointer, lacking in missing.items() if lacking])
    assert secretary is not None  # noqa: S101 (whoever is neither was refused above; said for the type checker)
    return Speaker(organisation=named, mandate=secretary[1], noted=True)


def voices_of(case: Case, actor: Actor, consultation: Consultation, by: str) -> dict[str, Mandate]:
    """In whose name the actor may speak in this consultation, by which mandate."""
    invited = consultation.invited
    found: dict[str, Mandate] = {}
    for mandate in actor.mandates:
        if gives(mandate, by, case, {by: invited}):
            voice = speaks_for(mandate.organisation, mandate.answers_for, invited)
            if voice is not None:
                found.setdefault(voice, mandate)
    return found
