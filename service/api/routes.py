"""Routes: under which name a request is counted, logged and remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NOWHERE = "(none)"


def route_of(scope: Mapping[str, Any]) -> str:
    """The template of the path, `/api/v1/cases/{case}`; the same for every case, and for all paths that lead nowhere.

    Only known once the router has looked at the request.
    """
    context = scope.get("fastapi", {}).get("effective_route_context")
    found = getattr(context, "path_format", None) or getattr(scope.get("route"), "path", None)
    return str(found) if found else NOWHERE
