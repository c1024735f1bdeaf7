"""Languages: in which of ours a request is answered."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from typing import Any, Protocol

LANGUAGES = ("nl", "fr", "de", "en")
DEFAULT = "en"


class Asked(Protocol):
    """A request, as far as its language goes."""

    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def scope(self) -> MutableMapping[str, Any]: ...


def answered_in(request: Asked) -> str:
    """The language that the request prefers among ours; else the signed-in person's; else English."""
    preferred = preferred_of(request.headers.get("accept-language", ""))
    return preferred or request.scope.get("state", {}).get("language") or DEFAULT


@lru_cache(maxsize=512)
def preferred_of(header: str) -> str | None:
    """The best of our languages in an Accept-Language header (RFC 9110, 12.5.4); None where it names none."""
    best, weight = None, 0.0
    for part in header[:500].split(","):
        tag, _, parameters = part.partition(";")
        language = tag.strip().lower().partition("-")[0]
        quality = _quality(parameters)
        if language in LANGUAGES and quality > weight:
            best, weight = language, quality
    return best


def _quality(parameters: str) -> float:
    name, found, value = parameters.strip().partition("=")
    if not found or name.strip().lower() != "q":
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if 0.0 <= quality <= 1.0 else 0.0
