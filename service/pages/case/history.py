"""History: what happened to a case, line by line, and what of it happened since a form was opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from service import words
from service.pages.case.answers import Told
from service.pages.case.said import said_with
from service.pages.visitor import Form, Visitor
from service.queries import Connection
from service.queries.events import History, PastEvent, events
from service.queries.organisations import names_of_organisations
from service.telling import history_line
from workflows.actor import Actor
from workflows.events import EventKind
from workflows.fields import VOTERS

MOST = 1_000
QUIET = (
    EventKind.COMMENT_MADE,
    EventKind.DOCUMENT_ATTACHED,
    EventKind.CASE_LINKED,
    EventKind.ANALYSIS_WRITTEN,
    EventKind.CLOCK_RANG,
)
"""What leaves the version of a case as it is: a form is not outdated by it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of history: when, what, who, for whom, why, and the words that came with it."""

    position: int
    on: date
    told: str
    who: str | None
    for_whom: str | None
    reason: str | None
    said: tuple[Told, ...]


def called(connection: Connection, actor: Actor, codes: Iterable[str], language: str) -> Mapping[str, str]:
    """What organisations are called: a delegation by its country in the reader's language, another by its name."""
    wanted = set(codes)
    names = names_of_organisations(connection, actor, wanted, language)
    return {
        code: words.label("country", code, language) if code in VOTERS else names.get(code, code) for code in wanted
    }


def lines_of(past: History, named: Mapping[str, str], language: str) -> list[Line]:
    """The history, the newest first."""
    return [_line(event, past, named, language) for event in reversed(past.page.items)]


def _line(event: PastEvent, past: History, named: Mapping[str, str], language: str) -> Line:
    return Line(
        position=event.position,
        on=event.on,
        told=history_line(event, past, language),
        who=event.actor,
        for_whom=named.get(event.on_behalf_of) if event.on_behalf_of else None,
        reason=event.reason,
        said=said_with(event, past, language),
    )


def changed_since(connection: Connection, visitor: Visitor, case: str, form: Form, sent: int | None) -> list[Line]:
    """What changed the case (its id) since a form was opened, the newest first.

    `sent` is the version of the case that the form carried; without one, that of the words that were kept.
    """
    then = sent if sent is not None else form.kept.version if form.kept is not None else None
    if then is None or form.version is None or then >= form.version:
        return []
    past = events(connection, visitor.actor, case, limit=MOST)
    loud = [event for event in past.page.items if event.kind not in QUIET][then - form.version :]
    codes = {event.on_behalf_of for event in loud if event.on_behalf_of}
    named = called(connection, visitor.actor, codes, visitor.language)
    return [_line(event, past, named, visitor.language) for event in reversed(loud)]
