"""A case: what is known of an obstacle, a proposal or a project at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflows.procedure import Procedure

ENDED = "ended"
"""The phase of a case that has come to one of the endings of its procedure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question to the filer that has no answer yet. Numbers go on counting over the life of the case."""

    question: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Why and when a case ended, and who said so (the person's id)."""

    reason: str | None
    on: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case on one version of its procedure.

    `version` counts changes of the row's content (the ETag); `events` and `head` are the length of its chain and
    the hash of the newest event. `waiting_for` is who must act where that is not what the stage says (a role word).
    `begun_by` is the role word under which the draft was begun; `filed_by` is the person.
    """

    id: str
    procedure: Procedure
    stage: str
    anchor: str | None = None
    reference: str | None = None
    version: int = 1
    events: int = 0
    head: str | None = None
    title: str = ""
    language: str = "en"
    organisation: str
    working_group: str | None = None
    theme: str | None = None
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    content: Mapping[str, Any] = field(default_factory=dict)
    begun_by: str
    filed_by: str | None = None
    waiting_for: str | None = None
    questions: tuple[Question, ...] = ()
    questions_asked: int = 0
    reply_by: date | None = None
    ending: Ending | None = None
    last_on: date | None = None
    received_on: date | None = None
    channel: str | None = None

    @property
    def ended(self) -> bool:
        """Has the case come to an ending?"""
        return self.stage in self.procedure.endings

    @property
    def draft(self) -> bool:
        """Is it not yet filed? A draft has no number and no events."""
        return self.stage == self.procedure.starts_in

    @property
    def phase(self) -> str:
        """The phase of the stage, or `ended`."""
        return self.procedure.phase_of(self.stage)

    @property
    def waits_for(self) -> str | None:
        """The role word of who must act; None for an ended case without a review."""
        return self.waiting_for or self.procedure.waits_for(self.stage)
