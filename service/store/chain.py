"""The chain: events sealed one to the next, and the look for what was changed, removed or put in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Text, bindparam, exists, insert, or_, select, tuple_, type_coerce, update

from service.store.seals import Seal, make_seal, merkle_root
from service.store.tables import CaseRow, EventRow
from workflows.events import canonical

__all__ = ["Fault", "Seal", "Sealed", "append", "erase_private", "make_seal", "merkle_root", "sealed", "verify"]

EVENTS, CASES = EventRow.__table__, CaseRow.__table__
SALT_BYTES = 16
BATCH = 500

APPEND = insert(EVENTS)
ERASE = (
    update(EVENTS)
    .where(EVENTS.c.id.in_(bindparam("ids", expanding=True)), EVENTS.c.private.is_not(None))
    .values(private=None)
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is kept of an event: the very text that was hashed, its hash, and the private part beside it."""

    body: str
    sha256: str
    private: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the chain that cannot be as it was written. `position` is None when it is about the whole case."""

    case: str
    position: int | None
    what: str


def sealed(
    fields: Mapping[str, object], private: Mapping[str, object] | None, *, previous: str | None, salt: bytes
) -> Sealed:
    """Seal an event to its predecessor.

    `previous`: the hash of the event before it in its case, None for the first. `private`: names and free words, or
    None; they stay outside the body, which carries only the hash of their text. `salt`: 16 random bytes, without
    which a short private text could be guessed from its hash after it was erased.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    if {"previous", "private_sha256"} & fields.keys() or (private and "salt" in private):
        raise ValueError("previous, private_sha256 and salt are the chain's own words")
    words = canonical({**private, "salt": salt.hex()}) if private else None
    body = canonical({**fields, "previous": previous, "private_sha256": None if words is None else digest(words)})
    return Sealed(body, digest(body), words)


def digest(text: str) -> str:
    """Hex SHA-256 of the UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def append(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add events (rows of the table). The case's `head` and `events` are set with the case, in the same transaction."""
    if rows:
        connection.execute(APPEND, rows)


def erase_private(connection: Connection, events: Iterable[str]) -> int:
    """Erase the private part of these events (ids) for good; says how many had one. The chain verifies as before."""
    ids = list(events)
    batches = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
    return sum(connection.execute(ERASE, {"ids": batch}).rowcount for batch in batches)


# -- verifying ---------------------------------------------------------------------------------------

# Times as they lie in the database: a value that was tampered with is a fault to report, not an error to stop at.
READ = (
    select(
        *(EVENTS.c[name] for name in ("id", "case_id", "position", "kind", "schema", "actor", "body", "sha256")),
        EVENTS.c.private,
        type_coerce(EVENTS.c.at, Text).label("at"),
        type_coerce(EVENTS.c.on_date, Text).label("on_date"),
        CASES.c.id.label("known"),
        CASES.c.head,
        CASES.c.events,
    )
    .select_from(EVENTS.outerjoin(CASES, CASES.c.id == EVENTS.c.case_id))
    .order_by(EVENTS.c.case_id, EVENTS.c.position)
    .limit(BATCH)
)
AFTER = READ.where(
    tuple_(EVENTS.c.case_id, EVENTS.c.position) > tuple_(bindparam("last_case"), bindparam("last_position"))
)
EMPTIED = select(CASES.c.id, CASES.c.events).where(
    or_(CASES.c.events != 0, CASES.c.head.is_not(None)), ~exists().where(EVENTS.c.case_id == CASES.c.id)
)

SAME = {"id": "id", "case": "case_id", "position": "position", "kind": "kind", "schema": "schema", "actor": "actor"}
REQUIRED = {"case", "position", "kind", "schema", "at", "previous", "private_sha256"}


def verify(
    connection: Connection, case_id: str | None = None, progress: Callable[[int], object] = lambda events: None
) -> Iterator[Fault]:
    """Every fault in the chain of a case, or of all cases, as it is found; events are read some hundreds at a time.

    `progress` is told how many were read, each time.

    What this cannot see: a case that was removed with all its events, or a chain that was written anew from its
    first event with its case's head. Those show against a seal or a hash that was printed or mailed before.
    """
    for case, rows in groupby(_stream(connection, case_id, progress), key=lambda row: row.case_id):
        yield from _verify_case(case, rows)
    emptied = EMPTIED if case_id is None else EMPTIED.where(CASES.c.id == case_id)
    for row in connection.execute(emptied):
        yield Fault(row.id, None, f"the case counts {row.events} events and has none")


def _stream(connection: Connection, case_id: str | None, progress: Callable[[int], object]) -> Iterator[Any]:
    """The events in order, read in batches by key: no cursor stays open, so this works without a transaction too."""
    first, after = READ, AFTER
    if case_id is not None:
        first, after = (statement.where(EVENTS.c.case_id == case_id) for statement in (first, after))
    rows = connection.execute(first).all()
    while rows:
        yield from rows
        progress(len(rows))
        last = {"last_case": rows[-1].case_id, "last_position": rows[-1].position}
        rows = connection.execute(after, last).all() if len(rows) == BATCH else []


def _verify_case(case: str, rows: Iterable[Any]) -> Iterator[Fault]:
    position, previous, last = 0, None, None
    for row in rows:
        if row.position != position + 1:
            yield Fault(case, row.position, f"follows on position {position}: something between is missing")
        for what in _verify_event(row, previous):
            yield Fault(case, row.position, what)
        position, previous, last = row.position, row.sha256, row
    if last is None:
        return
    if last.known is None:
        yield Fault(case, None, "there are events, but no case")
        return
    if last.events != position:
        yield Fault(case, None, f"the case counts {last.events} events, the last one is number {position}")
    if last.head != previous:
        yield Fault(case, None, "the head of the case is not the hash of its last event")


def _verify_event(row: Row[Any], previous: str | None) -> Iterator[str]:
    if not isinstance(row.body, str) or digest(row.body) != row.sha256:
        yield "the body does not have its hash"
    body = _parsed(row.body)
    missing = REQUIRED - body.keys()
    if missing:
        yield f"the body does not say {', '.join(sorted(missing))}"
        return
    if body["previous"] != previous:
        yield "does not follow on the event before it"
    differing = [name for name, column in SAME.items() if name in body and body[name] != getattr(row, column)]
    differing += [name for name, said, kept in _times(body, row) if said is None or said != kept]
    if differing:
        yield f"the body and the row do not agree on {', '.join(differing)}"
    if row.private is not None and (not isinstance(row.private, str) or digest(row.private) != body["private_sha256"]):
        yield "the private part does not have its hash"


def _parsed(body: object) -> dict[str, Any]:
    """The body as a mapping; nothing in it when it is none."""
    try:
        found = json.loads(body) if isinstance(body, str) else None
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def _times(body: Mapping[str, Any], row: Row[Any]) -> Iterator[tuple[str, object, object]]:
    yield "at", _moment(body["at"]), _moment(row.at)
    if "on" in body:
        yield "on", body["on"], row.on_date.isoformat() if isinstance(row.on_date, date) else row.on_date


def _moment(value: object) -> datetime | None:
    """The moment, from text or as the driver gives it; None for what is no moment."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
