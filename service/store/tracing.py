"""Tracing: whether the log still leads to a seal that somebody holds, and if not, where it left the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from service.store.chain import Fault, verify
from service.store.resealing import SEALED, SEALS, resealed
from service.store.tables import EventRow

EVENTS = EventRow.__table__

_until: Any = bindparam("until", type_=SEALS.c.at.type)
NOTED = (
    select(SEALED.c.case_id, func.max(SEALED.c.position).label("position"))
    .join(SEALS, SEALS.c.id == SEALED.c.seal_id)
    .where(SEALS.c.at <= _until)
    .group_by(SEALED.c.case_id)
)
KEPT_UNTIL = (
    select(EVENTS.c.case_id, func.max(EVENTS.c.position).label("position"))
    .where(EVENTS.c.at <= _until)
    .group_by(EVENTS.c.case_id)
)
LAST = select(EVENTS.c.case_id, func.max(EVENTS.c.position).label("position")).group_by(EVENTS.c.case_id)
WITH_IT = select(SEALED.c.case_id).where(SEALED.c.seal_id == bindparam("seal")).order_by(SEALED.c.case_id)


@dataclass(frozen=True, slots=True)
class Traced:
    """What became of the log under a seal. `seal` is None where no such seal is kept.

    `faults`: what is plainly wrong under it. `suspects`: where nothing is plainly wrong, the cases (ids) that moved
    between the last seal that holds (`held`, if any) and the first that does not: what was changed is one of them.
    """

    seal: Any
    borne: bool = False
    faults: tuple[Fault, ...] = ()
    held: Any = None
    suspects: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether everything under the seal is as it was sealed."""
        return self.borne and not self.faults


def trace(connection: Connection, root: str) -> Traced:
    """Follow the log to the seal with this root (hex SHA-256), as it was printed in a digest.

    A root says nothing of the bodies: each event under it is held against its own hash and its predecessor too.
    """
    seals = list(resealed(connection))
    place = next((place for place, (seal, _) in enumerate(seals) if seal.root == root), None)
    if place is None:
        return Traced(seal=None)
    seal, borne = seals[place]
    faults = tuple(_faults_under(connection, seal))
    if borne or faults:
        return Traced(seal=seal, borne=borne, faults=faults)
    first = next(number for number, (_, holds) in enumerate(seals) if not holds)
    suspects = connection.scalars(WITH_IT, {"seal": seals[first][0].id}).all()
    held = seals[first - 1][0] if first else None
    return Traced(seal=seal, held=held, suspects=tuple(suspects))


def _faults_under(connection: Connection, seal: Any) -> Iterator[Fault]:
    """What is wrong in the chains as far as they were sealed, and the ends that are gone."""
    until = {"until": seal.at}
    sealed = {row.case_id: row.position for row in connection.execute(NOTED, until)}
    if not sealed:  # a seal from before there were notes
        sealed = {row.case_id: row.position for row in connection.execute(KEPT_UNTIL, until)}
    for fault in verify(connection):
        if fault.position is not None and fault.position <= sealed.get(fault.case, 0):
            yield fault
    last = {row.case_id: row.position for row in connection.execute(LAST)}
    for case, position in sorted(sealed.items()):
        if last.get(case, 0) < position:
            yield Fault(case, position, f"was sealed and is gone; the case ends with event {last.get(case, 0)}")
