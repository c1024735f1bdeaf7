"""Filters: which cases a list is asked for, as conditions on their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true

from service.queries.asked import asked_of
from service.queries.keyset import Order
from service.store.case_rows import folded
from service.store.sight import CASES, COUNTRIES, Sight
from service.store.tables import EventRow
from workflows.dates import begin_of

EVENTS = EventRow.__table__

STATUSES = ("open", "ended", "late")
MOVED = ("filed", "advanced", "adopted", "ended")
SORTS = {
    "due_on": Order((CASES.c.due_on, CASES.c.id)),
    "-due_on": Order((CASES.c.due_on, CASES.c.id), descending=True),
    "updated_at": Order((CASES.c.updated_at, CASES.c.id)),
    "-updated_at": Order((CASES.c.updated_at, CASES.c.id), descending=True),
    "reference": Order((CASES.c.reference, CASES.c.id)),
}
USUAL_SORT = "-updated_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What is wanted of a list of cases. Words of one filter are alternatives, filters narrow each other.

    `late`: due before today. `moved` with `since` and `until`: what moved in these days in Brussels, `until`
    left out; without `moved`, any move. `asked_of`: delegations of which something is asked now.
    """

    stage: tuple[str, ...] = ()
    phase: tuple[str, ...] = ()
    procedure: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    working_group: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    q: str | None = None
    due_before: date | None = None
    moved: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    asked_of: tuple[str, ...] = ()

    def conditions(self, sight: Sight, today: date) -> Iterator[ColumnElement[bool]]:
        """What must hold of a row of `cases`, that the person may read it among it."""
        # A follower does not learn here which delegation is silent.
        yield sight.whole() if self.asked_of else sight.readable()
        for name in ("stage", "phase", "procedure", "theme", "working_group", "organisation", "waits_for"):
            if words := getattr(self, name):
                yield CASES.c[name].in_(words)
        if self.country:
            yield exists().where(COUNTRIES.c.case_id == CASES.c.id, COUNTRIES.c.country.in_(self.country))
        if self.status:
            yield or_(*(_status(word, today) for word in self.status))
        if self.due_before is not None:
            yield CASES.c.due_on < self.due_before
        if self.moved or self.since is not None or self.until is not None:
            yield _moved(self, sight)
        if self.asked_of:
            yield or_(*(asked_of(delegation, sight) for delegation in self.asked_of))
        if self.q is not None and self.q.strip():
            yield _found(self.q, sight)


def _status(word: str, today: date) -> ColumnElement[bool]:
    if word == "late":
        return CASES.c.due_on < today  # an ended case has such a day only while it is reviewed
    return CASES.c.ended if word == "ended" else ~CASES.c.ended


def _moved(wanted: CaseFilter, sight: Sight) -> ColumnElement[bool]:
    happened: list[ColumnElement[bool]] = [
        EVENTS.c.moved.in_(wanted.moved) if wanted.moved else EVENTS.c.moved.is_not(None)
    ]
    if wanted.since is not None:
        happened.append(EVENTS.c.at >= begin_of(wanted.since))
    if wanted.until is not None:
        happened.append(EVENTS.c.at < begin_of(wanted.until))
    if sight.row_by_row and wanted.since is not None:
        # Some days hold few events: they are read once. IS TRUE keeps PostgreSQL from asking for each case, newest
        # first, which it does where a page is wanted, and which reads the log of nearly all of them.
        return CASES.c.id.in_(select(EVENTS.c.case_id).where(*happened)).is_(true())
    return exists().where(EVENTS.c.case_id == CASES.c.id, *happened)


def _found(q: str, sight: Sight) -> ColumnElement[bool]:
    """Every word stands in what is searched; who only follows a case searches no more than its title and reference."""
    words = folded(q).split() or [q]
    shown = func.lower(func.coalesce(CASES.c.reference, "") + " " + CASES.c.title)
    everywhere = [CASES.c.searchable.contains(word, autoescape=True) for word in words]
    in_title = [shown.contains(word, autoescape=True) for word in q.lower().split()]
    return or_(and_(sight.whole(), *everywhere), and_(*in_title))
