"""The pages of a case, and the list of one's own."""

from __future__ import annotations

from fastapi import APIRouter

from service.pages.case import page

router = APIRouter()
for part in (page,):
    router.include_router(part.router)
