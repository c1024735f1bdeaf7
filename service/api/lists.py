"""Lists: how every list is asked for page by page, and how it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query
from pydantic import BaseModel, Field
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from service.api.answers import JSON
from service.listing import cursor_of, place_of
from service.queries.keyset import Page, Place, unknown_cursor
from workflows.errors import DataInvalid, Fault

Thing = TypeVar("Thing")
Shown = TypeVar("Shown")

LONGEST_PAGE = 200
USUAL_PAGE = 50


class Listed(BaseModel, Generic[Shown]):
    """One page of a list. `next` is the cursor of the page after it; `count` stands only where it was asked for."""

    items: list[Shown]
    next: str | None = Field(description="The cursor of the next page; null at the end of the list.")
    count: int | None = Field(default=None, description="How many there are in the whole list, with `count=true`.")


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page is asked for. `sort` is the order of the list, so that a cursor of another order is refused."""

    limit: int
    cursor: str | None
    count: bool

    def place(self, sort: str = "") -> Place | None:
        """Where the page begins; None for the first. Raises DataInvalid."""
        return place_of(self.cursor, sort) if self.cursor is not None else None


IN_QUERY = {"/limit": "query", "/cursor": "query", "/count": "query"}


async def paging(
    request: Request,
    limit: Annotated[str, Query(description="How many items a page holds, at most 200.")] = str(USUAL_PAGE),
    cursor: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    count: Annotated[str, Query(description="`true`: count the whole list too.")] = "false",
) -> Paging:
    """What the query string says of the page. Raises DataInvalid."""
    say_where(request, IN_QUERY)
    size = int(limit) if limit.isascii() and limit.isdecimal() and len(limit) < 5 else 0
    faults = []
    if not 1 <= size <= LONGEST_PAGE:
        faults.append(Fault("/limit", "not_a_choice"))
    if count not in {"true", "false"}:
        faults.append(Fault("/count", "not_a_choice"))
    if faults:
        raise DataInvalid(faults)
    return Paging(limit=size, cursor=cursor, count=count == "true")


def say_where(request: Request, places: Mapping[str, str]) -> None:
    """Let a problem say that these pointers are into the query, not into the body."""
    request.scope.setdefault("state", {}).setdefault("places", {}).update(places)


WhichPage = Annotated[Paging, Depends(paging)]


def cut(things: Sequence[Thing], page: Paging, key: Callable[[Thing], Place]) -> Page[Thing]:
    """A page of a short list that is read as a whole; `key` tells its things apart. Raises DataInvalid."""
    keys = [key(thing) for thing in things]
    place = page.place()
    if place is not None and place not in keys:
        raise unknown_cursor()
    first = keys.index(place) + 1 if place is not None else 0
    last = first + page.limit
    return Page(
        items=tuple(things[first:last]),
        after=keys[last - 1] if last < len(keys) else None,
        count=len(keys) if page.count else None,
    )


def sent(request: Request, page: Page[Any], sort: str = "") -> Response:
    """The answer for one page of things that are shown as they were read, with the address of the next one.

    To take a page of cases apart and to hold it against its own schema took as long as to find it.
    """
    following, address = _following(request, page, sort)
    headers = {"Link": address} if address is not None else {}
    return Response(to_json(_answered(page.items, following, page.count)), 200, headers, JSON)


def listed(
    request: Request, response: Response, page: Page[Thing], show: Callable[[Thing], Any], sort: str = ""
) -> dict[str, Any]:
    """The answer for one page, with the address of the next one in its `Link` header."""
    following, address = _following(request, page, sort)
    if address is not None:
        response.headers["Link"] = address
    return _answered([show(item) for item in page.items], following, page.count)


def _following(request: Request, page: Page[Any], sort: str) -> tuple[str | None, str | None]:
    """The cursor of the next page, and its address as the header says it; None at the end of the list."""
    if page.after is None:
        return None, None
    following = cursor_of(page.after, sort)
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return following, f'<{request.url.path}?{urlencode([*kept, ("cursor", following)])}>; rel="next"'


def _answered(items: Sequence[Any], following: str | None, count: int | None) -> dict[str, Any]:
    answer: dict[str, Any] = {"items": items, "next": following}
    return answer if count is None else {**answer, "count": count}
