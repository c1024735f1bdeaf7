"""Resuming: the drafts of one's organisation, gone on with, taken over or thrown away."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from service.commands.cases import DiscardCase, TakeOverDraft, discard_case, take_over_draft
from service.pages.filing.beginning import procedures_for
from service.pages.filing.steps import KEPT, rules_of, standing_at, steps_of
from service.pages.posting import Posted
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import Visiting, Visitor
from service.queries.drafts import Draft, draft, drafts
from service.queries.kept_words import last_forms
from workflows.errors import Stale

router = APIRouter()
MOST = 100


@dataclass(frozen=True, slots=True)
class Underway:
    """A draft, and the step at which it is: its name, its number, and how many there are."""

    draft: Draft
    step: str
    number: int
    of: int


@router.get("/filing")
def show_drafts(visitor: Visiting) -> Response:
    """What is being written, and where to begin."""
    with visitor.reading() as connection:
        found = drafts(connection, visitor.actor, MOST)
        typed = last_forms(connection, visitor.actor, [one.id for one in found], KEPT)
    return visitor.page(
        "filing/drafts.html",
        drafts=[_underway(one, typed.get(one.id)) for one in found],
        begins=bool(procedures_for(visitor.actor)),
    )


@router.get("/filing/{case}")
def go_on(case: str, visitor: Visiting) -> Response:
    """Lead to the step at which the draft is; what is filed already has its own page."""
    with visitor.reading() as connection:
        found = draft(connection, visitor.actor, case)
        typed = last_forms(connection, visitor.actor, [found.id], KEPT)
    return visitor.go(f"/filing/{found.id}/{_underway(found, typed.get(found.id)).step}?going_on=yes")


@router.post("/filing/{case}/take-over")
def take_over(case: str, sent: Posted, visitor: Visiting) -> Response:
    """Have the draft in hand oneself from now on."""
    with visitor.reading() as connection:
        found = draft(connection, visitor.actor, case)
    id = take_over_draft(TakeOverDraft(found.id, found.version), visitor.work())
    return visitor.go(f"/filing/{id}", said="taken_over")


@router.get("/filing/{case}/discard")
def ask_to_discard(case: str, visitor: Visiting) -> Response:
    """Ask once more."""
    return _asking(visitor, case, None)


@router.post("/filing/{case}/discard")
def discard(case: str, sent: Posted, visitor: Visiting) -> Response:
    """Throw the draft away, as it was when the question was asked."""
    try:
        discard_case(DiscardCase(case, sent.version), visitor.work())
    except Stale as refusal:
        return _asking(visitor, case, trouble_of(refusal, visitor.language))
    return visitor.go("/filing", said="discarded")


def _asking(visitor: Visitor, case: str, trouble: Trouble | None) -> Response:
    with visitor.reading() as connection:
        found = draft(connection, visitor.actor, case)
    form = visitor.form("filing:discard", about=found.id, version=found.version)
    return visitor.page(
        "filing/discard.html", trouble.status if trouble else 200, draft=found, form=form, trouble=trouble
    )


def _underway(found: Draft, last: str | None) -> Underway:
    steps = steps_of(rules_of(found))
    index = standing_at(steps, found, last.removeprefix(KEPT) if last else None)
    return Underway(found, steps[index].name, index + 1, len(steps))
