"""Signing in: a token for a password, and what the service knows of the one who holds it."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

import anyio
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from service.api.answers import answer
from service.api.body import Body, body_of
from service.api.documentation import described
from service.api.doors import Doors, SignedIn, doors_of
from service.api.faults import faults_of
from service.api.refusals import BrokenForm, MediaType, TooMany, WrongCredentials
from service.auth.passwords import AT_ONCE
from service.auth.sign_in import SignInRefused, TooManyTries, sign_in
from service.auth.tokens import LIFETIME
from service.queries.people import account
from workflows.actor import Mandate
from workflows.dates import day_in_brussels
from workflows.errors import DataInvalid

router = APIRouter(tags=["sign-in"])

FORM = "application/x-www-form-urlencoded"


class Credentials(BaseModel):
    """The form of the OAuth 2.0 password grant (RFC 6749, 4.3.2). What it may hold beside this is not looked at."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    grant_type: Literal["password"]
    username: Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=4_000)]


class Token(BaseModel):
    """Sent along as `Authorization: Bearer …`; good for `expires_in` seconds."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int


@router.post(
    "/token",
    response_model=Token,
    openapi_extra=described(
        takes=Credentials, media_type=FORM, open_to_all=True, refuses=("sign_in_refused", "too_many")
    ),
)
async def sign_in_with_password(request: Request) -> Response:
    """Exchange an e-mail address and a password for a token.

    After more than ten failed tries for one address within five minutes: 429.
    """
    doors = doors_of(request)
    given = _credentials(await body_of(request), request.headers.get("content-type", ""))
    now = doors.now()
    # A password takes a fifth of a second and 64 MiB to check. These threads are none of those that answer the rest,
    # so a flood of sign-ins makes only sign-ins wait.
    places: anyio.CapacityLimiter = request.app.state.sign_in_places
    work = partial(_sign_in, given, doors, now)
    try:
        token = await anyio.to_thread.run_sync(work, limiter=places)
    except SignInRefused:
        raise WrongCredentials from None
    except TooManyTries as many:
        raise TooMany(many.seconds) from None
    return answer({"access_token": token, "token_type": "bearer", "expires_in": LIFETIME})


def _sign_in(given: Credentials, doors: Doors, now: datetime) -> str:
    """The token. It is of the password that stands when it is made: one that is changed meanwhile ends it at once."""
    person = sign_in(given.username, given.password, doors.tries, now)
    with doors.reading() as connection:
        found = account(connection, person, day_in_brussels(now))
    if found is None:
        raise SignInRefused
    return doors.signer.issue(person, now, found.password_hash)


def places() -> anyio.CapacityLimiter:
    """How many passwords are checked at once."""
    return anyio.CapacityLimiter(AT_ONCE)


class PersonShown(BaseModel):
    """A person."""

    id: str
    name: str
    email: str


class MandateShown(BaseModel):
    """A role at an organisation; `until` is the last day on which it holds."""

    id: str
    role: str
    organisation: str
    working_group: str | None
    since: date | None = Field(serialization_alias="from")
    until: date | None


class Me(BaseModel):
    """The person, the language of their mail, and the mandates that hold today."""

    person: PersonShown
    language: str
    mandates: list[MandateShown]


@router.get("/me", response_model=Me)
def read_me(visit: SignedIn) -> Response:
    """Who am I here, and by which mandates?"""
    account = visit.account
    actor = account.actor
    person = {"id": actor.person, "name": actor.name, "email": account.email}
    mandates = [_shown(mandate) for mandate in actor.mandates]
    return answer({"person": person, "language": actor.language, "mandates": mandates})


def _shown(mandate: Mandate) -> dict[str, Any]:
    return {
        "id": mandate.id,
        "role": str(mandate.role),
        "organisation": mandate.organisation,
        "working_group": mandate.working_group,
        "from": mandate.starts_on,
        "until": mandate.ends_on,
    }


def _credentials(body: Body, media_type: str) -> Credentials:
    if media_type.partition(";")[0].strip().lower() != FORM:
        raise MediaType(FORM)
    try:
        text = body.received().decode("utf-8")
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=20, errors="strict"))
    except ValueError:
        raise BrokenForm from None
    try:
        return Credentials.model_validate(fields)
    except ValidationError as error:
        raise DataInvalid(faults_of(error.errors(include_url=False, include_input=False))[0]) from None
