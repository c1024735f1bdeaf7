"""Filing: a report of an obstacle, written step by step, checked and sent."""

from __future__ import annotations

from fastapi import APIRouter

from service.pages.filing import beginning, checking, papers, resuming, sending, writing

router = APIRouter()
for part in (beginning, resuming, checking, sending, papers, writing):  # what fits any step stands last
    router.include_router(part.router)
