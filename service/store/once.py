"""Once: what a request with a key came to, so that the same request again comes to the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, text

from service.store.tables import OnceRow
from workflows.errors import IdempotencyInProgress, IdempotencyMismatch

ONCE = OnceRow.__table__

TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")
FIND = select(ONCE.c.fingerprint, ONCE.c.status, ONCE.c.location, ONCE.c.thing, ONCE.c.thing_id).where(
    ONCE.c.person_id == bindparam("person"), ONCE.c.operation == bindparam("act"), ONCE.c.key == bindparam("name")
)
KEEP = insert(ONCE)
PRUNE = delete(ONCE).where(ONCE.c.created_at < bindparam("older_than"))


@dataclass(frozen=True, slots=True)
class Seen:
    """What the first request came to: the status and Location of its answer, and the thing to show (kind and id)."""

    status: int
    location: str | None
    thing: str | None
    thing_id: str | None


def seen(connection: Connection, person: str, operation: str, key: str, fingerprint: str) -> Seen | None:
    """What the request with this key came to; None when it was not carried out yet.

    Asked in the transaction that will carry it out. On SQLite a second request with the key waits at the writing
    door; on PostgreSQL it is turned away. Raises IdempotencyInProgress in that case, and IdempotencyMismatch when
    the key was used for another request (`fingerprint`: SHA-256 of method, path and body).
    """
    if connection.dialect.name == "postgresql":
        lock = {"lock": _lock_number(person, operation, key)}
        if not connection.execute(TRY_LOCK, lock).scalar_one():
            raise IdempotencyInProgress(key)
    # A statement of its own: what the former holder of the lock committed is visible only to a new one.
    row = connection.execute(FIND, {"person": person, "act": operation, "name": key}).one_or_none()
    if row is None:
        return None
    if row.fingerprint != fingerprint:
        raise IdempotencyMismatch(key)
    return Seen(row.status, row.location, row.thing, row.thing_id)


def keep(
    connection: Connection, person: str, operation: str, key: str, fingerprint: str, result: Seen, now: datetime
) -> None:
    """Keep what the request came to, in the transaction that carried it out. Refusals are not kept."""
    values = {
        "person_id": person,
        "operation": operation,
        "key": key,
        "fingerprint": fingerprint,
        "status": result.status,
        "location": result.location,
        "thing": result.thing,
        "thing_id": result.thing_id,
        "state": "done",
        "created_at": now,
    }
    connection.execute(KEEP, values)


def prune(connection: Connection, older_than: datetime) -> int:
    """Forget the requests from before this moment; says how many."""
    return connection.execute(PRUNE, {"older_than": older_than}).rowcount


def _lock_number(person: str, operation: str, key: str) -> int:
    """A number of 64 bits that stands for this key; PostgreSQL locks numbers."""
    named = "\n".join(("once", person, operation, key))
    return int.from_bytes(hashlib.sha256(named.encode()).digest()[:8], signed=True)
