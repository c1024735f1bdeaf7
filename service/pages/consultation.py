"""Consultations: what was asked, what each delegation said, what blocks it, and the form to give a position."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.commands.positions import GivePosition, give_position
from service.pages.case.doings import open_ones
from service.pages.case.history import called
from service.pages.case.typed import texts_of, typed_in
from service.pages.posting import Posted
from service.pages.sent import Sent
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import Visiting, Visitor
from service.queries import Connection
from service.queries.cases import find_case
from service.queries.consultations import ConsultationShown, consultation, may_speak
from service.queries.deliveries import RoundLetter, letters_of_round
from service.queries.moves import moves_of
from workflows import shelf
from workflows.actor import Role
from workflows.decision_rule import Stance
from workflows.errors import DataInvalid, Fault, NotFound, Refused

router = APIRouter()

OPTIONAL = ("text", "mandate_reference", "for", "stated_on")
"""What a position may have beside its stance; what was left empty is left out."""


@router.get("/consultations/{round_id}")
def show(round_id: str, visitor: Visiting) -> Response:
    """What was asked and what each said, with what blocks it above."""
    with visitor.reading() as connection:
        shown, context = _read(connection, visitor, round_id)
        moves = moves_of(connection, visitor.actor, shown.case, visitor.today, visitor.language)
        letters = letters_of_round(connection, visitor.actor, shown.id)
    rules = context["case"].procedure
    return visitor.page(
        "consultation/consultation.html",
        **context,
        moves=open_ones(moves, context["case"], shelf.procedure(rules.id, rules.version)) if shown.open else [],
        letters=_by_invited(letters),
        unreached=_unreached(letters, context["answered"]) if shown.open else [],
    )


def _read(connection: Connection, visitor: Visitor, name: str) -> tuple[ConsultationShown, dict[str, Any]]:
    shown = consultation(connection, visitor.actor, name, visitor.language)
    standing = {one.organisation: one for one in shown.positions if not one.superseded}
    return shown, {
        "round": shown,
        "case": find_case(connection, visitor.actor, shown.case),
        "named": called(connection, visitor.actor, (*shown.voters, *shown.advisers), visitor.language),
        "standing": standing,
        "answered": [code for code, one in standing.items() if one.stance != Stance.WITHDRAWN],
        "superseded": [one for one in shown.positions if one.superseded],
        "speaking": may_speak(connection, visitor.actor, shown.id),
    }


def _by_invited(letters: tuple[RoundLetter, ...]) -> Mapping[str, list[RoundLetter]]:
    found: dict[str, list[RoundLetter]] = {}
    for letter in letters:
        found.setdefault(letter.invited, []).append(letter)
    return found


def _unreached(letters: tuple[RoundLetter, ...], answered: list[str]) -> list[tuple[str, str]]:
    """Who was asked, has not answered, and was not reached by the last letter: the person and whom she speaks for."""
    last = {(letter.to, letter.invited): letter.state for letter in letters if letter.invited not in answered}
    return [whom for whom, state in last.items() if state not in ("sent", "waiting")]


@router.get("/consultations/{round_id}/position")
def show_position(round_id: str, request: Request, visitor: Visiting) -> Response:
    """The form of a position; `for` in the address says in whose name, where that can be chosen."""
    return _form(visitor, round_id, request.query_params.get("for", ""), None, None)


@router.post("/consultations/{round_id}/position")
def send_position(round_id: str, sent: Posted, visitor: Visiting) -> Response:
    """Give the position; or show the form again with why not."""
    try:
        with visitor.work(sent) as work:
            give_position(GivePosition(round_id, lambda: _asked(sent)), work)
    except NotFound:
        raise
    except Refused as refusal:
        return _form(visitor, round_id, "", sent, trouble_of(refusal, visitor.language))
    visitor.forget(sent)
    with visitor.reading() as connection:
        voted = consultation(connection, visitor.actor, round_id, visitor.language).by == Role.MINISTER_OFFICE
    return visitor.go(f"/consultations/{round_id}", said="voted" if voted else "stated")


def _asked(sent: Sent) -> Mapping[str, Any]:
    stance = sent.one("/position")
    if not stance:
        raise DataInvalid([Fault("/position", "missing")])
    given = {name: text for name in OPTIONAL if (text := sent.one(f"/{name}").strip())}
    kind = sent.one("/reservation")
    # A kind that is still chosen beside another position says nothing: without scripts it cannot be taken back.
    return {"position": stance, **({"reservation": kind} if kind and stance == Stance.RESERVATION else {}), **given}


def _form(visitor: Visitor, name: str, whose: str, sent: Sent | None, trouble: Trouble | None) -> Response:
    with visitor.reading() as connection:
        shown, context = _read(connection, visitor, name)
    speaking = context["speaking"]
    invited = (*shown.voters, *shown.advisers)
    # Who speaks for somebody does so; the secretary, who speaks for nobody, may note what any of them said.
    choices = invited if speaking.notes else speaking.voices
    form = visitor.form(f"position:{shown.id}", about=shown.case)
    typed = texts_of(typed_in(sent, form, {"/for": [whose]} if whose in choices else {}))
    own = typed.get("/for") or (choices[0] if len(choices) == 1 else "")
    open_to = bool(choices)
    return visitor.page(
        "consultation/position.html",
        trouble.status if trouble else 200,
        **context,
        choices={code: context["named"][code] for code in choices},
        own=context["standing"].get(own),
        whose=own if own in choices else "",
        open_to=open_to,
        advising=bool(speaking.voices) and set(speaking.voices) <= set(shown.advisers),
        form=form,
        typed=typed,
        trouble=trouble,
        main_form=open_to,
    )
