"""The list of cases: everything that a person may read, narrowed by filters that stand in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service import words
from service.commands.filters import LONGEST_QUERY, SaveFilter, discard_filter, save_filter
from service.listing import CHOICES, AskedList, asked_list, cursor_of, faults_of_query, place_of
from service.pages.choices import MOST, bodies_by_name, by_name
from service.pages.posting import Posted
from service.pages.questions import countries
from service.pages.rendering import folded
from service.pages.sent import Sent
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import Visiting, Visitor
from service.queries import Connection
from service.queries.case_filters import USUAL_SORT, CaseFilter
from service.queries.cases import CaseShown, list_cases
from service.queries.filters import saved_filters
from service.queries.keyset import Page
from service.queries.organisations import organisations, working_groups
from workflows import shelf
from workflows.errors import DataInvalid
from workflows.fields import THEMES, VOTERS
from workflows.wording import wording

router = APIRouter()

PAGE, COUNTED = 50, 500
OWN = ("cursor", "said")
"""What an address of this page may hold beside filters."""


@router.get("/cases")
def show_list(request: Request, visitor: Visiting) -> Response:
    """The cases that the filters want, fifty a page."""
    return _list(visitor, _query_of(request.query_params.multi_items()), request.query_params.get("cursor"))


@router.post("/cases/filters")
def save(sent: Posted, visitor: Visiting) -> Response:
    """Save the filters of the list under a name."""
    query = _query_of(parse_qsl(sent.one("_query")[:LONGEST_QUERY]))
    group = sent.one("/working_group") or None
    try:
        if faults := faults_of_query(query):
            raise DataInvalid(faults)
        save_filter(SaveFilter(name=sent.one("/name"), query=_written(query), working_group=group), visitor.work())
    except DataInvalid as refusal:
        return _list(visitor, query, None, sent, trouble_of(refusal, visitor.language))
    visitor.forget(sent)
    return visitor.go(f"/cases?{_written(query)}", said="filter_saved")


@router.post("/cases/filters/{id}/remove")
def remove(id: str, sent: Posted, visitor: Visiting) -> Response:
    """Remove a filter of one's own."""
    discard_filter(id, visitor.work())
    return visitor.go(sent.page, said="filter_removed")


def _query_of(given: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """The filters in an address; an empty field asks for nothing."""
    query: dict[str, list[str]] = {}
    for name, value in given:
        if value and name not in OWN:
            query.setdefault(name, []).append(value)
    return query


def _list(
    visitor: Visitor,
    query: Mapping[str, Sequence[str]],
    cursor: str | None,
    sent: Sent | None = None,
    unsaved: Trouble | None = None,
) -> Response:
    faults = faults_of_query(query)
    asked = asked_list(query) if not faults else AskedList(CaseFilter(), USUAL_SORT)
    trouble = trouble_of(DataInvalid(faults), visitor.language) if faults else unsaved
    with visitor.reading() as connection:
        found: Page[CaseShown] = Page(items=())
        if not faults:
            found = _found(connection, visitor, asked, cursor)
        choices = _choices(connection, visitor)
        filters = saved_filters(connection, visitor.actor)
    following = cursor_of(found.after, asked.sort) if found.after is not None else None
    form = visitor.form("filter")
    narrowed = sum(len(values) for name, values in query.items() if name != "sort")
    saves = not faults and (narrowed > 0 or form.kept is not None)
    return visitor.page(
        "list/cases.html",
        trouble.status if trouble else 200,
        found=found,
        counted=COUNTED,
        query=query,
        choices=choices,
        trouble=trouble,
        narrowed=narrowed,
        first=f"/cases?{_written(query)}" if cursor is not None else None,
        following=f"/cases?{_written({**query, 'cursor': [following]})}" if following else None,
        filters=filters,
        saving=_written(query) if saves else None,
        groups={one.working_group: True for one in visitor.actor.mandates if one.working_group},
        typed=sent.typed if sent is not None else form.kept.fields if form.kept else {},
        form=form,
        main_form=saves,
    )


def _found(connection: Connection, visitor: Visitor, asked: AskedList, cursor: str | None) -> Page[CaseShown]:
    return list_cases(
        connection,
        visitor.actor,
        asked.wanted,
        visitor.today,
        sort=asked.sort,
        limit=PAGE,
        place=place_of(cursor, asked.sort) if cursor else None,
        count_to=COUNTED + 1 if cursor is None else 0,
    )


def _written(query: Mapping[str, Sequence[str]]) -> str:
    return urlencode([(name, value) for name, values in query.items() for value in values])


def _choices(connection: Connection, visitor: Visitor) -> Mapping[str, Mapping[str, str]]:
    """What each filter offers: code -> name, in the order in which a reader looks."""
    language = visitor.language
    near = dict(list(countries(language).items())[:5])
    return {
        "status": {code: words.label("status", code, language) for code in CHOICES["status"]},
        "stage": _stages(language),
        "procedure": {
            name: wording(name, shelf.newest(name).version, language).text("label") or name for name in shelf.names()
        },
        "country": near,
        "theme": by_name((theme, words.label("theme", theme, language)) for theme in THEMES),
        "working_group": by_name(
            (one.code, one.name) for one in working_groups(connection, visitor.actor, limit=MOST).items
        ),
        "organisation": bodies_by_name(organisations(connection, visitor.actor, limit=MOST).items, language),
        "asked_of": {code: words.label("country", code, language) for code in VOTERS},
    }


def _stages(language: str) -> Mapping[str, str]:
    """Every stage of every procedure by its name; those that several have stand once."""
    found: dict[str, str] = {}
    for name in shelf.names():
        rules = shelf.newest(name)
        said = wording(name, rules.version, language)
        for stage in (*rules.stages, *rules.endings):
            found.setdefault(stage, said.stage(stage))
    return dict(sorted(found.items(), key=lambda one: folded(one[1])))
