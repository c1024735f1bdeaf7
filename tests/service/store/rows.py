"""Rows that the tests of the store put in: a case, and events in a chain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, update

from service.store.chain import append, sealed
from service.store.tables import CaseRow

MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SALT = bytes(range(16))


def case_row(case: str, **more: Any) -> dict[str, Any]:
    return {
        "id": case, "procedure": "benelux-obstacle", "procedure_version": 1, "stage": "submitted", "phase": "proposal",
        "language": "nl", "organisation": "BENELUX-SG", "begun_by": "intake", "created_at": MORNING,
        "updated_at": MORNING, **more,
    }  # fmt: skip


def event_row(case: str, position: int, previous: str | None, private: Mapping[str, object] | None) -> dict[str, Any]:
    at = MORNING + timedelta(minutes=position)
    fields = {
        "id": f"{case}-{position}", "case": case, "position": position, "kind": "CaseMoved", "schema": 1,
        "at": at.isoformat(), "on": "2026-11-24", "actor": "person-1",
    }  # fmt: skip
    kept = sealed(fields, private, previous=previous, salt=SALT)
    return {
        "id": fields["id"], "case_id": case, "position": position, "kind": "CaseMoved", "schema": 1, "at": at,
        "on_date": date(2026, 11, 24), "actor": "person-1", "body": kept.body, "sha256": kept.sha256,
        "private": kept.private, "audience": "all", "move": "submit", "stage": "submitted",
    }  # fmt: skip


def add_case(connection: Connection, case: str, events: int = 0, **more: Any) -> list[dict[str, Any]]:
    """A case with so many events, each with a private part; returns the rows of the events."""
    connection.execute(insert(CaseRow.__table__), case_row(case, **more))
    rows: list[dict[str, Any]] = []
    for position in range(1, events + 1):
        rows.append(event_row(case, position, rows[-1]["sha256"] if rows else None, {"reason": f"word {position}"}))
    append(connection, rows)
    if rows:
        head = {"events": events, "head": rows[-1]["sha256"]}
        connection.execute(update(CaseRow.__table__).where(CaseRow.__table__.c.id == case).values(head))
    return rows
