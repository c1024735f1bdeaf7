"""Leading on: where the links of mails go until there are pages; the API answers under the same names."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse

router = APIRouter(include_in_schema=False)

API = "/api/v1"


@router.get("/")
async def front_door() -> RedirectResponse:
    """The documentation of the API."""
    return RedirectResponse(f"{API}/docs", status_code=307)


@router.get("/cases")
@router.get("/cases/{case}")
async def lead_on(request: Request) -> RedirectResponse:
    """The same path and query of the API, so that a number in a digest leads to the list that it counts."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{API}{request.url.path}{query}", status_code=307)
