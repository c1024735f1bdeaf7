"""Acts as forms: what changes a part of a case and has no page of its own, such as its publication."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.commands.acts import AskedAct, DoAct, do_act
from service.pages.choices import choices_for
from service.pages.posting import Posted
from service.pages.questions import Around, answers_of, questions_of
from service.pages.sent import Sent
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import Visiting, Visitor
from service.queries.acts import acts_of
from service.queries.cases import CaseShown, find_case
from workflows import shelf
from workflows.asking import act_schema
from workflows.errors import NotFound, Refused
from workflows.procedure import Act

router = APIRouter()


@router.get("/cases/{case}/acts/{act}")
def show_act(case: str, act: str, visitor: Visiting) -> Response:
    """The form of an act."""
    return _form(visitor, case, act, None, None)


@router.post("/cases/{case}/acts/{act}")
def send_act(case: str, act: str, sent: Posted, visitor: Visiting) -> Response:
    """Do the act; or show the form again with one more row, or with why not."""
    if sent.button == "more":
        return _form(visitor, case, act, sent, None)
    with visitor.reading() as connection:
        asked = _act(find_case(connection, visitor.actor, case), act)
    answered = answers_of(asked.asks, sent)
    try:
        with visitor.work(sent) as work:
            done = AskedAct(act, answered.data, sent.one("/reason").strip() or None)
            seen = do_act(DoAct(case, lambda: done), work)
    except NotFound:
        raise
    except Refused as refusal:
        return _form(visitor, case, act, sent, trouble_of(refusal, visitor.language, answered.places))
    visitor.forget(sent)
    return visitor.go(f"/cases/{seen.thing_id}", said="sent")


def _act(case: CaseShown, name: str) -> Act:
    rules = shelf.procedure(case.procedure.id, case.procedure.version)
    if name not in rules.acts:
        raise NotFound(name)
    return rules.acts[name]


def _form(visitor: Visitor, name: str, act: str, sent: Sent | None, trouble: Trouble | None) -> Response:
    with visitor.reading() as connection:
        case = find_case(connection, visitor.actor, name)
        asked = _act(case, act)
        shown = next(
            (one for one in acts_of(connection, visitor.actor, case.id, visitor.language) if one.act == act), None
        )
        choices = choices_for(connection, visitor.actor, asked.asks, case, visitor.language)
    form = visitor.form(f"act:{act}", about=case.id, version=case.version)
    typed = sent.typed if sent is not None else form.kept.fields if form.kept else {}
    schema = act_schema(shelf.procedure(case.procedure.id, case.procedure.version), act, visitor.language)
    around = Around(language=visitor.language, choices=choices)
    return visitor.page(
        "moves/act.html",
        trouble.status if trouble else 200,
        case=case,
        act=shown,
        questions=questions_of(asked.asks, schema, typed, around),
        typed={name: "\n".join(values) for name, values in typed.items()},
        reason_required=asked.reason_required,
        form=form,
        trouble=trouble,
        main_form=shown is not None,
    )
