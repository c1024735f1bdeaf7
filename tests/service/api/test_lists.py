"""Lists: cursors that only we give out, and the page that is asked for."""

import asyncio
import base64
import json

import pytest
from starlette.requests import Request
from starlette.responses import Response

from service.api.lists import listed, paging
from service.listing import cursor_of, place_of
from service.queries.keyset import Page
from workflows.errors import DataInvalid


def a_request(query: str) -> Request:
    return Request(
        {"type": "http", "path": "/api/v1/cases", "query_string": query.encode(), "headers": [], "method": "GET"}
    )


def test_a_cursor_comes_back_as_the_place_it_stands_for() -> None:
    assert place_of(cursor_of(("2026-11-24", "id"), "due_on"), "due_on") == ("2026-11-24", "id")


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    ["", "?", "x", "é", "bm8", encoded({}), encoded([1]), encoded(["updated_at", "a"]), encoded("due_on"), "A" * 3000],
)
def test_what_is_no_cursor_of_this_list_is_refused(cursor: str) -> None:
    with pytest.raises(DataInvalid) as refusal:
        place_of(cursor, "due_on")
    assert refusal.value.faults[0].pointer == "/cursor"


@pytest.mark.parametrize("limit", ["0", "201", "-1", "ten", "", "٣", "99999"])
def test_a_page_holds_one_to_two_hundred(limit: str) -> None:
    with pytest.raises(DataInvalid) as refusal:
        asyncio.run(paging(a_request(""), limit))
    assert [fault.pointer for fault in refusal.value.faults] == ["/limit"]
    assert asyncio.run(paging(a_request(""), "200", count="true")).limit == 200


def test_the_next_page_keeps_the_filters() -> None:
    response = Response()
    page = Page(items=(1, 2), after=("2026", "x"), count=9)
    answer = listed(a_request("stage=a&stage=b&cursor=old&limit=2"), response, page, str)
    assert answer == {"items": ["1", "2"], "next": cursor_of(("2026", "x")), "count": 9}
    link = f'</api/v1/cases?stage=a&stage=b&limit=2&cursor={answer["next"]}>; rel="next"'
    assert response.headers["link"] == link


def test_the_last_page_has_no_next_and_counts_only_when_asked() -> None:
    response = Response()
    assert listed(a_request(""), response, Page(items=(1,)), str) == {"items": ["1"], "next": None}
    assert "link" not in response.headers
