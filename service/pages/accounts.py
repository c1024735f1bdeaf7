"""A person's own account: who she is here, in which functions, in which language; and signing out everywhere."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.commands.own_account import choose_language
from service.pages.posting import Posted
from service.pages.visitor import LANGUAGE, SESSION, Visiting
from service.queries.organisations import names_of_organisations, working_groups

router = APIRouter(prefix="/account")

MOST_GROUPS = 500


@router.get("")
def show_account(visitor: Visiting) -> Response:
    """What is known of the person who looks."""
    actor = visitor.actor
    codes = {mandate.organisation for mandate in actor.mandates}
    with visitor.reading() as connection:
        names = names_of_organisations(connection, actor, codes, visitor.language)
        groups = {one.code: one.name for one in working_groups(connection, actor, limit=MOST_GROUPS).items}
    return visitor.page("account/account.html", names=names, groups=groups)


@router.post("/language")
def send_language(sent: Posted, visitor: Visiting) -> Response:
    """From now on the pages and mails are in this language; what was chosen in this browser alone ends."""
    choose_language(sent.one("language"), visitor.work())
    visitor.set_cookie(LANGUAGE, "")
    return visitor.go("/account", said="language_chosen")


@router.post("/sign-out-everywhere")
def send_sign_out_everywhere(sent: Posted, visitor: Visiting) -> Response:
    """Sign out in every browser, this one too; what was typed and not sent stays kept."""
    visitor.doors.sessions.end_all(visitor.actor.person)
    visitor.set_cookie(SESSION, "")
    return visitor.go("/", said="signed_out_everywhere")
