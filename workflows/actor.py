"""Who acts: a person with the mandates that are in force."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SECRETARIAT = "BENELUX-SG"
"""The organisation of the Secretariat-General."""


class Role(StrEnum):
    """What a mandate allows, before it is known on which case."""

    OFFICER = "officer"
    SECRETARY = "secretary"
    DELEGATE = "delegate"
    MINISTER_OFFICE = "minister_office"
    SECRETARY_GENERAL = "secretary_general"
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """A role at an organisation, for some time.

    `answers_for` is the delegation that the organisation answers for (BE-FED answers for BE), if any.
    `starts_on` and `ends_on` are the first and the last day on which the mandate holds; None is open.
    """

    id: str
    role: Role
    organisation: str
    working_group: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    answers_for: str | None = None

    def holds(self, day: date) -> bool:
        """Is the mandate in force on this day?"""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)

    @property
    def voices(self) -> tuple[str, ...]:
        """The organisations in whose name it may speak: its own, and the delegation that this one answers for."""
        return (self.organisation,) if self.answers_for is None else (self.organisation, self.answers_for)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A signed-in person, with the mandates that hold today."""

    person: str
    name: str
    language: str
    mandates: tuple[Mandate, ...]

    def holding(self, role: Role) -> Iterator[Mandate]:
        """The mandates with this role."""
        return (mandate for mandate in self.mandates if mandate.role == role)

    def has(self, role: Role, organisations: Collection[str] | None = None) -> bool:
        """Does one mandate give this role, at one of these organisations (None: anywhere)?"""
        return any(organisations is None or mandate.organisation in organisations for mandate in self.holding(role))

    @property
    def intake(self) -> bool:
        """Any secretary of the Secretariat-General."""
        return self.has(Role.SECRETARY, (SECRETARIAT,))
