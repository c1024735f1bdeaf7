"""Analyses: what was found in the law of each country."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from service.api.answers import answer
from service.api.body import Sent, Text
from service.api.documentation import PARAMETERS, described
from service.api.doors import Json, SignedIn
from service.api.lists import say_where
from service.commands.analyses import WriteAnalysis, write_analysis
from service.queries.analyses import AnalysisShown, analysis

router = APIRouter(tags=["analyses"])

Source = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
TO_REPLACE = {
    **PARAMETERS["if_match"],
    "required": False,
    "description": "To replace a finding, the ETag of the one that stands: 428 without it, 412 if another is newer. "
    "To write the first one, none.",
}


class AnalysisSent(Sent):
    """A finding and the sources that it rests on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"finding": "Art. 4 verbiedt het vervoer.", "sources": ["Wegenverkeerswet 1994, art. 4"]}]
        }
    )

    finding: Text
    sources: list[Source] = Field(default=[], max_length=200)


class AnalysisRead(BaseModel):
    """A finding. `written_by` is the name of who wrote this version."""

    case: str
    country: str
    finding: str
    sources: list[str]
    version: int
    written_by: str
    written_at: datetime


@router.get(
    "/cases/{case}/analysis/{country}", response_model=AnalysisRead, openapi_extra=described(shows_version=True)
)
def read_analysis(case: str, country: str, visit: SignedIn) -> Response:
    """The finding for a country (ISO 3166-1 alpha-2), for the secretariat and the auditors."""
    with visit.reading() as connection:
        found = analysis(connection, visit.actor, case, country)
    return answer(_shown(found), version=found.version)


@router.put(
    "/cases/{case}/analysis/{country}",
    response_model=AnalysisRead,
    responses={201: {"model": AnalysisRead, "description": "The first finding for this country."}},
    openapi_extra={
        **described(
            takes=AnalysisSent,
            shows_version=True,
            refuses=("role_missing", "move_not_open", "version_missing", "stale"),
        ),
        "parameters": [TO_REPLACE],
    },
)
def put_analysis(case: str, country: str, body: Json, request: Request, visit: SignedIn) -> Response:
    """Write the finding for a country. It has an ETag of its own; the case keeps its version."""
    say_where(request, {"/country": "path"})

    def asked() -> dict[str, Any]:
        return body.read(AnalysisSent).model_dump(exclude_unset=True)

    with visit.work() as work:
        written = write_analysis(WriteAnalysis(case, country, visit.version, asked), work)
        found = analysis(work.connection, visit.actor, written.case, written.country)
    location = f"/api/v1/cases/{found.case}/analysis/{found.country}" if written.new else None
    return answer(_shown(found), status=201 if written.new else 200, version=found.version, location=location)


def _shown(found: AnalysisShown) -> dict[str, Any]:
    return {
        "case": found.case,
        "country": found.country,
        "finding": found.finding,
        "sources": found.sources,
        "version": found.version,
        "written_by": found.written_by,
        "written_at": found.written_at,
    }
