"""Comments on a case: what stays inside the secretariat and what all read, on two pages that cannot be mistaken."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.commands.comments import AUDIENCES, INTERNAL, MakeComment, make_comment
from service.pages.case.history import called
from service.pages.case.typed import texts_of, typed_in
from service.pages.posting import Posted
from service.pages.sent import Sent
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import Visiting, Visitor
from service.queries.acts import acts_of
from service.queries.cases import find_case
from service.queries.comments import comments
from service.queries.within import within_whole
from workflows.errors import NotFound, Refused

router = APIRouter()
MOST = 200


@router.get("/cases/{case}/comments/{audience}")
def show_comments(case: str, audience: str, visitor: Visiting) -> Response:
    """What was said to this audience, and a form to say more."""
    return _page(visitor, case, audience, None, None)


@router.post("/cases/{case}/comments/{audience}")
def send_comment(case: str, audience: str, sent: Posted, visitor: Visiting) -> Response:
    """Say something to this audience."""
    try:
        with visitor.work(sent) as work:
            make_comment(MakeComment(case=case, asked=lambda: {"text": sent.one("/text"), "audience": audience}), work)
    except NotFound:
        raise
    except Refused as refusal:
        return _page(visitor, case, audience, sent, trouble_of(refusal, visitor.language))
    visitor.forget(sent)
    return visitor.go(f"/cases/{case}/comments/{audience}", said="commented")


def _page(visitor: Visitor, name: str, audience: str, sent: Sent | None, trouble: Trouble | None) -> Response:
    with visitor.reading() as connection:
        reach = within_whole(connection, visitor.actor, name)
        if audience not in AUDIENCES or (audience == INTERNAL and not reach.inner):
            raise NotFound(audience)
        case = find_case(connection, visitor.actor, reach.id)
        acts = acts_of(connection, visitor.actor, reach.id, visitor.language)
        said = [
            one for one in comments(connection, visitor.actor, reach.id, limit=MOST).items if one.audience == audience
        ]
        named = called(connection, visitor.actor, (one.on_behalf_of for one in said), visitor.language)
    may = any(one.act == "comment" and (one.inner or audience != INTERNAL) for one in acts)
    form = visitor.form(f"comment:{audience}", about=case.id)
    return visitor.page(
        "case/comments.html",
        trouble.status if trouble else 200,
        case=case,
        reach=reach,
        audience=audience,
        said_before=said,
        named=named,
        may=may,
        form=form,
        typed=texts_of(typed_in(sent, form)),
        trouble=trouble,
        main_form=may,
    )
