"""Effects: what a step sets off beside the change of the case itself. A closed set; the store carries them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.clock import Clock
from workflows.decision_rule import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueReference:
    """Give the case the next reference of its prefix and year."""

    prefix: str
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepClock:
    """Keep a clock as it is now. `change` is starts, restarts, meets, stops, suspends or resumes."""

    clock: Clock
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenConsultation:
    """Ask the voters, and the advisers, a question. `by` is the role word of who answers."""

    name: str
    round: int
    by: str
    rule: str
    question: str | None
    closing_on: date | None
    voters: tuple[str, ...]
    advisers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendConsultation:
    """Let an open consultation run until a later day."""

    consultation: str
    closing_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseConsultation:
    """Close a consultation with what came of it."""

    consultation: str
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelConsultation:
    """Close a consultation without an outcome."""

    consultation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftInstrument:
    """Give the case an instrument of this kind; chosen again, its kind changes and its texts stay."""

    kind: str
    council_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeTexts:
    """Fix the texts by their hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfreezeTexts:
    """Let the texts be written again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOpinion:
    """Keep the opinion of the Benelux Council with the instrument (treaty 2008, art. 12)."""

    opinion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptInstrument:
    """The instrument is adopted, and gets the next number of its series and year: M(YYYY)n."""

    series: str
    adopted_on: date
    in_force: Mapping[str, Any]
    evaluate_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMeasure:
    """Follow what one country must do to carry the instrument out."""

    country: str
    title: str
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spawn:
    """Begin a draft of the Secretariat-General out of this case, linked to it."""

    procedure: str
    title: str
    text: str
    language: str
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Link this case to another."""

    kind: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlink:
    """Take the links of a kind away."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """Let a person follow another case."""

    case: str
    person: str


Effect = (
    IssueReference
    | KeepClock
    | OpenConsultation
    | ExtendConsultation
    | CloseConsultation
    | CancelConsultation
    | DraftInstrument
    | FreezeTexts
    | UnfreezeTexts
    | RecordOpinion
    | AdoptInstrument
    | AddMeasure
    | Spawn
    | Link
    | Unlink
    | Follow
)
