"""Moves as forms: what a step asks, and beside it what it sets off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from service import words
from service.commands.moves import AskedMove, MoveCase, move_case
from service.pages.case.history import changed_since
from service.pages.choices import choices_for
from service.pages.doors import MailShown
from service.pages.posting import Posted
from service.pages.questions import Around, answers_of, questions_of
from service.pages.sent import Sent
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import Visiting, Visitor
from service.queries import Connection
from service.queries.cases import CaseShown, find_case
from service.queries.consultations import ConsultationShown, consultations
from service.queries.moves import Given, MoveShown, moves_of
from workflows import shelf
from workflows.asking import move_schema
from workflows.errors import DataInvalid, Fault, NotFound, Refused
from workflows.procedure import Move
from workflows.wording import wording

router = APIRouter()
MOST = 200
"""So many rounds of a case are looked through for the one that is open."""


@router.get("/cases/{case}/moves/{move}")
def show_move(case: str, move: str, visitor: Visiting) -> Response:
    """The form of a move, with what it sets off."""
    return _form(visitor, case, move, None, None)


@router.post("/cases/{case}/moves/{move}")
def send_move(case: str, move: str, sent: Posted, visitor: Visiting) -> Response:
    """Make the move; or show the form again with one more row, or with why not."""
    if sent.button == "more":
        return _form(visitor, case, move, sent, None)
    places: dict[str, str] = {}
    command = MoveCase(case, sent.version, lambda: _asked(visitor, case, move, sent, places))
    try:
        if sent.button == "mails":
            return _form(visitor, case, move, sent, None, _mails(visitor, command), _given(command))
        with visitor.work(sent) as work:
            seen = move_case(command, work)
    except NotFound:
        raise
    except Refused as refusal:
        return _form(visitor, case, move, sent, trouble_of(refusal, visitor.language, places))
    visitor.forget(sent)
    return visitor.go(f"/cases/{seen.thing_id}", said="moved")


def _mails(visitor: Visitor, command: MoveCase) -> Sequence[MailShown]:
    """The mails that the move would send; whoever files sees those to herself alone."""
    with visitor.reading() as connection:
        case = find_case(connection, visitor.actor, command.case).id
    work = visitor.work()
    found = visitor.doors.preview(work, case, lambda: move_case(command, work))
    return [mail for mail in found if visitor.works or mail.person == visitor.actor.person]


def _given(command: MoveCase) -> Given:
    """What came with a move that was just tried."""
    asked = command.asked()
    data = {name: value for name, value in asked.data.items() if value is not None}
    return Given(asked.move, data, asked.on)


def _asked(visitor: Visitor, case: str, name: str, sent: Sent, places: dict[str, str]) -> AskedMove:
    with visitor.reading() as connection:
        shown = find_case(connection, visitor.actor, case)
    move = _move(shown, name)
    answered = answers_of(move.asks, sent)
    places |= answered.places
    return AskedMove(
        move=name, data=answered.data, reason=sent.one("/reason").strip() or None, on=_day(sent.one("/on"))
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise DataInvalid([Fault("/on", "no_date")]) from None


def _move(case: CaseShown, name: str) -> Move:
    rules = shelf.procedure(case.procedure.id, case.procedure.version)
    if name not in rules.moves:
        raise NotFound(name)
    return rules.moves[name]


def _form(
    visitor: Visitor,
    name: str,
    move: str,
    sent: Sent | None,
    trouble: Trouble | None,
    mails: Sequence[MailShown] | None = None,
    given: Given | None = None,
) -> Response:
    with visitor.reading() as connection:
        case = find_case(connection, visitor.actor, name)
        asked = _move(case, move)
        possible = moves_of(connection, visitor.actor, case.id, visitor.today, visitor.language, given)
        shown = next((one for one in possible if one.move == move), None)
        form = visitor.form(f"move:{move}", about=case.id, version=case.version)
        changed = changed_since(connection, visitor, case.id, form, sent.version if sent else None)
        closing = _closing(connection, visitor, case.id, asked) if shown else None
        around = Around(
            language=visitor.language,
            choices=choices_for(connection, visitor.actor, asked.asks, case, visitor.language),
            open_questions={one["question"]: one["text"] for one in case.questions},
        )
    typed = {**_known(asked, case), **_typed(sent, form.kept.fields if form.kept else {})}
    return visitor.page(
        "moves/move.html",
        trouble.status if trouble else 200,
        case=case,
        move=shown,
        why_not=_why_not(shown, case, visitor.language),
        heading=_label(case, move, visitor.language),
        questions=questions_of(asked.asks, _schema(case, move, visitor.language), typed, around),
        typed={name: "\n".join(values) for name, values in typed.items()},
        reason_required=asked.reason_required,
        form=form,
        changed=changed,
        closing=closing,
        mails=mails,
        trouble=trouble,
        main_form=shown is not None,
    )


def _closing(connection: Connection, visitor: Visitor, case: str, move: Move) -> ConsultationShown | None:
    """The consultation that the move would close, with the outcome that would be kept."""
    if move.closes is None:
        return None
    rounds = consultations(connection, visitor.actor, case, visitor.language, limit=MOST).items
    return next((one for one in rounds if one.open and one.name == move.closes), None)


def _known(move: Move, case: CaseShown) -> Mapping[str, Sequence[str]]:
    """What a move asks and the case says already: it need not be chosen again."""
    said = {"theme": case.theme, "working_group": case.working_group}
    known = {f"/{field.name}": said.get(field.type) for field in move.asks if not field.many}
    return {name: (value,) for name, value in known.items() if value}


def _why_not(move: MoveShown | None, case: CaseShown, language: str) -> str:
    """What a move that is not open yet still needs; empty where it is open."""
    if move is None or move.refused is None:
        return ""
    known = wording(case.procedure.id, case.procedure.version, language).words
    return words.guard(move.refused.guard, move.refused.needs, language, known)


def _typed(sent: Sent | None, kept: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    return sent.typed if sent is not None else kept


def _schema(case: CaseShown, move: str, language: str) -> Mapping[str, Any]:
    return move_schema(shelf.procedure(case.procedure.id, case.procedure.version), move, language)


def _label(case: CaseShown, move: str, language: str) -> str:
    known = wording(case.procedure.id, case.procedure.version, language)
    return known.text("moves", move, "label") or move
