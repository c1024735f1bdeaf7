"""Deliveries: which mails went to whom, and what became of them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from service import words
from service.api.answers import answer
from service.api.documentation import described
from service.api.doors import SignedIn
from service.api.lists import Listed, WhichPage, listed
from service.commands.letters import SendAgain, send_again
from service.queries import deliveries as queries

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
    next_at: datetime | None = Field(description="When it is tried again; null once that is over.")
    sent_at: datetime | None
    reason: str | None = Field(description="Why it could not be sent, yet or at all, and what can be done: a sentence.")
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
        found = queries.deliveries(
            connection,
            visit.actor,
            case=case,
            states=state or (),
            person=person,
            place=page.place(),
            limit=page.limit,
            count=page.count,
        )
    return listed(request, response, found, lambda one: _told(one, visit.language))


@router.post(
    "/deliveries/{delivery}/resend",
    response_model=DeliveryRead,
    openapi_extra=described(refuses=("role_missing",)),
)
def resend_delivery(delivery: str, visit: SignedIn) -> Response:
    """Send a mail again that is parked, refused or waiting: at once, to the address that the person has now.

    A mail that was sent stays sent. It takes no body and no ETag.
    """
    with visit.work() as work:
        seen = send_again(SendAgain(delivery), work)
        shown = queries.delivery(work.connection, visit.actor, delivery)
    return answer(_told(shown, visit.language), status=seen.status)


def _told(one: queries.Delivery, language: str) -> dict[str, Any]:
    """A delivery in the reader's language."""
    reason = words.undelivered(one.reason, one.state, language) if one.reason else None
    return {**asdict(one), "reason": reason}
