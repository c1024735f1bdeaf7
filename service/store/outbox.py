"""The outbox: from what was to be told, to whom it goes, to what became of each letter."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, RowMapping, and_, bindparam, insert, or_, select, update

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
LONGEST_WAIT = timedelta(hours=24)
"""The longest that a letter which was tried waits for the next time."""

UNTOLD = (
    select(OUTBOX, EVENTS.c.actor)
    .outerjoin(EVENTS, EVENTS.c.id == OUTBOX.c.event_id)
    .where(OUTBOX.c.expanded_at.is_(None), OUTBOX.c.id.not_in(bindparam("passed_over", expanding=True)))
    .order_by(OUTBOX.c.created_at, OUTBOX.c.id)
    .limit(BATCH)
    .with_for_update(skip_locked=True, of=OUTBOX)
)
OF_CASE = (
    select(OUTBOX, EVENTS.c.actor)
    .outerjoin(EVENTS, EVENTS.c.id == OUTBOX.c.event_id)
    .where(OUTBOX.c.case_id == bindparam("case"))
    .order_by(OUTBOX.c.created_at, OUTBOX.c.id)
)
EXPANDED = update(OUTBOX).where(OUTBOX.c.id == bindparam("one")).values(expanded_at=bindparam("moment"))
LETTER = insert(DELIVERIES)

_now = bindparam("now", type_=DELIVERIES.c.next_at.type)
_a_day_on = bindparam("a_day_on", type_=DELIVERIES.c.next_at.type)
_two_leases_on = bindparam("two_leases_on", type_=DELIVERIES.c.leased_until.type)
# A moment further on than any that is written now was written by a clock that ran ahead and was set back since. Where
# two machines differ by less than a lease, neither takes what is the other's.
DUE = and_(
    DELIVERIES.c.state == "waiting",
    or_(DELIVERIES.c.next_at <= _now, DELIVERIES.c.next_at > _a_day_on, DELIVERIES.c.attempts == 0),
    or_(
        DELIVERIES.c.leased_until.is_(None),
        DELIVERIES.c.leased_until < _now,
        DELIVERIES.c.leased_until > _two_leases_on,
    ),
)


def _due(now: datetime) -> dict[str, datetime]:
    """What `DUE` asks for."""
    return {"now": now, "a_day_on": now + LONGEST_WAIT + LEASE, "two_leases_on": now + 2 * LEASE}


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
_holder: BindParameter[str] = bindparam("holder")
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
OURS = and_(DELIVERIES.c.id.in_(_ids), DELIVERIES.c.state == "waiting", DELIVERIES.c.leased_by == _holder)
HOLD = (
    update(DELIVERIES)
    .where(OURS)
    .values(leased_until=bindparam("until", type_=DELIVERIES.c.leased_until.type))
    .returning(DELIVERIES.c.id)
)
FREE = {"leased_until": None, "leased_by": None}
PUT_BACK = update(DELIVERIES).where(OURS).values(**FREE, attempts=DELIVERIES.c.attempts - 1)
WHY = (
    update(DELIVERIES)
    .where(
        DELIVERIES.c.id.in_(
            select(DELIVERIES.c.id)
            .where(DUE, DELIVERIES.c.reason.is_distinct_from(bindparam("reason")))
            .with_for_update(skip_locked=True)
        )
    )
    .values(reason=bindparam("reason"))
)
"""Why nothing gets out, at everything that is due; what another worker is taking at this moment is left alone."""
MARK = update(DELIVERIES).where(DELIVERIES.c.id == bindparam("one"), DELIVERIES.c.state == "waiting")
SENT = MARK.values(
    **FREE,
    state="sent",
    subject=bindparam("new_subject"),
    sent_at=bindparam("moment", type_=DELIVERIES.c.sent_at.type),
    reason=None,
)
NOT_SENT = MARK.where(DELIVERIES.c.leased_by == _holder).values(
    **FREE,
    state=bindparam("new_state"),
    reason=bindparam("new_reason"),
    next_at=bindparam("moment", type_=DELIVERIES.c.next_at.type),
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter that one worker has taken to send. `attempts` counts this one too."""

    delivery: str
    attempts: int
    email: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter that is out."""

    delivery: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NotSent:
    """A letter that is not out. `state`: waiting (until `at`), parked or refused (at that moment)."""

    delivery: str
    state: str
    reason: str
    at: datetime

    def values(self) -> dict[str, Any]:
        """As the statement asks for them."""
        return {"one": self.delivery, "new_state": self.state, "new_reason": self.reason, "moment": self.at}


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
                made += len(self._tell(connection, row, now))
            self.expanding = None
        return made

    def trial(self, connection: Connection, case: str, already: Collection[str], now: datetime) -> Sequence[str]:
        """The letters that what was done to a case in this transaction would make, `already` put out or not.

        For a transaction that will be rolled back: nobody is told anything. Gives the ids of the letters.
        """
        rows = connection.execute(OF_CASE, {"case": case}).mappings().all()
        new = [row for row in rows if row["id"] not in already]
        return [letter for row in new for letter in self._tell(connection, row, now)]

    def put_out(self, connection: Connection, case: str) -> Collection[str]:
        """What was ever to be told of a case, by id."""
        return {row.id for row in connection.execute(OF_CASE, {"case": case})}

    def _tell(self, connection: Connection, row: RowMapping, now: datetime) -> Sequence[str]:
        letters = [self._letter(row, recipient, now) for recipient in _audience(connection, row, now)]
        if letters:
            connection.execute(LETTER, letters)
        connection.execute(EXPANDED, {"one": row["id"], "moment": now})
        return [str(letter["id"]) for letter in letters]

    def claim(self, now: datetime, limit: int) -> Sequence[Claimed]:
        """Take the next letters; nobody else has them until the lease runs out."""
        values = {**_due(now), "most": limit, "until": now + LEASE, "holder": self._holder}
        with self._store.writing() as connection:
            rows = connection.execute(CLAIM, values).all()
        return [Claimed(row.id, row.attempts, row.email) for row in sorted(rows, key=lambda row: row.id)]

    def hold(self, deliveries: Collection[str], now: datetime) -> Collection[str]:
        """Begin the lease of these anew; says which are still this worker's."""
        values = {"ids": list(deliveries), "holder": self._holder, "until": now + LEASE}
        with self._store.writing() as connection:
            return connection.scalars(HOLD, values).all()

    def put_back(self, deliveries: Collection[str], reason: str | None, now: datetime) -> None:
        """These were taken and not tried, so it counts as no attempt.

        `reason`: why nothing gets out now; everything that is due waits for the same.
        """
        with self._store.writing() as connection:
            connection.execute(PUT_BACK, {"ids": list(deliveries), "holder": self._holder})
            if reason is not None:
                connection.execute(WHY, {**_due(now), "reason": reason})

    def keep(self, sent: Sequence[Sent], others: Sequence[NotSent]) -> None:
        """What became of letters. What is out is out, whoever has it; what is not, is no longer ours where another
        worker has taken it up."""
        with self._store.writing() as connection:
            if sent:
                values = [{"one": one.delivery, "new_subject": one.subject, "moment": one.at} for one in sent]
                connection.execute(SENT, values)
            for other in others:
                connection.execute(NOT_SENT, {**other.values(), "holder": self._holder})

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
