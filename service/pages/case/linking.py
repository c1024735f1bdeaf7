"""Linking a case to another one."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.commands.links import KINDS, LinkCase, link_case
from service.pages.case.typed import texts_of, typed_in
from service.pages.posting import Posted
from service.pages.sent import Sent
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import Visiting, Visitor
from service.queries.acts import acts_of
from service.queries.cases import find_case
from service.queries.links import links
from workflows.errors import NotFound, Refused

router = APIRouter()


@router.get("/cases/{case}/links/new")
def show_form(case: str, visitor: Visiting) -> Response:
    """The links that stand, and a form for one more."""
    return _page(visitor, case, None, None)


@router.post("/cases/{case}/links/new")
def send_link(case: str, sent: Posted, visitor: Visiting) -> Response:
    """Link the case to the one that was named."""
    asked = {"kind": sent.one("/kind"), "to": sent.one("/to").strip()}
    try:
        link_case(LinkCase(case=case, asked=lambda: asked), visitor.work(sent))
    except NotFound:
        raise
    except Refused as refusal:
        return _page(visitor, case, sent, trouble_of(refusal, visitor.language))
    visitor.forget(sent)
    return visitor.go(f"/cases/{case}#links", said="linked")


def _page(visitor: Visitor, name: str, sent: Sent | None, trouble: Trouble | None) -> Response:
    with visitor.reading() as connection:
        case = find_case(connection, visitor.actor, name)
        found = links(connection, visitor.actor, case.id)
        acts = acts_of(connection, visitor.actor, case.id, visitor.language)
    linking = next((one for one in acts if one.act == "link"), None)
    form = visitor.form("link", about=case.id)
    return visitor.page(
        "case/link.html",
        trouble.status if trouble else 200,
        case=case,
        links=found,
        act=linking,
        kinds=KINDS,
        form=form,
        typed=texts_of(typed_in(sent, form)),
        trouble=trouble,
        main_form=linking is not None,
    )
