"""Answers: how one thing is sent, and nothing at all; lists.py sends many."""

from __future__ import annotations

from typing import Any

from pydantic_core import to_json
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


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'
