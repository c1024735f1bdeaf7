"""Sent: the reference, what happens next and by when, who was told, and a copy to keep."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service import words
from service.pages.case.answers import answers_told
from service.pages.visitor import Visiting
from service.queries.cases import find_case
from service.queries.documents import documents
from service.queries.holding import contacts
from service.queries.moves import told_by
from service.queries.organisations import names_of_organisations
from service.queries.within import within_whole
from workflows import shelf

router = APIRouter()
MOST = 500


@router.get("/filing/{case}/sent")
def show_sent(case: str, visitor: Visiting) -> Response:
    """What was sent, to be printed or kept; a draft is checked first."""
    with visitor.reading() as connection:
        reach = within_whole(connection, visitor.actor, case)
        found = find_case(connection, visitor.actor, reach.id)
        if found.reference is None:
            return visitor.go(f"/filing/{found.id}/check")
        rules = shelf.procedure(found.procedure.id, found.procedure.version)
        return visitor.page(
            "filing/sent.html",
            case=found,
            answers=answers_told(rules, found.content, visitor.language),
            papers=documents(connection, visitor.actor, found.id, limit=MOST).items,
            told=told_by(connection, visitor.actor, found.id, str(rules.numbered_by), visitor.today),
            contact=contacts(connection, visitor.actor, [found.working_group], visitor.today).get(found.working_group),
            organisation=names_of_organisations(connection, visitor.actor, [found.organisation], visitor.language).get(
                found.organisation, found.organisation
            ),
            theme=words.label("theme", found.theme, visitor.language) if found.theme else "",
        )
