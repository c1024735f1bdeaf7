"""The pages of a case, and the list of one's own."""

from __future__ import annotations

from fastapi import APIRouter

from service.pages.case import analysing, changing, linking, mine, page, papers, remarks

router = APIRouter()
for part in (mine, page, remarks, papers, linking, analysing, changing):
    router.include_router(part.router)
