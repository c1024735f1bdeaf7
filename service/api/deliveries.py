"""Deliveries: which mails went to whom, and what became of them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from service.api.documentation import described
from service.api.doors import SignedIn
from service.api.lists import Listed, WhichPage, listed
from service.queries.deliveries import deliveries

router = APIRouter(tags=["deliveries"])

State = Literal["waiting", "sent", "parked", "refused"]


class AddressedRead(BaseModel):
    """The case that a mail is about; the title only for who reads the case."""

    id: str
    reference: str | None
    title: str | None


class DeliveryRead(BaseModel):
    """A mail to one person."""

    id: str
    notice: str
    case: AddressedRead | None = Field(description="null: a digest, or a change of the person's account.")
    to: str = Field(description="A name.")
    email: str
    role: str = Field(description="The role word in which the person has it.")
    language: str
    state: State = Field(description="`parked`: tried often enough; `refused`: the other side will never take it.")
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    reason: str | None = Field(description="Why it could not be sent, yet or at all.")
    subject: str | None


@router.get(
    "/deliveries",
    response_model=Listed[DeliveryRead],
    response_model_exclude_unset=True,
    openapi_extra=described(refuses=("role_missing",)),
)
def list_deliveries(
    request: Request,
    response: Response,
    page: WhichPage,
    visit: SignedIn,
    case: Annotated[str | None, Query(max_length=64, description="Id or reference.")] = None,
    state: Annotated[list[State] | None, Query(description="Repeated: one of them.")] = None,
    person: Annotated[str | None, Query(max_length=64, description="Id.")] = None,
) -> dict[str, Any]:
    """The mails about the cases that you handle, the newest first. An administrator sees all, without their content."""
    with visit.reading() as connection:
        found = deliveries(
            connection,
            visit.actor,
            case=case,
            states=state or (),
            person=person,
            place=page.place(),
            limit=page.limit,
            count=page.count,
        )
    return listed(request, response, found, asdict)
