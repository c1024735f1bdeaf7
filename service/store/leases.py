"""Leases: work that one process does at a time, taken for a while and taken again by who lives."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, text

from service.store.tables import Instant, LeaseRow

LEASES = LeaseRow.__table__

TAKE = text(
    "INSERT INTO leases (name, holder, until) VALUES (:name, :holder, :until) "
    "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until "
    "WHERE leases.holder = excluded.holder OR leases.until <= :now OR leases.until > :too_late RETURNING holder"
).bindparams(*(bindparam(name, type_=Instant()) for name in ("until", "now", "too_late")))
GIVE_BACK = delete(LEASES).where(LEASES.c.name == bindparam("lease"), LEASES.c.holder == bindparam("by"))


def take(connection: Connection, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take a lease for so many seconds, or take it longer; False while another holder has it.

    One that ends later than two of these was taken by a clock that ran ahead and was set back since; its holder may
    be dead, and nobody would wait for that day. Clocks of two machines may differ by one lease.
    """
    span = timedelta(seconds=seconds)
    values = {"name": name, "holder": holder, "until": now + span, "now": now, "too_late": now + 2 * span}
    return connection.execute(TAKE, values).first() is not None


def give_back(connection: Connection, name: str, holder: str) -> None:
    """Give a lease back before its time; nothing happens when another holder has it."""
    connection.execute(GIVE_BACK, {"lease": name, "by": holder})
