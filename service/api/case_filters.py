"""Filters of the list of cases: the query string, held against what the procedures know."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request

from service.api.lists import IN_QUERY, say_where
from service.queries.case_filters import MOVED, SORTS, STATUSES, USUAL_SORT, CaseFilter
from workflows import shelf
from workflows.errors import DataInvalid, Fault
from workflows.fields import COUNTRIES, THEMES
from workflows.vocabulary import vocabulary

LONGEST_Q = 200
SINGLE = {
    "q": "Words of the reference, the title or the content; a case has them all.",
    "due_before": "A date: what is due earlier.",
    "from": "The first day, in Brussels, of what `moved`.",
    "until": "The day after the last one.",
    "sort": f"Left out: `{USUAL_SORT}`. What has no value comes last.",
}
REPEATED = {
    "stage": "",
    "phase": "",
    "procedure": "",
    "country": "A country that the case touches, ISO 3166-1 alpha-2.",
    "theme": "",
    "working_group": "",
    "organisation": "The organisation that filed.",
    "waits_for": "The role word of who is to act.",
    "status": "`late`: due before today; an ended case is while its review is overdue.",
    "moved": "What a case did from `from` until `until`.",
    "asked_of": "A delegation: what is asked of it now, a position, a vote or a measure.",
}
"""Filters whose words are alternatives."""


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


async def asked_list(request: Request) -> AskedList:
    """What the query string asks for. Raises DataInvalid with everything that is wrong."""
    query = request.query_params
    say_where(request, {f"/{name}": "query" for name in query})
    faults = [Fault(f"/{name}", code) for name in query if (code := _fault(name, query.getlist(name))) is not None]
    q = query.get("q")
    if q is not None and len(q) > LONGEST_Q:
        faults.append(Fault("/q", "too_long", (("limit", str(LONGEST_Q)),)))
    if faults:
        raise DataInvalid(faults)
    days = {name: _day(query[name]) if name in query else None for name in ("due_before", "from", "until")}
    wanted = CaseFilter(
        **{name: tuple(query.getlist(name)) for name in REPEATED},
        q=q,
        due_before=days["due_before"],
        since=days["from"],
        until=days["until"],
    )
    return AskedList(wanted=wanted, sort=query.get("sort", USUAL_SORT))


WhichCases = Annotated[AskedList, Depends(asked_list)]


def _fault(name: str, given: list[str]) -> str | None:
    """What is wrong with a filter. One that is not known would show cases that nobody asked for."""
    if name not in REPEATED and name not in SINGLE and f"/{name}" not in IN_QUERY:
        return "unknown_field"
    if name in SINGLE and len(given) > 1:
        return "stands_twice"
    if name in CHOICES and any(word not in CHOICES[name] for word in given):
        return "not_a_choice"
    return "no_date" if name in {"due_before", "from", "until"} and _day(given[0]) is None else None


def _day(given: str) -> date | None:
    """A date as it is written in the API, `2026-12-18`; None for what is none."""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return None
    return day if day.isoformat() == given else None


def _parameter(name: str, description: str) -> dict[str, Any]:
    one: dict[str, Any] = {"type": "string"}
    if name in CHOICES:
        one["enum"] = sorted(CHOICES[name])
    if name in {"due_before", "from", "until"}:
        one["format"] = "date"
    schema = {"type": "array", "items": one} if name in REPEATED else one
    told = {"description": description} if description else {}
    return {"name": name, "in": "query", "required": False, "schema": schema, **told}


PARAMETERS = [_parameter(name, description) for name, description in {**REPEATED, **SINGLE}.items()]
"""The filters as OpenAPI describes them."""
