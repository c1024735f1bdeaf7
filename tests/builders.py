"""Builders: cases, people and facts for tests, with everything in place that a test does not name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from workflows import shelf
from workflows.actor import SECRETARIAT, Actor, Mandate, Role
from workflows.advance import Request
from workflows.case import Case, Ending
from workflows.clock import Clock, ClockState
from workflows.consultation import Consultation, Position
from workflows.decision_rule import Outcome, Reservation, Stance
from workflows.facts import Facts, Instrument, Measure, Text
from workflows.fields import VOTERS

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)
YESTERDAY = date(2026, 3, 1)
CASE = "0195a000-0000-7000-8000-000000000001"
OTHER_CASE = "0195a000-0000-7000-8000-000000000002"
MUNICIPALITY = "NL-GM0980"
WORKING_GROUP = "transport"
CONTENT: Mapping[str, Mapping[str, Any]] = {
    "benelux-obstacle": {
        "situation": "A school bus may not cross the border with pupils on board.",
        "who_is_hindered": "Pupils from Budel who go to school in Hamont.",
    },
    "benelux-proposal": {"subject": "Cargo bikes", "why": "Each country has its own rules for cargo bikes."},
    "benelux-project": {"summary": "A pilot with digital consignment notes."},
}
HOLDERS: Mapping[str, tuple[Role, str, str | None]] = {
    "filer": (Role.OFFICER, MUNICIPALITY, None),
    "intake": (Role.SECRETARY, SECRETARIAT, None),
    "secretary": (Role.SECRETARY, "NL-MIN-IENW", WORKING_GROUP),
    "secretary_general": (Role.SECRETARY_GENERAL, SECRETARIAT, None),
    "delegate": (Role.DELEGATE, "NL", None),
    "minister_office": (Role.MINISTER_OFFICE, "NL", None),
    "auditor": (Role.AUDITOR, SECRETARIAT, None),
    "admin": (Role.ADMIN, SECRETARIAT, None),
}
"""Who has this role word on the case of `a_case`, and no other: the role, at which organisation, in which group."""
KNOWN: Mapping[tuple[str, str], str] = {
    ("working_group", WORKING_GROUP): WORKING_GROUP,
    ("case", "OBS-2026-0002"): OTHER_CASE,
    ("case", OTHER_CASE): OTHER_CASE,
    ("case", CASE): CASE,
    **{("organisation", code): code for code in ("BE-WAL", "DE-NW", "SOLVIT", *VOTERS, MUNICIPALITY, SECRETARIAT)},
}
"""What exists, as far as a request in a test names it."""


def a_mandate(
    role: str,
    organisation: str = SECRETARIAT,
    working_group: str | None = None,
    *,
    answers_for: str | None = None,
    mandate: str | None = None,
) -> Mandate:
    """A mandate without a first or a last day."""
    return Mandate(
        id=mandate or f"mandate-{role}-{organisation}-{working_group or 'none'}",
        role=Role(role),
        organisation=organisation,
        working_group=working_group,
        answers_for=answers_for,
    )


def an_actor(
    role: str = "officer",
    organisation: str | None = None,
    working_group: str | None = None,
    *,
    answers_for: str | None = None,
    person: str | None = None,
    name: str = "Sanne de Wit",
    language: str = "nl",
) -> Actor:
    """A person with one mandate. An officer is at the municipality that filed, whoever else at the secretariat."""
    where = organisation or (MUNICIPALITY if role == Role.OFFICER else SECRETARIAT)
    mandate = a_mandate(role, where, working_group, answers_for=answers_for)
    return Actor(person=person or f"person-{role}-{where}", name=name, language=language, mandates=(mandate,))


def somebody(word: str, **changes: Any) -> Actor:
    """Somebody who has this role word on the case of `a_case`, and no other."""
    role, organisation, working_group = HOLDERS[word]
    return an_actor(role, organisation, working_group, **({"person": f"person-{word}"} | changes))


def a_case(stage: str = "admissibility", procedure: str = "benelux-obstacle", **changes: Any) -> Case:
    """A case in a stage, filed by the municipality; in a draft, as it is before it is filed."""
    rules = shelf.newest(procedure)
    filed = stage != rules.starts_in
    given: dict[str, Any] = {
        "id": CASE,
        "procedure": rules,
        "stage": stage,
        "anchor": stage if rules.is_anchor(stage) else _first_anchor(procedure) if filed else None,
        "reference": f"{rules.prefix}-2026-0001" if filed else None,
        "title": "School bus across the border",
        "language": "nl",
        "organisation": MUNICIPALITY,
        "working_group": WORKING_GROUP if filed else None,
        "theme": "mobility_transport" if filed else None,
        "countries": ("BE", "NL"),
        "content": CONTENT[procedure],
        "begun_by": rules.begun_by[0],
        "filed_by": "person-filer" if filed else None,
        "last_on": YESTERDAY if filed else None,
        "events": 1 if filed else 0,
        "ending": Ending(reason="It was decided.", on=YESTERDAY, by="person-secretary_general")
        if stage in rules.endings
        else None,
    }
    return Case(**(given | changes))


def _first_anchor(procedure: str) -> str:
    rules = shelf.newest(procedure)
    return next(stage for stage in rules.stages if rules.is_anchor(stage))


def facts(**known: Any) -> Facts:
    """What is known around a case: that what requests in tests name exists, and whatever a test says."""
    given: dict[str, Any] = {"known": KNOWN, "follow_ups": ("benelux-proposal", "benelux-project")}
    return Facts(**(given | known))


def a_request(
    move: str,
    actor: Actor | str,
    data: Mapping[str, Any] | None = None,
    reason: str | None = None,
    on: date | None = None,
    now: datetime = NOW,
) -> Request:
    """A move that somebody asks for; `actor` may be a role word."""
    who = somebody(actor) if isinstance(actor, str) else actor
    return Request(move=move, actor=who, data=data or {}, reason=reason, on=on, now=now)


def a_clock(name: str, state: str = "running", **changes: Any) -> Clock:
    """A clock that runs from yesterday on, and is due in a month."""
    given: dict[str, Any] = {"starts_on": YESTERDAY, "due_on": date(2026, 4, 1)}
    return Clock(name=name, state=ClockState(state), **(given | changes))


def a_position(delegation: str, stance: str = "agree", *, advice: bool = False, on: date = YESTERDAY) -> Position:
    """What a delegation has said; a reservation is one of scrutiny."""
    reservation = Reservation.SCRUTINY if stance == Stance.RESERVATION else None
    return Position(delegation=delegation, stance=Stance(stance), reservation=reservation, advice=advice, on=on)


def a_consultation(
    name: str = "delegations", positions: Mapping[str, str] | None = None, **changes: Any
) -> Consultation:
    """An open consultation that closes on 1 April; `positions` is what each voter has said."""
    given: dict[str, Any] = {
        "id": f"consultation-{name}",
        "name": name,
        "round": 1,
        "question": "Do you agree?",
        "voters": VOTERS,
        "closing_on": date(2026, 4, 1),
        "positions": tuple(a_position(delegation, stance) for delegation, stance in (positions or {}).items()),
    }
    return Consultation(**(given | changes))


def an_instrument(kind: str = "decision", **changes: Any) -> Instrument:
    """An instrument with final texts in Dutch and French that are not yet frozen."""
    final = Text(articles=("1", "2"), final=True)
    return Instrument(**({"id": "instrument-1", "kind": kind, "texts": {"nl": final, "fr": final}} | changes))


def measures(**states: str) -> tuple[Measure, ...]:
    """What the countries do: `measures(BE="planned", NL="in_force")`."""
    return tuple(Measure(country=country, state=state) for country, state in states.items())


AGREED: Mapping[str, str] = dict.fromkeys(VOTERS, "agree")
ADOPTED = Outcome.ADOPTED
CRITERIA: Mapping[str, Mapping[str, Any]] = {
    name: {"met": True, "reason": "It is."} for name in shelf.newest("benelux-obstacle").checklists["admissibility"]
}
"""Every criterion of admissibility, met."""
