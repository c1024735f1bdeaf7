"""Changing what is said of a case that is filed: a slip corrected, another working group."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from service.commands.cases import ChangeCase, change_case
from service.pages.case.answers import answers_told
from service.pages.case.history import changed_since
from service.pages.case.typed import Typed, rows_of, texts_of, typed_in
from service.pages.choices import choices_for
from service.pages.posting import Posted
from service.pages.questions import NEARBY, Around, Question, answers_of, countries, questions_of, typed_from
from service.pages.sent import Sent
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import Visiting, Visitor
from service.queries.acts import acts_of
from service.queries.cases import CaseShown, find_case
from service.queries.organisations import working_groups
from workflows import shelf
from workflows.asking import form_schema
from workflows.errors import NotFound, Refused
from workflows.fields import Field
from workflows.filing import form_of
from workflows.procedure import Procedure

router = APIRouter()
MOST = 500
CONTENT = "content"


@router.get("/cases/{case}/correct")
def show_correction(case: str, visitor: Visiting) -> Response:
    """What is said of the case, to be put right."""
    return _correction(visitor, case, None, None)


@router.post("/cases/{case}/correct")
def send_correction(case: str, sent: Posted, visitor: Visiting) -> Response:
    """Keep what was put right, with the reason."""
    if sent.button == "more":
        return _correction(visitor, case, sent, None)
    places: dict[str, str] = {}
    try:
        with visitor.reading() as connection:
            shown = find_case(connection, visitor.actor, case)
        patch = _patch(shown, sent, places)
        id = change_case(ChangeCase(case, sent.version, lambda: patch), visitor.work())
    except NotFound:
        raise
    except Refused as refusal:
        return _correction(visitor, case, sent, trouble_of(refusal, visitor.language, places))
    visitor.forget(sent)
    return visitor.go(f"/cases/{id}", said="corrected")


def _patch(case: CaseShown, sent: Sent, places: dict[str, str]) -> dict[str, Any]:
    """What was typed, as a merge patch. An answer that was emptied is taken away."""
    fields = form_of(_rules(case))
    answered = answers_of([_inside(field) for field in fields], sent)
    places |= {f"/regions/{index}": "/regions" for index in range(200)}
    given = {name.partition("/")[2]: answer for name, answer in answered.data.items()}
    emptied = {field.name: None for field in fields if field.name in case.content and field.name not in given}
    return {
        "title": sent.one("/title").strip(),
        "language": sent.one("/language"),
        "countries": list(sent.all("/countries")),
        "regions": rows_of(sent.one("/regions")),
        **({"theme": theme} if (theme := sent.one("/theme")) else {}),
        CONTENT: {**emptied, **given},
        **({"reason": reason} if (reason := sent.one("/reason").strip()) else {}),
    }


def _inside(field: Field) -> Field:
    """The field as it stands inside the content of a case, where faults name it."""
    return dataclasses.replace(field, name=f"{CONTENT}/{field.name}")


def _rules(case: CaseShown) -> Procedure:
    return shelf.procedure(case.procedure.id, case.procedure.version)


def _before(case: CaseShown) -> Typed:
    fields = [_inside(field) for field in form_of(_rules(case))]
    return {
        "/title": [case.title],
        "/language": [case.language],
        "/theme": [case.theme or ""],
        "/countries": list(case.countries),
        "/regions": ["\n".join(case.regions)],
        **typed_from(fields, {f"{CONTENT}/{name}": value for name, value in case.content.items()}),
    }


def _correction(visitor: Visitor, name: str, sent: Sent | None, trouble: Trouble | None) -> Response:
    with visitor.reading() as connection:
        case = find_case(connection, visitor.actor, name)
        fields = form_of(_rules(case))
        acts = acts_of(connection, visitor.actor, case.id, visitor.language)
        choices = choices_for(connection, visitor.actor, fields, case, visitor.language)
        form = visitor.form("correct", about=case.id, version=case.version)
        changed = changed_since(connection, visitor, case.id, form, sent.version if sent else None)
    act = next((one for one in acts if one.act == "correct"), None)
    typed = typed_in(sent, form, _before(case))
    return visitor.page(
        "case/correct.html",
        trouble.status if trouble else 200,
        case=case,
        act=act,
        questions=_questions(case, typed, Around(language=visitor.language, choices=choices)),
        nearby=_countries(case, typed.get("/countries", ()), visitor.language),
        chosen=typed.get("/countries", ()),
        changed=changed,
        answers=answers_told(_rules(case), case.content, visitor.language),
        form=form,
        typed=texts_of(typed),
        trouble=trouble,
        main_form=act is not None,
    )


def _countries(case: CaseShown, chosen: Sequence[str], language: str) -> Mapping[str, str]:
    """The countries around, and any other that the case touches."""
    wanted = {*NEARBY, *case.countries, *chosen}
    return {code: name for code, name in countries(language).items() if code in wanted}


def _questions(case: CaseShown, typed: Typed, around: Around) -> list[Question]:
    rules = _rules(case)
    schema: Mapping[str, Any] = form_schema(rules, rules.form, around.language)["properties"]
    inside = {f"{CONTENT}/{name}": asked for name, asked in schema.items()}
    return questions_of([_inside(field) for field in form_of(rules)], {"properties": inside}, typed, around)


@router.get("/cases/{case}/assign")
def show_assignment(case: str, visitor: Visiting) -> Response:
    """Which working group the case is to go to."""
    return _assignment(visitor, case, None, None)


@router.post("/cases/{case}/assign")
def send_assignment(case: str, sent: Posted, visitor: Visiting) -> Response:
    """Assign the case to another working group."""
    patch = {"working_group": sent.one("/working_group")}
    if reason := sent.one("/reason").strip():
        patch["reason"] = reason
    try:
        id = change_case(ChangeCase(case, sent.version, lambda: patch), visitor.work())
    except NotFound:
        raise
    except Refused as refusal:
        return _assignment(visitor, case, sent, trouble_of(refusal, visitor.language))
    visitor.forget(sent)
    return _away(visitor, id)


def _away(visitor: Visitor, case: str) -> Response:
    """Who gave a case away may not read it any more."""
    try:
        with visitor.reading() as connection:
            find_case(connection, visitor.actor, case)
    except NotFound:
        return visitor.go("/inbox", said="assigned")
    return visitor.go(f"/cases/{case}", said="assigned")


def _assignment(visitor: Visitor, name: str, sent: Sent | None, trouble: Trouble | None) -> Response:
    with visitor.reading() as connection:
        case = find_case(connection, visitor.actor, name)
        acts = acts_of(connection, visitor.actor, case.id, visitor.language)
        groups = working_groups(connection, visitor.actor, limit=MOST).items
        form = visitor.form("assign", about=case.id, version=case.version)
        changed = changed_since(connection, visitor, case.id, form, sent.version if sent else None)
    act = next((one for one in acts if one.act == "assign"), None)
    return visitor.page(
        "case/assign.html",
        trouble.status if trouble else 200,
        case=case,
        act=act,
        groups={one.code: one.name for one in groups},
        changed=changed,
        form=form,
        typed=texts_of(typed_in(sent, form)),
        trouble=trouble,
        main_form=act is not None,
    )
