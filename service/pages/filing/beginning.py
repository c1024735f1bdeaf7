"""Beginning a report: what kind, for whom, in which language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from service.commands.cases import BeginCase, begin_case
from service.languages import LANGUAGES
from service.pages.choices import MOST, bodies_by_name, by_name
from service.pages.filing.steps import steps_of
from service.pages.posting import Posted
from service.pages.sent import Sent
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import Visiting, Visitor
from service.queries import Connection
from service.queries.organisations import names_of_organisations, organisations
from workflows import shelf
from workflows.actor import Actor
from workflows.errors import DataInvalid, Fault, Refused
from workflows.filing import organisations_to_file_for
from workflows.wording import wording

router = APIRouter()
FORM = "filing:new"


def procedures_for(actor: Actor) -> tuple[str, ...]:
    """The procedures of which the person may begin a case."""
    return tuple(name for name in shelf.names() if organisations_to_file_for(shelf.newest(name), actor))


@router.get("/filing/new")
def show_beginning(visitor: Visiting) -> Response:
    """The questions before the first step."""
    return _page(visitor, None, None)


@router.post("/filing/new")
def begin(sent: Posted, visitor: Visiting) -> Response:
    """Begin a draft, and lead to its first step."""
    procedures = procedures_for(visitor.actor)
    procedure = sent.one("/procedure") or (procedures[0] if len(procedures) == 1 else None)
    said = {
        "procedure": procedure,
        "organisation": sent.one("/organisation") or None,
        "language": sent.one("/language") or visitor.language,
    }

    def checked() -> Mapping[str, Any]:
        faults = [Fault("/procedure", "missing")] if procedure is None and procedures else []
        if visitor.actor.intake and said["organisation"] is None:
            faults.append(Fault("/organisation", "missing"))  # not the Secretariat-General by an oversight
        if faults:
            raise DataInvalid(faults)
        return said

    try:
        seen = begin_case(BeginCase(checked), visitor.work(sent))
    except Refused as refusal:
        return _page(visitor, sent, trouble_of(refusal, visitor.language))
    visitor.forget(sent)
    first = steps_of(shelf.newest(str(procedure)))[0].name
    return visitor.go(f"/filing/{seen.thing_id}/{first}")


def _page(visitor: Visitor, sent: Sent | None, trouble: Trouble | None) -> Response:
    procedures = procedures_for(visitor.actor)
    with visitor.reading() as connection:
        bodies = _organisations(connection, visitor, procedures)
    form = visitor.form(FORM)
    fields = sent.typed if sent is not None else form.kept.fields if form.kept else {}
    typed = {name: values[-1] for name, values in fields.items() if values}
    usual = visitor.language if visitor.language in LANGUAGES else LANGUAGES[0]
    return visitor.page(
        "filing/new.html",
        trouble.status if trouble else 200,
        procedures={name: _name(name, visitor.language) for name in procedures},
        abouts={name: _about(name, visitor.language) for name in procedures},
        bodies=bodies,
        for_others=visitor.actor.intake,
        tongue=typed.get("/language", usual),
        typed=typed,
        form=form,
        trouble=trouble,
        main_form=bool(procedures),
    )


def _organisations(connection: Connection, visitor: Visitor, procedures: tuple[str, ...]) -> Mapping[str, str]:
    """For whom one may file: one's own organisations; the intake of the Secretariat-General for every one."""
    actor, language = visitor.actor, visitor.language
    if actor.intake:
        return bodies_by_name(organisations(connection, actor, limit=MOST).items, language)
    codes = {code for name in procedures for code in organisations_to_file_for(shelf.newest(name), actor)}
    return by_name(names_of_organisations(connection, actor, codes, language).items())


def _name(procedure: str, language: str) -> str:
    return wording(procedure, shelf.newest(procedure).version, language).text("label") or procedure


def _about(procedure: str, language: str) -> str:
    return wording(procedure, shelf.newest(procedure).version, language).text("about") or ""
