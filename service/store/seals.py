"""Seals: one root over the heads of all cases, which dates the whole log when it is printed somewhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from service.store.ids import new_id
from service.store.tables import CaseRow, EventRow, SealRow

CASES, EVENTS, SEALS = CaseRow.__table__, EventRow.__table__, SealRow.__table__

HEADS = select(CASES.c.id, CASES.c.head, CASES.c.events).where(CASES.c.head.is_not(None))
NEWEST = select(func.max(EVENTS.c.at))
KEEP = insert(SEALS)


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

    It never bears an earlier moment than an event under it: while a digest is composed, cases move on.
    """
    rows = connection.execute(HEADS).all()
    newest = connection.execute(NEWEST).scalar_one()
    at = max(at, newest) if newest is not None else at
    seal = Seal(
        id=new_id(at),
        at=at,
        root=merkle_root((row.id, row.head) for row in rows),
        cases=len(rows),
        events=sum(row.events for row in rows),
    )
    values = {"id": seal.id, "at": seal.at, "root": seal.root, "cases": seal.cases, "events": seal.events}
    connection.execute(KEEP, values)
    return seal
