"""Health: what waits to be told, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, union_all

from service.store.tables import DeliveryRow, OutboxRow

OUTBOX = OutboxRow.__table__
DELIVERIES = DeliveryRow.__table__

_now = bindparam("now", type_=DELIVERIES.c.next_at.type)
# A letter that is to be tried again later is not waiting: it is due then.
_WAITING = union_all(
    select(OUTBOX.c.created_at.label("since")).where(OUTBOX.c.expanded_at.is_(None)),
    select(DELIVERIES.c.next_at.label("since")).where(DELIVERIES.c.state == "waiting", DELIVERIES.c.next_at <= _now),
).subquery()
WAITING = select(func.count(), func.min(_WAITING.c.since))


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many notices are not sent yet, and for how many seconds the oldest has waited."""

    notices: int
    oldest_seconds: float


def waiting(connection: Connection, now: datetime) -> Waiting:
    """What waits in the outbox now."""
    notices, since = connection.execute(WAITING, {"now": now}).one()
    return Waiting(notices, max(0.0, (now - since).total_seconds()) if since is not None else 0.0)
