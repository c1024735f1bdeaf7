"""Listing: how a list is asked for in an address: which cases, in which order, and where a page of it begins."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service.queries.case_filters import MOVED, SORTS, STATUSES, USUAL_SORT, CaseFilter
from service.queries.keyset import Place, unknown_cursor
from workflows import shelf
from workflows.errors import Fault
from workflows.fields import COUNTRIES, THEMES
from workflows.vocabulary import vocabulary

LONGEST_Q = 200
LONGEST_CURSOR = 2_000
SINGLE = ("q", "due_before", "from", "until", "sort")
REPEATED = (
    "stage", "phase", "procedure", "country", "theme", "working_group", "organisation", "waits_for", "status", "moved",
    "asked_of",
)  # fmt: skip
"""Filters whose words are alternatives."""
DAYS = ("due_before", "from", "until")

Query = Mapping[str, Sequence[str]]
"""A query string: name -> every value that was given."""


def _choices() -> Mapping[str, Collection[str]]:
    """The words that a filter knows, where they are a closed set."""
    known = vocabulary()
    return {
        "stage": known.stages,
        "phase": known.phases,
        "procedure": shelf.names(),
        "country": COUNTRIES,
        "theme": THEMES,
        "waits_for": known.roles,
        "status": STATUSES,
        "moved": MOVED,
        "sort": tuple(SORTS),
    }


CHOICES = _choices()


@dataclass(frozen=True, slots=True)
class AskedList:
    """Which cases are asked for, in which order."""

    wanted: CaseFilter
    sort: str


def faults_of_query(query: Query) -> list[Fault]:
    """What is wrong with the filters. One that is not known would show cases that nobody asked for."""
    faults = [Fault(f"/{name}", code) for name, given in query.items() if (code := _fault(name, given)) is not None]
    if any(len(q) > LONGEST_Q for q in query.get("q", ())):
        faults.append(Fault("/q", "too_long", (("limit", str(LONGEST_Q)),)))
    return faults


def asked_list(query: Query) -> AskedList:
    """What a query string without faults asks for."""
    days = {name: day_of(query[name][0]) if query.get(name) else None for name in DAYS}
    wanted = CaseFilter(
        **{name: tuple(query.get(name, ())) for name in REPEATED},
        q=query["q"][0] if query.get("q") else None,
        due_before=days["due_before"],
        since=days["from"],
        until=days["until"],
    )
    return AskedList(wanted=wanted, sort=query["sort"][0] if query.get("sort") else USUAL_SORT)


def _fault(name: str, given: Sequence[str]) -> str | None:
    if name not in REPEATED and name not in SINGLE:
        return "unknown_field"
    if name in SINGLE and len(given) > 1:
        return "stands_twice"
    if name in CHOICES and any(word not in CHOICES[name] for word in given):
        return "not_a_choice"
    return "no_date" if name in DAYS and day_of(given[0]) is None else None


def day_of(given: str) -> date | None:
    """A date as it is written in an address, `2026-12-18`; None for what is none."""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return None
    return day if day.isoformat() == given else None


def cursor_of(place: Place, sort: str = "") -> str:
    """A place in a list as an opaque text."""
    return base64.urlsafe_b64encode(json.dumps([sort, *place]).encode()).decode().rstrip("=")


def place_of(cursor: str, sort: str = "") -> Place:
    """The place that a cursor stands for. Raises DataInvalid for what is no cursor, or one of another order."""
    if len(cursor) > LONGEST_CURSOR or not cursor.isascii():
        raise unknown_cursor()
    try:
        found = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise unknown_cursor() from None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found) or found[:1] != [sort]:
        raise unknown_cursor()
    return tuple(found[1:])
