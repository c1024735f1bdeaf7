"""Seals: one root over the heads of all cases, which dates the whole log when it is printed somewhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select

from service.store.ids import new_id
from service.store.tables import CaseRow, EventRow, SealedHeadRow, SealRow
from service.store.turns import take_turn

CASES, EVENTS, SEALS = CaseRow.__table__, EventRow.__table__, SealRow.__table__
SEALED = SealedHeadRow.__table__

TURN = "seals"

_sealed = select(SEALED.c.case_id, func.max(SEALED.c.position).label("sealed")).group_by(SEALED.c.case_id).subquery()
# One statement, so that the root and what is noted of each case are of one moment, whoever writes meanwhile.
HEADS = (
    select(CASES.c.id, CASES.c.head, CASES.c.events, _sealed.c.sealed)
    .outerjoin(_sealed, _sealed.c.case_id == CASES.c.id)
    .where(CASES.c.head.is_not(None))
)
NEWEST = select(func.max(EVENTS.c.at))
LAST = select(func.max(SEALS.c.at))
KEEP = insert(SEALS)
NOTE = insert(SEALED)


@dataclass(frozen=True, slots=True)
class Seal:
    """The root at one moment, and how many cases and events lie under it."""

    id: str
    at: datetime
    root: str
    cases: int
    events: int


def merkle_root(heads: Iterable[tuple[str, str]]) -> str:
    """The root over (case id, head) pairs, in whatever order they come: hex SHA-256.

    The tree of RFC 6962 (certificate transparency) over the pairs sorted by case: leaves and nodes are hashed with
    different first bytes, so that neither passes for the other, and no leaf is doubled to fill the tree.
    """
    subtrees: list[tuple[int, bytes]] = []  # (leaves under it, hash), each larger than the next
    for case, head in sorted(heads):
        subtrees.append((1, hashlib.sha256(b"\x00" + f"{case} {head}".encode()).digest()))
        while len(subtrees) > 1 and subtrees[-2][0] == subtrees[-1][0]:
            _join(subtrees)
    while len(subtrees) > 1:
        _join(subtrees)
    return subtrees[0][1].hex() if subtrees else hashlib.sha256(b"").hexdigest()


def _join(subtrees: list[tuple[int, bytes]]) -> None:
    (size, right), (more, left) = subtrees.pop(), subtrees.pop()
    subtrees.append((size + more, hashlib.sha256(b"\x01" + left + right).digest()))


def make_seal(connection: Connection, at: datetime) -> Seal:
    """Seal the log as this transaction sees it, and keep the seal.

    It never bears an earlier moment than an event under it (while a digest is composed, cases move on) or than a seal
    before it. An event may bear an earlier moment and not lie under it: it was under way. So for each case that moved
    since the seal before, it is noted up to where it was sealed.
    """
    take_turn(connection, TURN)  # what moved since the seal before: two at once would not know of each other
    rows = connection.execute(HEADS).all()
    newest, last = connection.execute(NEWEST).scalar_one(), connection.execute(LAST).scalar_one()
    at = max([at, *([newest] if newest else []), *([last + timedelta(microseconds=1)] if last else [])])
    seal = Seal(
        id=new_id(at),
        at=at,
        root=merkle_root((row.id, row.head) for row in rows),
        cases=len(rows),
        events=sum(row.events for row in rows),
    )
    values = {"id": seal.id, "at": seal.at, "root": seal.root, "cases": seal.cases, "events": seal.events}
    connection.execute(KEEP, values)
    moved = [row for row in rows if row.events > (row.sealed or 0)]
    if moved:
        connection.execute(NOTE, [{"case_id": row.id, "position": row.events, "seal_id": seal.id} for row in moved])
    return seal
