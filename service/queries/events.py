"""Events of a case, the oldest first, each as far as somebody may read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from service.queries.keyset import Order, Page, Place
from service.queries.paging import read_page
from service.queries.within import Within, within
from service.store.loading import CONSULTATIONS, WORKING_GROUPS
from service.store.sight import Sight
from service.store.tables import EventRow
from workflows.actor import Actor
from workflows.events import Audience
from workflows.history import working_group_of

EVENTS = EventRow.__table__
ORDER = Order((EVENTS.c.position,))


@dataclass(frozen=True, slots=True, kw_only=True)
class PastEvent:
    """Something that happened. What this person may not read, or what was erased, is None.

    `facts` is the parsed body, for who words the line of history; `body` is the very text that was hashed.
    `actor` is a name, `mandate` an id, `on_behalf_of` an organisation's code.
    """

    position: int
    kind: str
    schema: int
    at: datetime
    on: date
    facts: Mapping[str, Any]
    sha256: str
    previous: str | None
    actor: str | None
    on_behalf_of: str | None
    mandate: str | None
    reason: str | None
    private: str | None
    body: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A page of events, with the procedure in whose words they are told and the names that those words need."""

    page: Page[PastEvent]
    procedure: str
    version: int
    working_groups: Mapping[str, str]


def events(
    connection: Connection,
    actor: Actor,
    case: str | Within,
    *,
    place: Place | None = None,
    limit: int,
    count: bool = False,
) -> History:
    """What happened to a case. Raises NotFound."""
    found = within(connection, actor, case)
    consulted = _consulted(connection, actor, found.id)
    page = read_page(
        connection,
        select(EVENTS).where(EVENTS.c.case_id == found.id),
        ORDER,
        place=place,
        limit=limit,
        count=count,
        read=lambda row: _read(row, found, consulted),
    )
    return History(
        page=page,
        procedure=found.procedure.id,
        version=found.procedure.version,
        working_groups=_names_of_groups(connection, page.items),
    )


def _consulted(connection: Connection, actor: Actor, case: str) -> frozenset[str]:
    """The consultations on the case to which this person was invited."""
    invited = Sight(actor).consulted(CONSULTATIONS.c.id, CONSULTATIONS.c.by_role)
    statement = select(CONSULTATIONS.c.id).where(CONSULTATIONS.c.case_id == case, invited)
    return frozenset(connection.scalars(statement))


def _read(row: RowMapping, case: Within, consulted: frozenset[str]) -> PastEvent:
    facts = json.loads(row["body"])
    private = row["private"] if _may_read(row["audience"], case, consulted) else None
    said: Mapping[str, Any] = json.loads(private) if private is not None else {}
    whole = case.whole
    return PastEvent(
        position=row["position"],
        kind=row["kind"],
        schema=row["schema"],
        at=row["at"],
        on=row["on_date"],
        facts=facts,
        sha256=row["sha256"],
        previous=facts["previous"],
        actor=said.get("actor"),
        on_behalf_of=facts.get("on_behalf_of") if whole else None,
        mandate=facts.get("mandate") if whole else None,
        reason=said.get("reason"),
        private=private,
        body=row["body"] if whole else None,
    )


def _may_read(audience: str, case: Within, consulted: frozenset[str]) -> bool:
    """May the private part be read? A follower reads the history in words only."""
    kind, _, consultation = audience.partition(":")
    match kind:
        case Audience.READERS:
            return case.whole
        case Audience.CONSULTED:
            return case.inner or (case.whole and consultation in consulted)
        case _:
            return case.inner


def _names_of_groups(connection: Connection, past: Iterable[PastEvent]) -> Mapping[str, str]:
    codes = {code for event in past if (code := working_group_of(event.facts)) is not None}
    statement = select(WORKING_GROUPS.c.code, WORKING_GROUPS.c.name).where(WORKING_GROUPS.c.code.in_(codes))
    return {row.code: row.name for row in connection.execute(statement)}
