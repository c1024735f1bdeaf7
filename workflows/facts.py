"""Facts: what a step must know beside the case itself. A frozen record, loaded only as far as the step needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from workflows.clock import Clock
from workflows.consultation import Consultation
from workflows.decision_rule import Outcome


class Need(StrEnum):
    """A part of the facts that costs a look into the store. Clocks are always needed."""

    CONSULTATION = "consultation"
    AGREEMENT = "agreement"
    ANALYSES = "analyses"
    INSTRUMENT = "instrument"
    MEASURES = "measures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of an instrument, as far as a rule asks: the numbers of its articles, and if it is final."""

    articles: tuple[str, ...]
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """The instrument of a case, as far as a rule asks."""

    id: str
    kind: str
    number: str | None = None
    frozen: bool = False
    texts: Mapping[str, Text] = field(default_factory=dict)
    journal: str | None = None
    published_on: date | None = None
    evaluate_on: date | None = None
    in_force: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What one country does to carry an instrument out: planned, adopted, in_force, not_needed or declined.

    `binding`: the instrument is a decision, which must be in force; a recommendation only asks for what was decided.
    """

    country: str
    state: str
    due_on: date | None = None
    binding: bool = True

    @property
    def open(self) -> bool:
        """Is something still to be done?"""
        return self.state == "planned" or (self.state == "adopted" and self.binding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known around a case when a step is asked for.

    `consultation`: the open one. `rounds`: how many there have been, by name. `agreement`: the outcome of the last
    closed round of the delegations. `analyses`: the countries for which a finding stands. `known`: everything that
    the request names and that exists, as (type, code as given) -> code or id. `follow_ups`: the procedures that a
    follow-up may begin.
    """

    clocks: tuple[Clock, ...] = ()
    consultation: Consultation | None = None
    rounds: Mapping[str, int] = field(default_factory=dict)
    agreement: Outcome | None = None
    analyses: frozenset[str] = frozenset()
    instrument: Instrument | None = None
    measures: tuple[Measure, ...] = ()
    known: Mapping[tuple[str, str], str] = field(default_factory=dict)
    follow_ups: tuple[str, ...] = ()

    def clock(self, name: str) -> Clock | None:
        """The clock of this name, if it was ever started."""
        return next((clock for clock in self.clocks if clock.name == name), None)
