"""Organisations and working groups: everybody reads them, an administrator keeps them."""

from __future__ import annotations

from dataclasses import asdict
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
from service.commands.organisations import (
    Addition,
    Change,
    add_organisation,
    add_working_group,
    change_organisation,
    change_working_group,
)
from service.queries import organisations as queries
from service.queries.organisations import Organisation, WorkingGroup

router = APIRouter(tags=["organisations"])

Kind = Literal[
    "secretariat", "delegation", "government", "ministry", "region", "province", "municipality", "egtc", "partner",
    "eu_body",
]  # fmt: skip
Country = Annotated[str, StringConstraints(min_length=2, max_length=2)]
Words = Annotated[str | None, Query(max_length=200, description="Words that all stand in code or name.")]


class OrganisationSent(Sent):
    """An organisation to add. `answers_for`: the delegation in whose name it may speak."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"code": "NL-GM0980", "name": "Gemeente Horst", "kind": "municipality", "country": "NL"}]
        }
    )

    code: Code = Field(description="Capitals, digits and hyphens.")
    name: Title
    kind: Kind
    country: Country | None = Field(default=None, description="ISO 3166-1 alpha-2.")
    answers_for: Code | None = None


class OrganisationPatch(Sent):
    """A JSON merge patch: what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Gemeente Horst aan de Maas"}]})

    name: Title = ""
    kind: Kind = "municipality"
    country: Country | None = None
    answers_for: Code | None = None


class OrganisationRead(BaseModel):
    """A body that files, advises or votes."""

    code: str
    name: str
    kind: Kind
    country: str | None
    answers_for: str | None = Field(description="The delegation in whose name it may speak.")


class WorkingGroupSent(Sent):
    """A working group to add."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "transport", "name": "Vervoer"}]})

    code: Code = Field(description="Small letters, digits and hyphens.")
    name: Title


class WorkingGroupPatch(Sent):
    """A JSON merge patch."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Vervoer en mobiliteit"}]})

    name: Title = ""


class WorkingGroupRead(BaseModel):
    """A working group."""

    code: str
    name: str
    origin: str | None = Field(description="The annual plan that brought it, where one did.")


@router.get("/organisations", response_model=Listed[OrganisationRead], response_model_exclude_unset=True)
def list_organisations(
    request: Request,
    response: Response,
    page: WhichPage,
    visit: SignedIn,
    kind: Annotated[list[Kind] | None, Query(description="Repeated: one of them.")] = None,
    country: Annotated[list[Country] | None, Query(description="Repeated: one of them.")] = None,
    q: Words = None,
) -> dict[str, Any]:
    """The organisations, by code."""
    with visit.reading() as connection:
        found = queries.organisations(
            connection,
            visit.actor,
            kinds=kind or (),
            countries=country or (),
            q=q,
            place=page.place(),
            limit=page.limit,
            count=page.count,
        )
    return listed(request, response, found, _organisation)


@router.post(
    "/organisations",
    status_code=201,
    response_model=OrganisationRead,
    openapi_extra=described(takes=OrganisationSent, shows_version=True, refuses=("role_missing",)),
)
def add_an_organisation(body: Json, visit: SignedIn) -> Response:
    """Add an organisation."""
    with visit.work(body) as work:
        seen = add_organisation(Addition(asked=lambda: body.read(OrganisationSent).model_dump()), work)
        found = queries.organisation(work.connection, visit.actor, seen.thing_id or "")
    return _one_organisation(found, seen.status, seen.location)


@router.get(
    "/organisations/{organisation}", response_model=OrganisationRead, openapi_extra=described(shows_version=True)
)
def read_organisation(organisation: str, visit: SignedIn) -> Response:
    """One organisation, by its code."""
    with visit.reading() as connection:
        return _one_organisation(queries.organisation(connection, visit.actor, organisation))


@router.patch(
    "/organisations/{organisation}",
    response_model=OrganisationRead,
    openapi_extra=described(takes=OrganisationPatch, if_match=True, refuses=("role_missing",)),
)
def patch_organisation(organisation: str, body: Json, visit: SignedIn) -> Response:
    """Change an organisation; not so that mandates at it would no longer fit."""

    def asked() -> dict[str, Any]:
        return body.read(OrganisationPatch).model_dump(exclude_unset=True)

    with visit.work() as work:
        change_organisation(Change(code=organisation, version=visit.version, asked=asked), work)
        return _one_organisation(queries.organisation(work.connection, visit.actor, organisation))


@router.get("/working-groups", response_model=Listed[WorkingGroupRead], response_model_exclude_unset=True)
def list_working_groups(
    request: Request, response: Response, page: WhichPage, visit: SignedIn, q: Words = None
) -> dict[str, Any]:
    """The working groups, by code."""
    with visit.reading() as connection:
        found = queries.working_groups(
            connection, visit.actor, q=q, place=page.place(), limit=page.limit, count=page.count
        )
    return listed(request, response, found, _working_group)


@router.post(
    "/working-groups",
    status_code=201,
    response_model=WorkingGroupRead,
    openapi_extra=described(takes=WorkingGroupSent, shows_version=True, refuses=("role_missing",)),
)
def add_a_working_group(body: Json, visit: SignedIn) -> Response:
    """Add a working group."""
    with visit.work(body) as work:
        seen = add_working_group(Addition(asked=lambda: body.read(WorkingGroupSent).model_dump()), work)
        found = queries.working_group(work.connection, visit.actor, seen.thing_id or "")
    return _one_working_group(found, seen.status, seen.location)


@router.get(
    "/working-groups/{working_group}", response_model=WorkingGroupRead, openapi_extra=described(shows_version=True)
)
def read_working_group(working_group: str, visit: SignedIn) -> Response:
    """One working group, by its code."""
    with visit.reading() as connection:
        return _one_working_group(queries.working_group(connection, visit.actor, working_group))


@router.patch(
    "/working-groups/{working_group}",
    response_model=WorkingGroupRead,
    openapi_extra=described(takes=WorkingGroupPatch, if_match=True, refuses=("role_missing",)),
)
def patch_working_group(working_group: str, body: Json, visit: SignedIn) -> Response:
    """Change the name of a working group."""

    def asked() -> dict[str, Any]:
        return body.read(WorkingGroupPatch).model_dump(exclude_unset=True)

    with visit.work() as work:
        change_working_group(Change(code=working_group, version=visit.version, asked=asked), work)
        return _one_working_group(queries.working_group(work.connection, visit.actor, working_group))


def _organisation(found: Organisation) -> dict[str, Any]:
    return {name: value for name, value in asdict(found).items() if name != "version"}


def _one_organisation(found: Organisation, status: int = 200, location: str | None = None) -> Response:
    return answer(_organisation(found), status=status, version=found.version, location=location)


def _working_group(found: WorkingGroup) -> dict[str, Any]:
    return {name: value for name, value in asdict(found).items() if name != "version"}


def _one_working_group(found: WorkingGroup, status: int = 200, location: str | None = None) -> Response:
    return answer(_working_group(found), status=status, version=found.version, location=location)
