"""Answers: how a thing, a list and nothing at all are sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

JSON = "application/json"


def answer(thing: Any, *, status: int = 200, version: int | None = None, location: str | None = None) -> Response:
    """One thing (a dataclass, a mapping, a list of them) with its ETag, and where a new one can be found."""
    headers = {}
    if version is not None:
        headers["ETag"] = etag(version)
    if location is not None:
        headers["Location"] = location
    return Response(to_json(thing), status, headers, JSON)


def nothing() -> Response:
    """It is done, and there is nothing to show."""
    return Response(status_code=204)


def listed(request: Request, items: Sequence[Any], following: str | None = None, count: int | None = None) -> Response:
    """One page of a list. `following`: the cursor of the next page, None on the last; `count`: of all, where asked."""
    page: dict[str, Any] = {"items": items, "next": following}
    if count is not None:
        page["count"] = count
    headers = {}
    if following is not None:
        asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
        address = f"{request.url.path}?{urlencode([*asked, ('cursor', following)])}"
        headers["Link"] = f'<{address}>; rel="next"'
    return Response(to_json(page), 200, headers, JSON)


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'
