"""Digests in their table: what an office was told of a week, so that it can be read again as it was."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from service.store.ids import new_id
from service.store.seals import make_seal
from service.store.tables import DigestRow, EventRow, OutboxRow
from workflows.dates import begin_of
from workflows.notices import DIGEST, Digest, DigestLine, DigestSection

DIGESTS = DigestRow.__table__
OUTBOX = OutboxRow.__table__

SENT = select(DIGESTS.c.person_id, DIGESTS.c.organisation).where(DIGESTS.c.week == bindparam("week"))
BEGAN = select(func.min(EventRow.__table__.c.at))
KEPT = select(DIGESTS.c.content).where(DIGESTS.c.id == bindparam("digest"))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ForPerson:
    """A digest and who reads it, in which language."""

    person: str
    language: str
    digest: Digest


def log_began_at(connection: Connection) -> datetime | None:
    """When the first event of all was kept; None before that."""
    began_at: datetime | None = connection.execute(BEGAN).scalar_one()
    return began_at


def sent_in(connection: Connection, week: str) -> frozenset[tuple[str, str]]:
    """Who has had a digest of this week: (person, organisation)."""
    return frozenset((row.person_id, row.organisation) for row in connection.execute(SENT, {"week": week}))


def keep_digests(connection: Connection, digests: Iterable[ForPerson], now: datetime) -> int:
    """Keep the digests that are not kept yet, under one new seal, and put each into the outbox; says how many."""
    new = list(digests)
    known = {week: sent_in(connection, week) for week in {one.digest.week for one in new}}
    new = [one for one in new if (one.person, one.digest.organisation) not in known[one.digest.week]]
    if not new:
        return 0
    seal = make_seal(connection, now)
    for one in new:
        sealed = dataclasses.replace(one.digest, seal=seal.root)
        row = _row(one, sealed, seal.id, now)
        connection.execute(insert(DIGESTS), row)
        notice = {
            "id": new_id(now),
            "notice": DIGEST,
            "roles": [],
            "context": {
                "person": one.person,
                "role": "minister_office",
                "organisation": one.digest.organisation,
                "digest": row["id"],
            },
            "created_at": now,
        }
        connection.execute(insert(OUTBOX), notice)
    return len(new)


def _row(one: ForPerson, sealed: Digest, seal: str, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(now),
        "week": sealed.week,
        "person_id": one.person,
        "organisation": sealed.organisation,
        "language": one.language,
        "starts_at": begin_of(sealed.starts_on),
        "ends_at": begin_of(sealed.ends_on),
        "seal_id": seal,
        "content": content_of(sealed),
        "created_at": now,
    }


def kept_digest(connection: Connection, digest: str) -> Digest:
    """A digest as it was sent."""
    return digest_of(connection.execute(KEPT, {"digest": digest}).scalar_one())


def content_of(digest: Digest) -> dict[str, Any]:
    """A digest in JSON; dates as text."""
    content: dict[str, Any] = _plain(dataclasses.asdict(digest))
    return content


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def digest_of(content: Mapping[str, Any]) -> Digest:
    """A digest from its JSON."""
    sections = tuple(
        DigestSection(
            name=section["name"],
            count=section["count"],
            query=section["query"],
            lines=tuple(
                DigestLine(**{**line, "on": _day(line["on"]), "due_on": _day(line["due_on"])})
                for line in section["lines"]
            ),
        )
        for section in content["sections"]
    )
    days = {name: date.fromisoformat(content[name]) for name in ("starts_on", "ends_on")}
    return Digest(**{**content, **days, "sections": sections})


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written is not None else None
