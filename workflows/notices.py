"""Notices: the twenty kinds of mail, and what a letter and a digest say before they are put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

NOTICES = (
    "receipt",
    "waiting",
    "progress",
    "question",
    "answered",
    "reminder",
    "nearly_late",
    "late",
    "still_working",
    "invitation",
    "extended",
    "cancelled",
    "result",
    "vote",
    "adopted",
    "ending",
    "withdrawn",
    "review",
    "reopened",
    "reassigned",
)
"""What a procedure may tell. Beside them: `digest`, and `account` (a password or a mandate was changed)."""
DIGEST = "digest"
ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whom a letter goes to. `role` is the role word in which it is sent; `instead_of` the one that nobody holds."""

    person: str
    name: str
    email: str
    language: str
    role: str
    organisation: str | None = None
    organisation_name: str | None = None
    instead_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNow:
    """The case of a letter, as it is when the letter is written. `contact` is the secretary whom one may call."""

    id: str
    reference: str | None
    title: str
    procedure: str
    procedure_version: int
    stage: str
    ended: bool
    waits_for: str | None
    due_on: date | None
    organisation: str
    organisation_name: str
    working_group_name: str | None
    contact: str | None
    reviewable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What happened: the event that a letter tells of, as far as this addressee may know it.

    `move` or `act` is its name in the procedure; `data` what was given with it (questions, answers, closing_on, body,
    original, failing, measures …); `by` and `on_behalf_of` are names of people and organisations.
    """

    kind: str
    move: str | None
    act: str | None
    on: date
    at: datetime
    by: str | None
    on_behalf_of: str | None
    reason: str | None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockNow:
    """The clock of a letter: which mark it reached (`before:3WD`, `at:80%`, `late`)."""

    name: str
    kind: str
    of: str
    due_on: date | None
    mark: str | None
    policy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationNow:
    """The consultation of a letter. `asked` is the organisation in whose name the addressee speaks, if any.

    `reasoning` holds sentences in the addressee's language; `positions` pairs of (organisation's name, stance code,
    reservation code or None, advice) where the addressee may read them.
    """

    id: str
    name: str
    round: int
    question: str | None
    closing_on: date | None
    open: bool
    cancelled: bool
    outcome: str | None
    reasoning: tuple[str, ...] = ()
    voters: tuple[str, ...] = ()
    advisers: tuple[str, ...] = ()
    positions: tuple[tuple[str, str, str | None, bool], ...] = ()
    asked: str | None = None
    advice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentNow:
    """The instrument of a letter. `measures` are those that the addressee answers for: (title, due_on, state)."""

    id: str
    kind: str
    number: str | None
    title: str | None
    adopted_on: date | None
    in_force: Mapping[str, Any] | None
    measures: tuple[tuple[str, date | None, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Everything that one mail to one person says, in codes; `notifications.render` puts it into words.

    `message_id` is the same at every attempt; `thread` is the id that makes all mails of a case one conversation.
    """

    notice: str
    to: Addressee
    message_id: str
    thread: str | None
    event_hash: str | None
    created_at: datetime
    case: CaseNow | None = None
    happening: Happening | None = None
    clock: ClockNow | None = None
    consultation: ConsultationNow | None = None
    instrument: InstrumentNow | None = None
    questions: tuple[tuple[int, str], ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """One case in a section. `what` says what is asked or what happened (position, vote, measure, or a move).

    `number`, `kind` (of the instrument, a code) and `working_group` (its name) are what the line of history names.
    """

    case: str
    reference: str | None
    title: str
    procedure: str
    procedure_version: int
    stage: str
    what: str | None
    on: date | None
    due_on: date | None
    number: str | None = None
    kind: str | None = None
    working_group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSection:
    """asked, late, filed, advanced, adopted or ended: the number of cases, the list behind it, and its first lines.

    `query` is the query string of that list, as the API reads it.
    """

    name: str
    count: int
    query: str
    lines: tuple[DigestLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one office reads of one week: from `starts_on` up to and without `ends_on`, both Mondays."""

    week: str
    starts_on: date
    ends_on: date
    organisation: str
    organisation_name: str
    sections: tuple[DigestSection, ...]
    seal: str | None = None

    @property
    def empty(self) -> bool:
        """Nothing to say, no mail."""
        return not any(section.count for section in self.sections)
