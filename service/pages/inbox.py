"""The inbox: what a person has to do today, and what she has to keep an eye on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.commands.visits import visit_inbox
from service.pages.choices import MOST as EVERY_GROUP
from service.pages.visitor import Visiting, Visitor
from service.queries import Connection
from service.queries.filters import saved_filters
from service.queries.inbox import Group, Visit, inbox, last_visit
from service.queries.inbox_groups import COUNTED, GROUPS
from service.queries.organisations import working_groups
from workflows.actor import Role
from workflows.errors import NotFound
from workflows.standing import SECRETARY

router = APIRouter()

FIRST, LOOKED_AT, MOST = 25, 10, COUNTED
"""Lines at first of what waits for the person, of what only needs an eye, and where all of a group is asked for."""
STEADY = timedelta(minutes=1)
"""A visit is not written down anew for every look."""


@router.get("/inbox")
def show_inbox(request: Request, visitor: Visiting) -> Response:
    """What waits for the person, what is late, what is new, and what waits for others."""
    if not visitor.works:
        raise NotFound("inbox")
    whole = request.query_params.get("all", "")
    with visitor.reading() as connection:
        visit = _visit(connection, visitor)
        since = visit.before_at if visit else None
        limits = {name: FIRST if name == "mine" else LOOKED_AT for name in GROUPS} | (
            {whole: MOST} if whole in GROUPS else {}
        )
        filters = saved_filters(connection, visitor.actor)
        groups = inbox(connection, visitor.actor, visitor.today, since, limits)
        names = _names(connection, visitor) if any(_lies_with_a_group(group) for group in groups) else {}
    if visit is None or visit.last_at < visitor.now - STEADY:
        visit_inbox(visitor.work())
    return visitor.page(
        "inbox/inbox.html",
        groups=groups,
        counts={group.name: group for group in groups},
        names=names,
        since=since,
        filters=filters,
        assigns=visitor.actor.has(Role.SECRETARY),
    )


def _visit(connection: Connection, visitor: Visitor) -> Visit | None:
    """The visit as it is, or as it becomes by this look after a while elsewhere."""
    found = last_visit(connection, visitor.actor)
    return found.at(visitor.now) if found is not None else None


def _lies_with_a_group(group: Group) -> bool:
    """Does a case there wait for the secretary of a working group, and not for the person?"""
    return group.name != "mine" and any(line.waits_for == SECRETARY and line.working_group for line in group.lines)


def _names(connection: Connection, visitor: Visitor) -> Mapping[str, str]:
    """What the working groups are called."""
    return {one.code: one.name for one in working_groups(connection, visitor.actor, limit=EVERY_GROUP).items}
