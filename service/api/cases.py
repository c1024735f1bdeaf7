"""Cases: begun, read, found, changed, and thrown away while they are drafts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from service.api.answers import answer, nothing
from service.api.body import Code, Sent
from service.api.case_filters import PARAMETERS, WhichCases
from service.api.documentation import described
from service.api.doors import Json, SignedIn
from service.api.lists import Listed, WhichPage, sent
from service.commands.cases import BeginCase, ChangeCase, DiscardCase, begin_case, change_case, discard_case
from service.queries.cases import CaseShown, find_case, list_cases
from workflows.fields import LONGEST_LIST, LONGEST_TITLE

router = APIRouter(tags=["cases"])

Language = Literal["nl", "fr", "de", "en"]
DraftTitle = Annotated[str, StringConstraints(max_length=LONGEST_TITLE)]
Codes = Annotated[list[Code], Field(max_length=LONGEST_LIST)]
Regions = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=100)]], Field(max_length=LONGEST_LIST)
]

FILING: dict[str, Any] = {
    "procedure": "benelux-obstacle",
    "title": "Schoolbus over de grens",
    "language": "nl",
    "organisation": "NL-GM0980",
    "countries": ["BE", "NL"],
    "regions": [],
    "content": {
        "situation": "Een schoolbus mag de grens niet over met leerlingen aan boord.",
        "who_is_hindered": "Leerlingen uit Budel die in Hamont naar school gaan.",
        "how_many": 40,
        "how_often": None,
        "provisions": [{"country": "BE", "text": "Koninklijk besluit over het geregeld vervoer, artikel 4"}],
        "proposal": None,
    },
}


class CaseSent(Sent):
    """A case to begin. A draft may lack fields; the move that files it names the missing ones."""

    model_config = ConfigDict(json_schema_extra={"examples": [FILING]})

    procedure: Code
    title: DraftTitle | None = None
    language: Language | None = Field(default=None, description="Left out: the language of the person.")
    organisation: Code | None = Field(default=None, description="May be left out with one mandate that begins cases.")
    theme: Code | None = None
    countries: Codes | None = Field(default=None, description="ISO 3166-1 alpha-2.")
    regions: Regions | None = None
    content: dict[str, Any] | None = Field(
        default=None, description="The answers to the form: `forms` of `GET /procedures/{id}/{version}`."
    )


class CasePatch(Sent):
    """A JSON merge patch (RFC 7396). On a draft: every field but `working_group` and `reason`.

    Later either a correction: `reason` with title, language, theme, countries, regions or content; or an assignment:
    `working_group` with `reason`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"title": "Schoolbus Budel-Hamont", "reason": "De titel was te algemeen."},
                {"working_group": "energy", "reason": "Deze werkgroep is beter geplaatst."},
            ]
        }
    )

    title: DraftTitle | None = None
    language: Language | None = None
    organisation: Code | None = None
    theme: Code | None = None
    countries: Codes | None = None
    regions: Regions | None = None
    content: dict[str, Any] | None = None
    working_group: Code | None = None
    reason: str | None = None


class ProcedureRead(BaseModel):
    """The version of a procedure that the case is on."""

    id: str
    version: int


class QuestionRead(BaseModel):
    """A question to the filer that has no answer yet."""

    question: int
    text: str


class EndingRead(BaseModel):
    """Why and when the case ended; `by` is a name."""

    reason: str | None
    on: date
    by: str | None


class InstrumentBriefRead(BaseModel):
    """An instrument: the case's own (`produces`) first, then those that an annual plan relates it to."""

    id: str
    kind: str
    number: str | None
    relation: str


class ConsultationBriefRead(BaseModel):
    """A round. `outcome` is as of now for who reads the positions, after closing for others; null when cancelled."""

    id: str
    name: str
    round: int
    open: bool
    outcome: str | None


class CaseRead(BaseModel):
    """A case. Who only follows it reads no content, no questions and no free words."""

    id: str
    reference: str | None = Field(description="Given when the case is filed.")
    procedure: ProcedureRead
    stage: str
    phase: str = Field(description="`ended` once the case has come to an ending.")
    ended: bool
    version: int = Field(description="What the ETag carries.")
    title: str
    language: str
    organisation: str
    working_group: str | None
    theme: str | None
    countries: list[str]
    regions: list[str]
    content: dict[str, Any]
    waits_for: str | None = Field(description="The role word of who is to act.")
    due_on: date | None
    questions: list[QuestionRead]
    ending: EndingRead | None
    plan_status: str | None = Field(description="How it stands in the annual plan: new, in_development, ongoing.")
    instruments: list[InstrumentBriefRead]
    consultations: list[ConsultationBriefRead]
    updated_at: datetime


def show_case(shown: CaseShown, status: int = 200, location: str | None = None) -> Response:
    """A case with its ETag."""
    return answer(shown, status=status, version=shown.version, location=location)


@router.get(
    "/cases",
    response_model=Listed[CaseRead],
    response_model_exclude_unset=True,
    openapi_extra={**described(), "parameters": PARAMETERS},
)
def find_cases(request: Request, asked: WhichCases, page: WhichPage, visit: SignedIn) -> Response:
    """The cases that you may read, narrowed by filters. A filter that is repeated takes alternatives."""
    place = page.place(asked.sort)
    with visit.reading() as connection:
        found = list_cases(
            connection,
            visit.actor,
            asked.wanted,
            visit.today,
            sort=asked.sort,
            limit=page.limit,
            place=place,
            count=page.count,
        )
    return sent(request, found, asked.sort)


@router.post(
    "/cases",
    status_code=201,
    response_model=CaseRead,
    openapi_extra=described(takes=CaseSent, shows_version=True, refuses=("role_missing",)),
)
def begin_a_case(body: Json, visit: SignedIn) -> Response:
    """Begin a draft. Only its organisation reads it, and the intake what the intake began."""
    with visit.work(body) as work:
        seen = begin_case(BeginCase(lambda: body.read(CaseSent).model_dump(exclude_unset=True)), work)
        shown = find_case(work.connection, visit.actor, seen.thing_id or "")
    return show_case(shown, seen.status, seen.location)


@router.get("/cases/{case}", response_model=CaseRead, openapi_extra=described(shows_version=True))
def read_case(case: str, visit: SignedIn) -> Response:
    """One case, by its id or its reference."""
    with visit.reading() as connection:
        return show_case(find_case(connection, visit.actor, case))


@router.patch(
    "/cases/{case}",
    response_model=CaseRead,
    openapi_extra=described(takes=CasePatch, if_match=True, refuses=("role_missing", "move_not_open")),
)
def patch_case(case: str, body: Json, visit: SignedIn) -> Response:
    """Edit a draft; correct what is filed, or assign it to another working group, with a reason."""
    with visit.work() as work:
        patch = ChangeCase(case, visit.version, lambda: body.read(CasePatch).model_dump(exclude_unset=True))
        return show_case(find_case(work.connection, visit.actor, change_case(patch, work)))


@router.delete(
    "/cases/{case}",
    status_code=204,
    openapi_extra=described(if_match=True, refuses=("role_missing", "move_not_open")),
)
def discard_draft(case: str, visit: SignedIn) -> Response:
    """Throw a draft away. What is filed cannot be thrown away; it can be withdrawn."""
    discard_case(DiscardCase(case, visit.version), visit.work())
    return nothing()
