"""The front door: what this is, how to report an obstacle, what happens to it; accessibility and privacy."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.pages.visitor import Guest
from workflows import shelf
from workflows.wording import wording

router = APIRouter()


@router.get("/")
def show_front_door(visitor: Guest) -> Response:
    """What this is; for who is signed in, what can be done here."""
    return visitor.page("front/door.html")


@router.get("/about")
def show_about(visitor: Guest) -> Response:
    """How to report an obstacle, and what happens to it."""
    rules = shelf.newest("benelux-obstacle")
    return visitor.page(
        "front/about.html",
        rules=wording(rules.id, rules.version, visitor.language),
        stages=tuple(rules.stages),
        endings=rules.endings,
    )


@router.get("/accessibility")
def show_accessibility(visitor: Guest) -> Response:
    """The accessibility statement."""
    return visitor.page("front/accessibility.html")


@router.get("/privacy")
def show_privacy(visitor: Guest) -> Response:
    """Which data are kept, why, and for how long."""
    return visitor.page("front/privacy.html")
