"""Filters of the list of cases: the query string, held against what the procedures know."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request

from service import listing
from service.api.lists import IN_QUERY, say_where
from service.listing import CHOICES, AskedList, faults_of_query
from service.queries.case_filters import USUAL_SORT
from workflows.errors import DataInvalid

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


async def asked_list(request: Request) -> AskedList:
    """What the query string asks for. Raises DataInvalid with everything that is wrong."""
    query = request.query_params
    say_where(request, {f"/{name}": "query" for name in query})
    given = {name: query.getlist(name) for name in query if f"/{name}" not in IN_QUERY}
    faults = faults_of_query(given)
    if faults:
        raise DataInvalid(faults)
    return listing.asked_list(given)


WhichCases = Annotated[AskedList, Depends(asked_list)]


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
