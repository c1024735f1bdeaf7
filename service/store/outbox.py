"""The outbox: from what was to be told, to whom it goes, to what became of each letter."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, bindparam, insert, or_, select, update

from service.store.case_rows import case_of
from service.store.engine import Store
from service.store.holders import PEOPLE, followers_of, holders_for
from service.store.ids import new_id
from service.store.loading import CONSULTATIONS, INVITATIONS, POSITIONS
from service.store.sight import CASES
from service.store.tables import DeliveryRow, EventRow, OutboxRow
from workflows.dates import day_in_brussels
from workflows.recipients import Audience, Recipient, recipients

OUTBOX = OutboxRow.__table__
DELIVERIES = DeliveryRow.__table__
EVENTS = EventRow.__table__

BATCH = 50
LEASE = timedelta(minutes=5)
"""How long a letter is one worker's alone; after that another may take it up (the first one has died)."""

UNTOLD = (
    select(OUTBOX, EVENTS.c.actor)
    .outerjoin(EVENTS, EVENTS.c.id == OUTBOX.c.event_id)
    .where(OUTBOX.c.expanded_at.is_(None), OUTBOX.c.id.not_in(bindparam("passed_over", expanding=True)))
    .order_by(OUTBOX.c.created_at, OUTBOX.c.id)
    .limit(BATCH)
    .with_for_update(skip_locked=True, of=OUTBOX)
)
EXPANDED = update(OUTBOX).where(OUTBOX.c.id == bindparam("one")).values(expanded_at=bindparam("moment"))
LETTER = insert(DELIVERIES)

_now = bindparam("now", type_=DELIVERIES.c.next_at.type)
DUE = and_(
    DELIVERIES.c.state == "waiting",
    DELIVERIES.c.next_at <= _now,
    or_(DELIVERIES.c.leased_until.is_(None), DELIVERIES.c.leased_until < _now),
)
NEXT = (
    select(DELIVERIES.c.id)
    .where(DUE)
    .order_by(DELIVERIES.c.next_at, DELIVERIES.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
CLAIM = (
    update(DELIVERIES)
    .where(DELIVERIES.c.id.in_(NEXT))
    .values(
        leased_until=bindparam("until", type_=DELIVERIES.c.leased_until.type),
        leased_by=bindparam("holder"),
        attempts=DELIVERIES.c.attempts + 1,
    )
    .returning(DELIVERIES.c.id, DELIVERIES.c.attempts, DELIVERIES.c.email)
)
MARK = update(DELIVERIES).where(DELIVERIES.c.id == bindparam("one"), DELIVERIES.c.state == "waiting")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter that one worker has taken to send. `attempts` counts this one too."""

    delivery: str
    attempts: int
    email: str


class Outbox:
    """What is to be told. `holder` names the worker; `domain` is where message ids say they come from."""

    def __init__(self, store: Store, holder: str, domain: str) -> None:
        self._store, self._holder, self._domain = store, holder, domain
        self.expanding: str | None = None
        """The row of the outbox that is being looked at: the one at fault, when `expand` raises."""

    def expand(self, now: datetime, passing_over: Collection[str] = ()) -> int:
        """Find out who hears of what was put into the outbox; says how many letters that makes.

        Who hears is decided now, not when it happened: mandates may have changed since. Letters and the mark that
        they are made stand in one transaction, so a crash makes neither or both. `passing_over`: rows to leave alone.
        """
        made, self.expanding = 0, None
        with self._store.writing() as connection:
            for row in connection.execute(UNTOLD, {"passed_over": list(passing_over)}).mappings().all():
                self.expanding = row["id"]
                letters = [self._letter(row, recipient, now) for recipient in _audience(connection, row, now)]
                if letters:
                    connection.execute(LETTER, letters)
                connection.execute(EXPANDED, {"one": row["id"], "moment": now})
                made += len(letters)
            self.expanding = None
        return made

    def claim(self, now: datetime, limit: int) -> Sequence[Claimed]:
        """Take the next letters; nobody else has them until the lease runs out."""
        values = {"now": now, "most": limit, "until": now + LEASE, "holder": self._holder}
        with self._store.writing() as connection:
            rows = connection.execute(CLAIM, values).all()
        return [Claimed(row.id, row.attempts, row.email) for row in sorted(rows, key=lambda row: row.id)]

    def sent(self, delivery: str, subject: str, now: datetime) -> None:
        """The mail server has it."""
        self._mark(delivery, state="sent", subject=subject, sent_at=now, reason=None)

    def later(self, delivery: str, reason: str, next_at: datetime) -> None:
        """It could not be sent now; try again then."""
        self._mark(delivery, next_at=next_at, reason=reason)

    def parked(self, delivery: str, reason: str, now: datetime) -> None:
        """It was tried often enough: somebody must look at it."""
        self._mark(delivery, state="parked", reason=reason)

    def refused(self, delivery: str, reason: str, now: datetime) -> None:
        """The receiving side will never take it."""
        self._mark(delivery, state="refused", reason=reason)

    def _mark(self, delivery: str, **values: Any) -> None:
        statement = MARK.values(leased_until=None, leased_by=None, **values)
        with self._store.writing() as connection:
            connection.execute(statement, {"one": delivery})

    def _letter(self, row: RowMapping, recipient: Recipient, now: datetime) -> dict[str, Any]:
        return {
            "id": new_id(now),
            "outbox_id": row["id"],
            "event_id": row["event_id"],
            "case_id": row["case_id"],
            "notice": row["notice"],
            "person_id": recipient.person,
            "role": recipient.role,
            "instead_of": recipient.instead_of,
            "organisation": recipient.organisation,
            "email": recipient.email,
            "language": recipient.language,
            "state": "waiting",
            "attempts": 0,
            "next_at": now,
            "message_id": self._message_id(row, recipient.person),
            "created_at": now,
        }

    def _message_id(self, row: RowMapping, person: str) -> str:
        """The same for the same event, person and notice, however often it is sent."""
        named = "\n".join((row["event_id"] or row["id"], person, row["notice"]))
        return f"<{hashlib.sha256(named.encode()).hexdigest()[:40]}@{self._domain}>"


ONE_PERSON = select(PEOPLE).where(PEOPLE.c.id == bindparam("person"))
ONE_CASE = select(CASES).where(CASES.c.id == bindparam("case"))
ROUNDS = (
    select(CONSULTATIONS.c.id, CONSULTATIONS.c.by_role)
    .where(CONSULTATIONS.c.case_id == bindparam("case"))
    .order_by(CONSULTATIONS.c.opened_at, CONSULTATIONS.c.id)
)
ASKED = select(INVITATIONS.c.organisation).where(INVITATIONS.c.consultation_id == bindparam("consultation"))
ANSWERED = select(POSITIONS.c.delegation).where(
    POSITIONS.c.consultation_id == bindparam("consultation"), ~POSITIONS.c.superseded, POSITIONS.c.stance != "withdrawn"
)


def _audience(connection: Connection, row: RowMapping, now: datetime) -> tuple[Recipient, ...]:
    """Who hears of one row of the outbox: a person that it names, or the holders of its roles on its case."""
    if "person" in row["context"]:
        return _one_person(connection, row["context"])
    found = connection.execute(ONE_CASE, {"case": row["case_id"]}).mappings().one()
    invited, answered = consulted(connection, row["case_id"], row["context"].get("consultation"))
    audience = Audience(
        case=case_of(found),
        notice=row["notice"],
        roles=tuple(row["roles"]),
        actor=row["actor"],
        invited=invited,
        answered=answered,
    )
    holders = holders_for(connection, audience, day_in_brussels(now))
    return recipients(audience, holders, followers_of(connection, row["case_id"]))


def _one_person(connection: Connection, context: Any) -> tuple[Recipient, ...]:
    person = connection.execute(ONE_PERSON, {"person": context["person"]}).one_or_none()
    if person is None or not person.active:
        return ()
    return (
        Recipient(
            person=person.id,
            name=person.name,
            email=person.email,
            language=person.language,
            role=context.get("role", "person"),
            organisation=context.get("organisation"),
        ),
    )


Organisations = dict[str, frozenset[str]]
"""Role word -> organisations."""


def consulted(connection: Connection, case: str, about: str | None) -> tuple[Organisations, Organisations]:
    """Whom the consultation that it is about asked, in the other role the last one; and who of them has answered it."""
    last: dict[str, str] = {}
    for round_ in connection.execute(ROUNDS, {"case": case}):
        if last.get(round_.by_role) != about or about is None:
            last[round_.by_role] = round_.id
    invited = {
        role: frozenset(connection.scalars(ASKED, {"consultation": consultation}))
        for role, consultation in last.items()
    }
    answered = {
        role: frozenset(connection.scalars(ANSWERED, {"consultation": consultation}))
        for role, consultation in last.items()
    }
    return invited, answered
