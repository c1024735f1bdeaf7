"""The clocks of cases in their table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Connection, Insert, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from service.store.loading import CLOCKS
from service.store.prepared import Prepared
from workflows import clock as clocks
from workflows.case import Case
from workflows.clock import Clock
from workflows.clock_rule import ClockRule

CHANGING = (
    "state", "starts_on", "due_on", "suspended_on", "suspended_days", "rung", "ended_on", "calendar_version", "next_on",
)  # fmt: skip


def _upsert(insert: Any) -> Insert:
    statement = insert(CLOCKS)
    changed: Insert = statement.on_conflict_do_update(
        index_elements=["case_id", "name"], set_={name: statement.excluded[name] for name in CHANGING}
    )
    return changed


KEEP = {"postgresql": Prepared(_upsert(postgresql.insert)), "sqlite": Prepared(_upsert(sqlite.insert))}

_today: BindParameter[date] = bindparam("today", type_=CLOCKS.c.next_on.type)
DUE = (
    select(CLOCKS.c.case_id, CLOCKS.c.name)
    .where(CLOCKS.c.state == "running", CLOCKS.c.next_on <= _today)
    .order_by(CLOCKS.c.next_on, CLOCKS.c.case_id, CLOCKS.c.name)
    .limit(bindparam("most"))
)


def due_clocks(connection: Connection, today: date, limit: int = 500) -> Sequence[tuple[str, str]]:
    """The clocks that have something to say by today, the oldest first: (case id, clock's name)."""
    rows = connection.execute(DUE, {"today": today, "most": limit})
    return [(row.case_id, row.name) for row in rows]


def keep_clocks(connection: Connection, case: Case, changed: Iterable[Clock]) -> None:
    """Keep clocks as they are now, and the next day on which each has something to say."""
    rows = [_row(case, case.procedure.clocks[clock.name], clock) for clock in changed]
    if rows:
        KEEP[connection.dialect.name].write(connection, *rows)


def _row(case: Case, rule: ClockRule, clock: Clock) -> dict[str, Any]:
    return {
        "case_id": case.id,
        "name": clock.name,
        "kind": str(rule.kind),
        "of_role": rule.of,
        "state": str(clock.state),
        "starts_on": clock.starts_on,
        "due_on": clock.due_on,
        "suspended_on": clock.suspended_on,
        "suspended_days": clock.suspended_days,
        "rung": list(clock.rung),
        "ended_on": clock.ended_on,
        "calendar": rule.calendar,
        "calendar_version": clock.calendar_version,
        "rule": str(rule.rule) if rule.rule else None,
        "basis": rule.basis,
        "next_on": clocks.next_on(rule, clock),
    }
