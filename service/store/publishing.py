"""What acts keep beside the row of the case: where its instrument was published, how it stands in the annual plan."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from service.store.loading import INSTRUMENTS
from service.store.sight import CASES

OF_CASE = INSTRUMENTS.c.case_id == bindparam("case")
PUBLISHED = select(INSTRUMENTS.c.id, INSTRUMENTS.c.in_force, INSTRUMENTS.c.version).where(OF_CASE)
ADOPTED = select(INSTRUMENTS.c.adopted_on).where(OF_CASE)
PUBLISH = update(INSTRUMENTS).where(INSTRUMENTS.c.id == bindparam("one"))
PLANNED = select(CASES.c.plan_status).where(CASES.c.id == bindparam("case"))


def publish_instrument(
    connection: Connection, case: str, journal: str, published_on: date, now: datetime
) -> str | None:
    """Keep where and when the instrument of a case was published; its id, None where the case has none.

    What enters into force on the day after publication has its date now.
    """
    found = connection.execute(PUBLISHED, {"case": case}).one_or_none()
    if found is None:
        return None
    values: dict[str, Any] = {
        "journal": journal,
        "published_on": published_on,
        "version": found.version + 1,
        "updated_at": now,
    }
    if found.in_force and found.in_force["how"] == "day_after_publication":
        values["in_force_on"] = published_on + timedelta(days=1)
    connection.execute(PUBLISH.values(values), {"one": found.id})
    return str(found.id)


def adopted_on(connection: Connection, case: str) -> date | None:
    """The day on which the instrument of a case was adopted; None before that, and where there is none."""
    found: date | None = connection.execute(ADOPTED, {"case": case}).scalar_one_or_none()
    return found


def plan_status_of(connection: Connection, case: str) -> list[dict[str, Any]]:
    """How the case stood in the annual plan, the newest last: dated entries of `status` and `basis`."""
    return list(connection.execute(PLANNED, {"case": case}).scalar_one())
