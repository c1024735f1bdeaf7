"""The file of an annual plan: the plan, and its items as their compiler describes them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from service.imports.kinds import Code, Codes, Countries, Entry, Lines, Text, Theme, Title

Status = Literal["new", "in_development", "ongoing"]
StatusBasis = Literal["heading", "flagship", "inferred"]
Basis = Literal["stated", "inferred"]
Relation = Literal["implements", "based_on", "evaluates", "amends"]
Kind = Literal[
    "obstacle", "project", "pilot", "study", "network", "event", "dialogue", "eu_coordination",
    "instrument_preparation", "instrument_implementation", "implementing_agreement", "treaty", "monitoring",
    "evaluation", "information_service", "operation", "partnership", "support",
]  # fmt: skip
Stage = Literal[
    "proposal", "exploration", "consultation", "drafting", "negotiation", "awaiting_signature",
    "awaiting_ratification", "awaiting_entry_into_force", "planned", "implementation", "operation", "monitoring",
    "evaluation", "revision",
]  # fmt: skip


class PlanHead(Entry):
    """The plan itself. What else the file says about it (chapters, presidency, priorities) is kept as it is."""

    id: Code
    year: int = Field(ge=1958, le=2200)
    title_nl: Title
    title_fr: Title
    title_de: Title
    title_en: Title


class PlanInstrument(Entry):
    """What an item has to do with an instrument."""

    instrument_id: Code
    relation: Relation


class PlanDate(Entry):
    """A date in an item: of level 1 of the Extended Date/Time Format, `2023-21` is spring."""

    date: Code
    type: Code
    label_nl: Text


class PlanAction(Entry):
    """A smaller piece of work in an item."""

    title_nl: Text


class PlanItem(Entry):
    """One item. `basis` fields say whether the plan says it or its compiler concluded it."""

    id: Code
    kind: Kind
    theme: Theme
    status: Status
    status_basis: StatusBasis
    stage_hint: Stage
    section: Code
    source_lines: list[Lines] = Field(min_length=1)
    title_nl: Title
    title_fr: Title | None = None
    title_de: Title | None = None
    title_en: Title | None = None
    summary_nl: Text
    summary_en: Text | None = None
    obstacle_nl: Text | None = None
    obstacle_en: Text | None = None
    obstacle_basis: Basis | None = None
    countries: Countries
    subnational: Codes = Field(default_factory=list)
    partners: Codes = Field(default_factory=list)
    bodies: list[Text] = Field(default_factory=list)
    working_groups: list[Title] = Field(default_factory=list)
    intended_instruments: Codes = Field(default_factory=list)
    intended_instruments_basis: Literal["stated", "inferred", "none"] = "none"
    intended_instruments_note: Text | None = None
    produces_instruments: Codes = Field(default_factory=list)
    instruments_referenced: list[PlanInstrument] = Field(default_factory=list)
    eu_acts_referenced: list[Text] = Field(default_factory=list)
    dates: list[PlanDate] = Field(default_factory=list)
    actions: list[PlanAction] = Field(default_factory=list)
    parent: Code | None = None
    related: Codes = Field(default_factory=list)


class Partner(Entry):
    """Somebody outside who takes part, by the name that the plan gives."""

    label_nl: Text
