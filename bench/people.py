"""The people of the large databases: offices, secretaries, delegates and officers of many organisations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

from service.store.engine import Store
from service.store.tables import MandateRow, OrganisationRow, PersonRow, WorkingGroupRow
from workflows.actor import Actor, Mandate, Role
from workflows.fields import VOTERS

GROUPS = ("transport", "energy", "labour", "taxation", "health", "education", "water", "policing")
MUNICIPALITIES = tuple(f"{country}-GM{number:03d}" for number in range(10) for country in VOTERS)
OFFICES = 300
"""People of ministers' offices, a third of them for each delegation."""
OF_THE_HOUSE = "BENELUX-SG"
MINISTRY = "NL-MIN-BENCH"
"""The last working groups have their secretaries here: they read the cases of their own group alone."""


def _person(name: str, role: Role, organisation: str, *, group: str | None = None, language: str = "nl") -> Actor:
    mandate = Mandate(id=f"mandate-{name}", role=role, organisation=organisation, working_group=group)
    return Actor(person=f"person-{name}", name=name.replace("-", " ").title(), language=language, mandates=(mandate,))


OFFICERS = {code: _person(f"officer-{code.lower()}", Role.OFFICER, code) for code in MUNICIPALITIES}
SECRETARIES = {
    code: _person(f"secretary-{code}", Role.SECRETARY, OF_THE_HOUSE if place < 4 else MINISTRY, group=code)
    for place, code in enumerate(GROUPS)
}
DELEGATES = {code: _person(f"delegate-{code.lower()}", Role.DELEGATE, code) for code in (*VOTERS, "DE-NW")}
INTAKE = _person("intake", Role.SECRETARY, OF_THE_HOUSE)
SECRETARY_GENERAL = _person("secretary-general", Role.SECRETARY_GENERAL, OF_THE_HOUSE)
AUDITOR = _person("auditor", Role.AUDITOR, OF_THE_HOUSE, language="en")
OFFICE_WORKERS = tuple(
    _person(
        f"office-{number:03d}", Role.MINISTER_OFFICE, VOTERS[number % 3], language=("nl", "fr", "de", "en")[number % 4]
    )
    for number in range(OFFICES)
)
OFFICE_OF = {str(office.mandates[0].organisation): office for office in reversed(OFFICE_WORKERS)}
"""The first worker of each delegation's office."""

EVERYBODY = (
    *OFFICERS.values(), *SECRETARIES.values(), *DELEGATES.values(), INTAKE, SECRETARY_GENERAL, AUDITOR, *OFFICE_WORKERS,
)  # fmt: skip


def settle(store: Store, now: datetime) -> None:
    """Keep the organisations, the working groups and the people with their mandates."""
    organisations = [
        {"code": code, "name": f"Municipality {code}", "kind": "municipality", "country": code[:2], "version": 1}
        for code in MUNICIPALITIES
    ]
    organisations.append({"code": MINISTRY, "name": "Ministry", "kind": "ministry", "country": "NL", "version": 1})
    groups = [{"code": code, "name": f"Working group {code}", "version": 1} for code in GROUPS]
    people = [
        {
            "id": actor.person,
            "email": f"{actor.person}@bench.example",
            "name": actor.name,
            "language": actor.language,
            "created_at": now,
            "version": 1,
            "active": True,
        }
        for actor in EVERYBODY
    ]
    mandates = [
        {
            "id": mandate.id,
            "person_id": actor.person,
            "role": str(mandate.role),
            "organisation": mandate.organisation,
            "working_group": mandate.working_group,
            "created_at": now,
        }
        for actor in EVERYBODY
        for mandate in actor.mandates
    ]
    with store.writing() as connection:
        for row, values in (
            (OrganisationRow, organisations),
            (WorkingGroupRow, groups),
            (PersonRow, people),
            (MandateRow, mandates),
        ):
            connection.execute(insert(row.__table__), values)
