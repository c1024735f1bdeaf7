"""Instruments: the register, the drafts, and what they say in each language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from service import words
from service.api.answers import answer
from service.api.body import Sent, Text
from service.api.documentation import described
from service.api.doors import Json, SignedIn, Visit
from service.api.lists import Listed, WhichPage, listed
from service.commands.instruments import RecordInstrument, record_instrument
from service.commands.texts import WriteText, write_text
from service.queries import instruments as queries
from service.queries.instruments import ExpressionShown, InstrumentShown, Sought
from workflows.expressions import LONGEST_HEADING, LONGEST_NUMBER, MOST_ARTICLES
from workflows.register import KINDS
from workflows.web import LONGEST_ADDRESS

router = APIRouter(tags=["instruments"])

Language = Literal["nl", "fr", "de", "en"]
Heading = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_HEADING)]


class InstrumentSent(Sent):
    """An instrument whose number was given elsewhere."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "decision",
                    "number": "M(2015)15",
                    "title": "Proeven met langere en zwaardere vrachtwagencombinaties over een intra-Benelux grens",
                    "language": "nl",
                    "adopted_on": None,
                    "url": "https://www.benelux.int/",
                }
            ]
        }
    )

    kind: str = Field(json_schema_extra={"enum": list(KINDS)})
    number: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    title: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    language: Language
    adopted_on: date | None = None
    url: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ADDRESS)] | None = None


class ArticleSent(Sent):
    """An article; each number stands once."""

    number: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NUMBER)]
    heading: Heading | None = None
    text: Text


class ExpressionSent(Sent):
    """A text. `final`: ready for the Council."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Beschikking betreffende het grensoverschrijdend schoolvervoer",
                    "articles": [{"number": "1", "heading": None, "text": "De Hoge Verdragsluitende Partijen …"}],
                    "final": True,
                }
            ]
        }
    )

    title: Heading
    articles: list[ArticleSent] = Field(max_length=MOST_ARTICLES)
    final: bool = False


class Warned(BaseModel):
    """Something to look at; it stops nothing."""

    code: str
    detail: str


class ArticleRead(BaseModel):
    """An article."""

    number: str
    heading: str | None
    text: str


class ExpressionRead(BaseModel):
    """A text; it goes by the ETag of its instrument. `sha256` is of its canonical form."""

    instrument: str
    language: str
    title: str
    articles: list[ArticleRead]
    final: bool
    sha256: str
    written_at: datetime
    warnings: list[Warned]


class ExpressionListed(BaseModel):
    """What there is in one language."""

    language: str
    title: str
    final: bool
    sha256: str
    written_at: datetime


class InForce(BaseModel):
    """How it enters into force and, once that is known, on which day."""

    how: str
    on: date | None


class InstrumentRead(BaseModel):
    """An instrument. `case` is null for who may not read the case."""

    id: str
    kind: str
    number: str | None
    title: str | None
    case: str | None
    state: str
    adopted_on: date | None
    adopted_on_text: str | None = Field(description="The date as its source gives it, where that is not one day.")
    in_force: InForce | None
    evaluate_on: date | None
    council_on: date | None
    council_opinion: str | None
    journal: str | None
    published_on: date | None
    language: str | None
    url: str | None
    external: bool = Field(description="Its number was given elsewhere.")
    expressions: list[ExpressionListed]
    warnings: list[Warned]


@router.get("/instruments", response_model=Listed[InstrumentRead], response_model_exclude_unset=True)
def list_instruments(
    request: Request,
    response: Response,
    page: WhichPage,
    visit: SignedIn,
    kind: Annotated[list[str], Query()] = [],  # noqa: B006 (FastAPI reads the default and never changes it)
    number: Annotated[list[str], Query()] = [],  # noqa: B006 (likewise read, never changed)
    case: Annotated[list[str], Query(description="Ids or references.")] = [],  # noqa: B006 (likewise)
    q: Annotated[str, Query(max_length=200, description="Words that all stand in the number or in a title.")] = "",
) -> dict[str, Any]:
    """The register, the last adopted first. Drafts are seen by who reads their case."""
    sought = Sought(kind=tuple(kind), number=tuple(number), case=tuple(case), q=q)
    with visit.reading() as connection:
        found = queries.instruments(
            connection,
            visit.actor,
            sought,
            visit.language,
            visit.today,
            limit=page.limit,
            place=page.place(),
            count=page.count,
        )
    return listed(request, response, found, lambda one: _instrument(one, visit.language))


@router.post(
    "/instruments",
    status_code=201,
    response_model=InstrumentRead,
    openapi_extra=described(takes=InstrumentSent, shows_version=True, refuses=("role_missing",)),
)
def add_instrument(body: Json, visit: SignedIn) -> Response:
    """Record an instrument whose number was given elsewhere; for the intake and the Secretariat-General."""

    def asked() -> dict[str, Any]:
        return body.read(InstrumentSent).model_dump(mode="json", exclude_unset=True)

    with visit.work(body) as work:
        seen = record_instrument(RecordInstrument(asked), work)
        found = queries.instrument(work.connection, visit.actor, str(seen.thing_id), visit.language, visit.today)
    shown = _instrument(found, visit.language)
    return answer(shown, status=seen.status, version=found.version, location=seen.location)


@router.get("/instruments/{instrument}", response_model=InstrumentRead, openapi_extra=described(shows_version=True))
def read_instrument(instrument: str, visit: SignedIn) -> Response:
    """One instrument. Numbered ones everybody signed in may read."""
    with visit.reading() as connection:
        found = queries.instrument(connection, visit.actor, instrument, visit.language, visit.today)
    return answer(_instrument(found, visit.language), version=found.version)


@router.get(
    "/instruments/{instrument}/expressions/{language}",
    response_model=ExpressionRead,
    openapi_extra=described(shows_version=True),
)
def read_expression(instrument: str, language: str, visit: SignedIn) -> Response:
    """What an instrument says in a language, with the ETag of the instrument."""
    with visit.reading() as connection:
        found = queries.expression(connection, visit.actor, instrument, language)
    return answer(_expression(found, visit), version=found.version)


@router.put(
    "/instruments/{instrument}/expressions/{language}",
    response_model=ExpressionRead,
    responses={201: {"model": ExpressionRead, "description": "The first text in this language."}},
    openapi_extra=described(takes=ExpressionSent, if_match=True, refuses=("role_missing", "move_not_open")),
)
def put_expression(instrument: str, language: str, body: Json, visit: SignedIn) -> Response:
    """Write a text while the case is being drafted. It takes the ETag of the instrument, and renews it."""

    def asked() -> dict[str, Any]:
        return body.read(ExpressionSent).model_dump(exclude_unset=True)

    with visit.work() as work:
        written = write_text(WriteText(instrument, language, visit.version, asked), work)
        found = queries.expression(work.connection, visit.actor, written.instrument, written.language)
    location = f"/api/v1/instruments/{found.instrument}/expressions/{found.language}" if written.new else None
    status = 201 if written.new else 200
    return answer(_expression(found, visit), status=status, version=found.version, location=location)


def _instrument(found: InstrumentShown, language: str) -> dict[str, Any]:
    return {
        "id": found.id,
        "kind": found.kind,
        "number": found.number,
        "title": found.title,
        "case": found.case,
        "state": found.state,
        "adopted_on": found.adopted_on,
        "adopted_on_text": found.adopted_on_text,
        "in_force": found.in_force,
        "evaluate_on": found.evaluate_on,
        "council_on": found.council_on,
        "council_opinion": found.council_opinion,
        "journal": found.journal,
        "published_on": found.published_on,
        "language": found.language,
        "url": found.url,
        "external": found.external,
        "expressions": [
            {
                "language": one.language,
                "title": one.title,
                "final": one.final,
                "sha256": one.sha256,
                "written_at": one.written_at,
            }
            for one in found.expressions
        ],
        "warnings": _warnings(found.warnings, language),
    }


def _expression(found: ExpressionShown, visit: Visit) -> dict[str, Any]:
    return {
        "instrument": found.instrument,
        "language": found.language,
        "title": found.title,
        "articles": found.articles,
        "final": found.final,
        "sha256": found.sha256,
        "written_at": found.written_at,
        "warnings": _warnings(found.warnings, visit.language),
    }


def _warnings(codes: tuple[str, ...], language: str) -> list[dict[str, str]]:
    return [{"code": code, "detail": words.label("warning", code, language)} for code in codes]
