"""Leases: work that one process does at a time, taken for a while and taken again by who lives."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, text

from service.store.tables import Instant, LeaseRow

LEASES = LeaseRow.__table__

TAKE = text(
    "INSERT INTO leases (name, holder, until) VALUES (:name, :holder, :until) "
    "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until "
    "WHERE leases.holder = excluded.holder OR leases.until <= :now RETURNING holder"
).bindparams(bindparam("until", type_=Instant()), bindparam("now", type_=Instant()))
GIVE_BACK = delete(LEASES).where(LEASES.c.name == bindparam("lease"), LEASES.c.holder == bindparam("by"))


def take(connection: Connection, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take a lease for so many seconds, or take it longer; False while another holder has it."""
    values = {"name": name, "holder": holder, "until": now + timedelta(seconds=seconds), "now": now}
    return connection.execute(TAKE, values).first() is not None


def give_back(connection: Connection, name: str, holder: str) -> None:
    """Give a lease back before its time; nothing happens when another holder has it."""
    connection.execute(GIVE_BACK, {"lease": name, "by": holder})
