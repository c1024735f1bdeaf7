"""Checking a report before it is sent: every answer, what is missing, what may stay open, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from service.commands.moves import AskedMove, MoveCase, move_case
from service.pages.case.typed import typed_in
from service.pages.choices import choices_for
from service.pages.filing.opening import filed_page, opened
from service.pages.filing.said import said
from service.pages.filing.steps import CHECK, DOCUMENTS, form_key, rules_of, steps_of
from service.pages.posting import Posted
from service.pages.questions import Around, answers_of, questions_of
from service.pages.sent import Sent
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import Visiting, Visitor
from service.queries.cases import find_case
from service.queries.documents import documents
from service.queries.drafts import Draft
from service.queries.moves import moves_of
from workflows.actor import Actor
from workflows.asking import move_schema
from workflows.errors import NotFound, Refused
from workflows.fields import Field
from workflows.standing import INTAKE

router = APIRouter()
MOST = 500
RECEIVED = ("received_on", "channel")
"""How a report came in: known to whoever took it in for somebody else, and plain for whoever files here."""
HERE = "web"


@router.get("/filing/{case}/check")
def show_check(case: str, visitor: Visiting) -> Response:
    """Everything that was answered, with the way back to each question."""
    with visitor.reading() as connection:
        draft = opened(connection, visitor, case)
    return _page(visitor, draft, None, None) if draft else filed_page(visitor, case, None, None)


@router.post("/filing/{case}/check")
def send_report(case: str, sent: Posted, visitor: Visiting) -> Response:
    """Send the report; pressed twice it is sent once."""
    with visitor.reading() as connection:
        found = find_case(connection, visitor.actor, case)
        draft = opened(connection, visitor, case)
    if draft is not None and sent.button == "later":
        return visitor.go("/filing", said="kept")
    places: dict[str, str] = {}
    rules = rules_of(draft) if draft else None

    def asked() -> AskedMove:
        if draft is None or rules is None:  # another than this very sending has filed it meanwhile
            raise NotFound(case)
        move = str(rules.numbered_by)
        answered = answers_of(asks(draft, visitor.actor), sent)
        places.update(answered.places)
        plain = _plainly(rules.moves[move].asks) if _files_here(draft, visitor.actor) else {}
        return AskedMove(move, {**plain, **answered.data})

    try:
        with visitor.work(sent) as work:
            move_case(MoveCase(found.id, sent.version, asked), work)
    except Refused as refusal:
        if draft is None:
            return filed_page(visitor, case, sent, None)
        trouble = trouble_of(refusal, visitor.language, places)
        with visitor.reading() as connection:
            now = opened(connection, visitor, case)
        return _page(visitor, now, sent, trouble) if now else filed_page(visitor, case, sent, None)
    visitor.forget(sent)
    return visitor.go(f"/filing/{found.id}/sent")


def asks(draft: Draft, actor: Actor) -> tuple[Field, ...]:
    """What the sending asks: how the report came in only of whoever took it in for somebody else."""
    rules = rules_of(draft)
    asked = rules.moves[str(rules.numbered_by)].asks
    here = _files_here(draft, actor)
    return tuple(field for field in asked if not (here and field.name in RECEIVED))


def _files_here(draft: Draft, actor: Actor) -> bool:
    return not (draft.begun_by == INTAKE and actor.intake)


def _plainly(asked: Sequence[Field]) -> dict[str, Any]:
    return {"channel": HERE} if any(field.name == "channel" for field in asked) else {}


def _page(visitor: Visitor, draft: Draft, sent: Sent | None, trouble: Trouble | None) -> Response:
    language = visitor.language
    rules = rules_of(draft)
    move = str(rules.numbered_by)
    form = visitor.form(form_key(CHECK), about=draft.id, version=draft.version)
    asked = asks(draft, visitor.actor)
    with visitor.reading() as connection:
        case = find_case(connection, visitor.actor, draft.id)
        papers = documents(connection, visitor.actor, draft.id, limit=MOST).items
        moves = moves_of(connection, visitor.actor, draft.id, visitor.today, language)
        choices = choices_for(connection, visitor.actor, asked, case, language)
    steps = steps_of(rules)
    sections = {step: said(step, draft, language) for step in steps if step.name not in (CHECK, DOCUMENTS)}
    missing = [(step, one) for step, answers in sections.items() for one in answers if one.missing]
    unanswered = [
        (step, one) for step, answers in sections.items() for one in answers if not one.texts and not one.missing
    ]
    typed = typed_in(sent, form)
    return visitor.page(
        "filing/check.html",
        trouble.status if trouble else 200,
        draft=draft,
        case=case,
        step=steps[-1],
        steps=steps,
        number=len(steps),
        back=steps[-2].name,
        sections=sections,
        missing=missing,
        unanswered=unanswered,
        papers=papers,
        move=next((one for one in moves if one.move == move), None),
        questions=questions_of(
            asked, move_schema(rules, move, language), typed, Around(language=language, choices=choices)
        ),
        form=form,
        trouble=trouble,
        going_on="going_on" in visitor.request.query_params,
        main_form=True,
    )
