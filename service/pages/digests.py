"""The weekly digest as a page: in the words of its mail, each number opening its cases, and what is asked today."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from service.pages.visitor import Visiting, Visitor
from service.queries import Connection
from service.queries.asked import asks_on
from service.queries.digests import (
    WEEK,
    asked_today,
    compose,
    digest_kept,
    may_read,
    monday_of,
    reader_of,
    stages_now,
    week_of,
    weeks_kept,
)
from workflows.errors import NotFound
from workflows.fields import VOTERS
from workflows.notices import Digest, DigestLine, DigestSection

router = APIRouter()

WRITTEN = re.compile(r"[0-9]{4}-W[0-9]{2}")
MOST_WEEKS = 53
ASKING = ("asked", "late")
"""The sections that say what is asked of the reader."""
CLASSES = {
    "<h2>": '<h2 class="govuk-heading-m">',
    "<p>": '<p class="govuk-body">',
    "<ul>": '<ul class="govuk-list govuk-list--bullet">',
    "<a href": '<a class="govuk-link" href',
}
"""How the marks of a mail's text look on a page; what people wrote holds no marks."""


@router.get("/digest")
def show_digest(visitor: Visiting, week: str = "", organisation: str = "") -> Response:
    """The digest of a week: as it was sent, else as it would be sent now."""
    delegation = _delegation(visitor, organisation)
    with visitor.reading() as connection:
        kept_weeks = weeks_kept(connection, visitor.actor, delegation)[:MOST_WEEKS]
        starts_on = _monday(week or (kept_weeks[0] if kept_weeks else week_of(_last_week(visitor))), visitor.today)
        kept = digest_kept(connection, visitor.actor, delegation, week_of(starts_on))
        reader = reader_of(visitor.actor, delegation)
        shown = kept or compose(connection, reader, delegation, starts_on, visitor.today)
        asked = asked_today(connection, reader, delegation, visitor.today) if kept else None

    def behind(section: DigestSection) -> str:
        if kept is None:
            return f"/cases?{section.query}"
        given = {"week": shown.week, "organisation": delegation, "section": section.name}
        return f"/digest/cases?{urlencode(given)}"

    words = visitor.doors.digest(shown, visitor.language, behind)
    return visitor.page(
        "digest/digest.html",
        heading=words.subject,
        body=_dressed(words.html),
        kept=kept is not None,
        asked=_by_case(asked.lines) if asked else {},
        asked_query=asked.query if asked else "",
        week=shown.week,
        before=_named(starts_on - WEEK),
        after=_named(starts_on + WEEK) if starts_on + WEEK <= visitor.today else None,
        weeks=[(one, monday_of(one)) for one in kept_weeks],
        delegation=delegation,
        delegations=_delegations(visitor),
    )


@router.get("/digest/cases")
def show_cases_kept(visitor: Visiting, week: str = "", organisation: str = "", section: str = "") -> Response:
    """The cases that a number of a sent digest counted, as they were then, and where they stand today."""
    delegation = _delegation(visitor, organisation)
    with visitor.reading() as connection:
        digest = _kept(connection, visitor, delegation, week)
        counted = next((one for one in digest.sections if one.name == section), None)
        if counted is None:
            raise NotFound("digest")
        cases = _by_case(counted.lines)
        stages = stages_now(connection, visitor.actor, cases)
        asked = (
            asks_on(connection, reader_of(visitor.actor, delegation), delegation, cases) if section in ASKING else None
        )
    return visitor.page(
        "digest/cases.html",
        counted=counted,
        cases=cases,
        stages=stages,
        asked=asked,
        week=digest.week,
        delegation=delegation,
    )


def _kept(connection: Connection, visitor: Visitor, delegation: str, week: str) -> Digest:
    digest = digest_kept(connection, visitor.actor, delegation, week) if WRITTEN.fullmatch(week) else None
    if digest is None:
        raise NotFound("digest")
    return digest


def _delegations(visitor: Visitor) -> tuple[str, ...]:
    return tuple(one for one in VOTERS if may_read(visitor.actor, one))


def _delegation(visitor: Visitor, asked: str) -> str:
    """The delegation whose digest is asked for; the reader's own where none is. Raises NotFound."""
    readable = _delegations(visitor)
    if not readable or (asked and asked not in readable):
        raise NotFound("digest")
    return asked or readable[0]


def _last_week(visitor: Visitor) -> date:
    return visitor.today - WEEK


def _monday(week: str, today: date) -> date:
    """The Monday of a week that has begun. Raises NotFound."""
    try:
        starts_on = monday_of(week) if WRITTEN.fullmatch(week) else None
        before = starts_on - WEEK if starts_on else None
    except (ValueError, OverflowError):
        starts_on = before = None
    if starts_on is None or before is None or starts_on > today:
        raise NotFound("digest")
    return starts_on


def _by_case(lines: Iterable[DigestLine]) -> Mapping[str, list[DigestLine]]:
    found: dict[str, list[DigestLine]] = {}
    for line in lines:
        found.setdefault(line.case, []).append(line)
    return found


def _named(starts_on: date) -> tuple[str, date]:
    return week_of(starts_on), starts_on


def _dressed(html: str) -> Markup:
    for plain, dressed in CLASSES.items():
        html = html.replace(plain, dressed)
    return Markup(html)  # noqa: S704 (made by the mail's own typesetting, which lets no markup of people through)
