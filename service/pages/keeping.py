"""Keeping: what is typed is kept while it is typed, and thrown away when the person wants it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.commands.kept_words import forget_words
from service.pages.posting import Posted
from service.pages.visitor import Visiting

router = APIRouter()


@router.post("/kept")
def keep(sent: Posted, visitor: Visiting) -> Response:
    """Sent by the script of the pages from time to time; taking the form in has kept its words already."""
    return visitor.dressed(Response(status_code=204))


@router.post("/kept/throw-away")
def throw_away(sent: Posted, visitor: Visiting) -> Response:
    """The person does not want what was kept for a form."""
    forget_words(sent.one("key")[:100], sent.one("about")[:64], visitor.work())
    return visitor.go(sent.page, said="forgotten")
