"""Routes: under which name a request is counted, logged and remembered, and what may be asked there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi.routing import iter_route_contexts

NOWHERE = "(none)"


def route_of(scope: Mapping[str, Any]) -> str:
    """The template of the path, `/api/v1/cases/{case}`; the same for every case, and for all paths that lead nowhere.

    Only known once the router has looked at the request.
    """
    context = scope.get("fastapi", {}).get("effective_route_context")
    found = getattr(context, "path_format", None) or getattr(scope.get("route"), "path", None)
    return str(found) if found else NOWHERE


def methods_at(scope: Mapping[str, Any]) -> list[str]:
    """Every method that the thing at this path knows. The router itself names those of one operation only."""
    here = route_of(scope)
    known = (one.methods or () for one in iter_route_contexts(scope["app"].routes) if one.path_format == here)
    return sorted({method for methods in known for method in methods})
