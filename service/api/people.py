"""People: kept by an administrator, who reads no cases."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from service.api.answers import answer
from service.api.body import Code, Sent, Title
from service.api.documentation import described
from service.api.doors import Json, SignedIn
from service.api.lists import Listed, WhichPage, listed
from service.auth.passwords import PasswordUnfit, hash_password
from service.commands.people import AddPerson, ChangePerson, add_person, change_person
from service.queries import register as queries
from service.queries.register import Person, Registered
from workflows.errors import DataInvalid, Fault

router = APIRouter(tags=["people"])

Language = Literal["nl", "fr", "de", "en"]
RoleName = Literal["officer", "secretary", "delegate", "minister_office", "secretary_general", "auditor", "admin"]
Password = Annotated[str, StringConstraints(min_length=1, max_length=4_000)]


class MandateSent(Sent):
    """A mandate to give: it holds from the first day up to and with the last; left out, it is open on that side."""

    role: RoleName
    organisation: Code
    working_group: Code | None = Field(default=None, description="Only with `secretary`.")
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None


class MandateEnd(Sent):
    """A mandate to end. `until`: the last day on which it holds, today where it is left out."""

    id: Code
    until: date | None = None


class PersonSent(Sent):
    """A person to add. Without a password nobody can sign in as this person."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "email": "sanne.dewit@cranendonck.example",
                    "name": "Sanne de Wit",
                    "language": "nl",
                    "password": "twaalf tekens of meer",
                    "mandates": [{"role": "officer", "organisation": "NL-GM0980", "from": "2026-12-01"}],
                }
            ]
        }
    )

    email: Annotated[str, StringConstraints(min_length=1, max_length=254)]
    name: Title
    language: Language
    password: Password | None = None
    mandates: list[MandateSent] = Field(default=[], max_length=50)


class MandateChanges(Sent):
    """Mandates to give and mandates to end; none is ever taken out of the register."""

    add: list[MandateSent] = Field(default=[], max_length=50)
    end: list[MandateEnd] = Field(default=[], max_length=50)


class PersonPatch(Sent):
    """A JSON merge patch: what is left out stays. The person is told by mail of a new password and of mandates."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"active": False},
                {"mandates": {"add": [{"role": "delegate", "organisation": "NL"}], "end": []}},
            ]
        }
    )

    name: Title = ""
    language: Language = "en"
    active: bool = Field(default=True, description="`false`: nobody can sign in as this person, from now on.")
    password: Password = ""
    mandates: MandateChanges = MandateChanges()


class MandateRead(BaseModel):
    """A mandate, also one that has ended or has not begun."""

    id: str
    role: RoleName
    organisation: str
    working_group: str | None
    from_: date | None = Field(alias="from")
    until: date | None = Field(description="The last day on which it holds.")


class PersonRead(BaseModel):
    """A person with every mandate."""

    id: str
    email: str
    name: str
    language: Language
    active: bool
    mandates: list[MandateRead]


@router.get("/people", response_model=Listed[PersonRead], response_model_exclude_unset=True,
            openapi_extra=described(refuses=("role_missing",)))  # fmt: skip
def list_people(
    request: Request,
    response: Response,
    page: WhichPage,
    visit: SignedIn,
    q: Annotated[str | None, Query(max_length=200, description="A part of the name or the address.")] = None,
    role: Annotated[list[RoleName] | None, Query(description="Repeated: one of them.")] = None,
    organisation: Annotated[list[str] | None, Query(description="Repeated: one of them.")] = None,
    active: bool | None = None,
) -> dict[str, Any]:
    """Everybody, by e-mail address."""
    with visit.reading() as connection:
        found = queries.people(
            connection,
            visit.actor,
            q=q,
            roles=role or (),
            organisations=organisation or (),
            active=active,
            place=page.place(),
            limit=page.limit,
            count=page.count,
        )
    return listed(request, response, found, _shown)


@router.post(
    "/people",
    status_code=201,
    response_model=PersonRead,
    openapi_extra=described(takes=PersonSent, shows_version=True, refuses=("role_missing",)),
)
def add_a_person(body: Json, visit: SignedIn) -> Response:
    """Add a person."""

    def asked() -> dict[str, Any]:
        return body.read(PersonSent).model_dump(mode="json", by_alias=True, exclude_unset=True)

    with visit.work(body) as work:
        seen = add_person(AddPerson(asked=asked, hashing=_hashed), work)
        found = queries.person(work.connection, visit.actor, seen.thing_id or "")
    return _one(found, seen.status, seen.location)


@router.get(
    "/people/{person}",
    response_model=PersonRead,
    openapi_extra=described(shows_version=True, refuses=("role_missing",)),
)
def read_person(person: str, visit: SignedIn) -> Response:
    """One person."""
    with visit.reading() as connection:
        return _one(queries.person(connection, visit.actor, person))


@router.patch(
    "/people/{person}",
    response_model=PersonRead,
    openapi_extra=described(takes=PersonPatch, if_match=True, refuses=("role_missing",)),
)
def patch_person(person: str, body: Json, visit: SignedIn) -> Response:
    """Change a person, a password or mandates."""

    def asked() -> dict[str, Any]:
        return body.read(PersonPatch).model_dump(mode="json", by_alias=True, exclude_unset=True)

    command = ChangePerson(person=person, version=visit.version, asked=asked, hashing=_hashed)
    with visit.work() as work:
        change_person(command, work)
        return _one(queries.person(work.connection, visit.actor, person))


def _hashed(password: str) -> str:
    try:
        return hash_password(password)
    except PasswordUnfit as unfit:
        raise DataInvalid([Fault("/password", unfit.code)]) from None


def _one(found: Person, status: int = 200, location: str | None = None) -> Response:
    return answer(_shown(found), status=status, version=found.version, location=location)


def _shown(found: Person) -> dict[str, Any]:
    return {
        "id": found.id,
        "email": found.email,
        "name": found.name,
        "language": found.language,
        "active": found.active,
        "mandates": [_mandate(one) for one in found.mandates],
    }


def _mandate(found: Registered) -> dict[str, Any]:
    return {
        "id": found.id,
        "role": found.role,
        "organisation": found.organisation,
        "working_group": found.working_group,
        "from": found.starts_on,
        "until": found.ends_on,
    }
