"""Digests: what a minister's office would read of a week, before it is mailed."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from service.api.answers import answer
from service.api.documentation import described
from service.api.doors import SignedIn
from service.queries.digests import compose, may_read, monday_of, reader_of
from workflows.errors import DataInvalid, Fault, RoleMissing
from workflows.fields import VOTERS
from workflows.notices import DigestLine

router = APIRouter(tags=["digests"])

WEEK = re.compile(r"[0-9]{4}-W[0-9]{2}\Z")


class SectionRead(BaseModel):
    """One number of the digest. `query` is the query string of `GET /cases` that lists what it counts."""

    name: str
    count: int
    query: str
    lines: list[DigestLine]


class DigestRead(BaseModel):
    """A digest: the week from `starts_on` up to and without `ends_on`, both Mondays."""

    week: str
    starts_on: str
    ends_on: str
    organisation: str
    organisation_name: str
    sections: list[SectionRead]


@router.get("/digests/preview", response_model=DigestRead, openapi_extra=described(refuses=("role_missing",)))
def preview_digest(
    week: Annotated[str, Query(description="An ISO week, as 2026-W48.")],
    organisation: Annotated[str, Query(description="A delegation: BE, NL or LU.")],
    visit: SignedIn,
) -> Response:
    """What the office of a delegation would read of a week, as of now.

    For the office itself and the Secretariat-General.
    """
    starts_on = _monday(week)
    if organisation not in VOTERS:
        raise DataInvalid([Fault("/organisation", "not_a_choice")])
    actor = visit.actor
    if not may_read(actor, organisation):
        raise RoleMissing(("minister_office", "secretary_general"))
    with visit.reading() as connection:
        digest = compose(connection, reader_of(actor, organisation), organisation, starts_on, visit.today)
    return answer(
        {
            "week": digest.week,
            "starts_on": digest.starts_on,
            "ends_on": digest.ends_on,
            "organisation": digest.organisation,
            "organisation_name": digest.organisation_name,
            "sections": digest.sections,
        }
    )


def _monday(week: str) -> date:
    try:
        if WEEK.match(week) is None:
            raise ValueError(week)
        return monday_of(week)
    except ValueError:
        raise DataInvalid([Fault("/week", "no_date")]) from None
