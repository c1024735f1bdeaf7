"""Resealing: every seal of the past, made again from the log as it is now."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import combinations, islice
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select, tuple_

from service.store.chain import BATCH, Fault
from service.store.ids import moment_of
from service.store.seals import merkle_root
from service.store.tables import EventRow, SealedHeadRow, SealRow

EVENTS = EventRow.__table__
SEALS = SealRow.__table__
SEALED = SealedHeadRow.__table__

UNDER_WAY = timedelta(minutes=1)
"""An event bears the moment at which its command began; a seal made before its commit does not have it."""
WAYS = 500  # of what may have been under way that are tried

ALL_SEALS = select(SEALS).order_by(SEALS.c.at, SEALS.c.id)
IN_ORDER = (
    select(EVENTS.c.id, EVENTS.c.at, EVENTS.c.case_id, EVENTS.c.position, EVENTS.c.sha256)
    .order_by(EVENTS.c.at, EVENTS.c.id)
    .limit(BATCH)
)
FROM_THERE = IN_ORDER.where(
    tuple_(EVENTS.c.at, EVENTS.c.id) > tuple_(bindparam("last_at", type_=EVENTS.c.at.type), bindparam("last_id"))
)
UNDER_A_SEAL = (
    select(SEALED.c.case_id, SEALED.c.position, EVENTS.c.sha256)
    .outerjoin(EVENTS, and_(EVENTS.c.case_id == SEALED.c.case_id, EVENTS.c.position == SEALED.c.position))
    .where(SEALED.c.seal_id == bindparam("seal"))
)
HASH = select(EVENTS.c.sha256).where(EVENTS.c.case_id == bindparam("case"), EVENTS.c.position == bindparam("place"))


def check_seals(connection: Connection) -> Iterator[Fault]:
    """Every seal that the log no longer bears: something under it was changed, removed or put in since.

    A seal that was printed in a digest and is not in the table is for who holds the digest to find.
    """
    for seal, borne in resealed(connection):
        moment = f"{seal.at:%Y-%m-%d %H:%M:%S} UTC"
        if not borne:
            yield Fault("seals", None, f"the log is not the one that was sealed at {moment}")
        elif not _made_then(seal):
            yield Fault("seals", None, f"the seal of {moment} was not made at the moment that its id names")


def resealed(connection: Connection) -> Iterator[tuple[Any, bool]]:
    """Every seal, the oldest first, and whether the log still bears it."""
    noted, log = _Noted(connection), _Log(connection)
    for seal in connection.execute(ALL_SEALS).all():
        noted.go_on_to(seal)
        yield seal, noted.bears(seal) or log.bears(seal)


def _made_then(seal: Any) -> bool:
    made = moment_of(seal.id)
    return made is not None and made == seal.at.replace(microsecond=seal.at.microsecond // 1000 * 1000)


class _Noted:
    """Up to where each case was sealed, as the seals noted it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._heads: dict[str, str] = {}
        self._positions: dict[str, int] = {}

    def go_on_to(self, seal: Any) -> None:
        """What was noted with this seal."""
        for row in self._connection.execute(UNDER_A_SEAL, {"seal": seal.id}):
            self._heads[row.case_id], self._positions[row.case_id] = row.sha256 or "", row.position

    def bears(self, seal: Any) -> bool:
        """Whether the events up to there are what was sealed."""
        counted = (len(self._heads), sum(self._positions.values())) == (seal.cases, seal.events)
        return counted and merkle_root(self._heads.items()) == seal.root


class _Log:
    """The newest event of each case as the events come in, and those that came last: for seals that noted nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._heads: dict[str, Any] = {}
        self._count = 0
        self._last: deque[Any] = deque(maxlen=BATCH)
        self._events = _in_order(connection)
        self._waiting = next(self._events, None)

    def _go_on_to(self, seal: Any) -> None:
        while self._waiting is not None and self._waiting.at <= seal.at:
            self._add(self._waiting)
            self._waiting = next(self._events, None)

    def _add(self, event: Any) -> None:
        self._count += 1
        self._last.append(event)
        known = self._heads.get(event.case_id)
        if known is None or event.position > known.position:
            self._heads[event.case_id] = event

    def bears(self, seal: Any) -> bool:
        """Whether this is what was sealed, but for events that were under way at that moment."""
        self._go_on_to(seal)
        later = self._count - seal.events
        if later < 0:
            return False
        recent = [event for event in reversed(self._last) if event.at > seal.at - UNDER_WAY]
        for left_out in islice(combinations(recent, later), WAYS):
            heads = self._without(left_out)
            if heads is not None and len(heads) == seal.cases and merkle_root(heads.items()) == seal.root:
                return True
        return False

    def _without(self, left_out: Iterable[Any]) -> dict[str, str] | None:
        """The hash at the head of each case without these events; None where one of them is not at its end."""
        heads: dict[str, str] = {case: event.sha256 for case, event in self._heads.items()}
        positions: dict[str, list[int]] = defaultdict(list)
        for event in left_out:
            positions[event.case_id].append(event.position)
        for case, places in positions.items():
            lowest = min(places)
            if sorted(places) != list(range(lowest, self._heads[case].position + 1)):
                return None
            if lowest == 1:
                del heads[case]
            else:
                heads[case] = self._connection.scalar(HASH, {"case": case, "place": lowest - 1}) or ""
        return heads


def _in_order(connection: Connection) -> Iterator[Any]:
    rows = connection.execute(IN_ORDER).all()
    while rows:
        yield from rows
        last = {"last_at": rows[-1].at, "last_id": rows[-1].id}
        rows = connection.execute(FROM_THERE, last).all() if len(rows) == BATCH else []
