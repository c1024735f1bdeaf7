"""The reference of a move: the same rows, written by hand with the bare driver, no rules asked."""

from __future__ import annotations

import json
import sqlite3
from contextlib import nullcontext
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from sqlalchemy import make_url

from bench import sealing
from workflows.actor import Actor

FIND = "SELECT * FROM cases WHERE id = ?"
EVENT = (
    "INSERT INTO events (id, case_id, position, kind, schema, at, on_date, actor, body, sha256, private,"
    " audience, move, moved, stage) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
NOTICE = "INSERT INTO outbox (id, event_id, case_id, notice, roles, context, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
CLOCK = (
    "INSERT INTO clocks (case_id, name, kind, of_role, state, starts_on, due_on, suspended_on, suspended_days, rung,"
    " ended_on, calendar, calendar_version, basis, next_on)"
    " VALUES (?, ?, 'target', 'filer', ?, ?, ?, ?, ?, ?, ?, 'BE', 1, 'policy', ?)"
    " ON CONFLICT (case_id, name) DO UPDATE SET state = excluded.state, starts_on = excluded.starts_on,"
    " due_on = excluded.due_on, suspended_on = excluded.suspended_on, suspended_days = excluded.suspended_days,"
    " rung = excluded.rung, ended_on = excluded.ended_on, calendar_version = excluded.calendar_version,"
    " next_on = excluded.next_on"
)
CASE = (
    "UPDATE cases SET stage = ?, version = version + 1, events = ?, head = ?, waits_for = ?, questions = ?,"
    " questions_asked = ?, reply_by = ?, last_on = ?, due_on = ?, updated_at = ?, moved_at = ? WHERE id = ?"
)


class ByHand:
    """Moves one case to and fro between `admissibility` and `information_requested`, statement by statement."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self.sqlite = address.get_backend_name() == "sqlite"
        if self.sqlite:
            self.connection: Any = sqlite3.connect(
                address.database or "", isolation_level=None, check_same_thread=False
            )
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 30000"):
                self.connection.execute(f"PRAGMA {pragma}")
            self.connection.row_factory = sqlite3.Row
        else:
            plain = url.replace("postgresql+psycopg://", "postgresql://")
            self.connection = psycopg.connect(plain, autocommit=True, row_factory=dict_row)

    def move(self, case: str, actor: Actor, name: str, data: dict[str, Any]) -> None:
        """One move: read the case and its clocks, append an event, put notices, change the case, keep the clocks."""
        now = datetime.now(UTC)
        self._run("BEGIN IMMEDIATE" if self.sqlite else "BEGIN")
        row = self._run(FIND if self.sqlite else f"{FIND} FOR UPDATE", case).fetchone()
        found = {one["name"]: one for one in self._run("SELECT * FROM clocks WHERE case_id = ?", case)}
        asks = name == "request_information"
        stage = "information_requested" if asks else row["anchor"]
        written = {
            clock: {column: _day(found[clock][column]) for column in ("starts_on", "due_on", "suspended_days")}
            for clock in ("admissibility", "quiet")
        }
        reply_by = data.get("reply_by") or _day(row["reply_by"])
        clocks = sealing.clocks_after(asks, written, now.date(), reply_by)
        mandate = actor.mandates[0]
        by = {
            "person": actor.person,
            "name": actor.name,
            "mandate": mandate.id,
            "organisation": mandate.organisation,
        }
        event = sealing.happened(row, name, stage, by=by, data=data, clocks=clocks, now=now)
        with nullcontext() if self.sqlite else self.connection.pipeline():  # one wait for all that is written
            self._keep(row, event, actor, name, stage, data, clocks, now)
        self._run("COMMIT")

    def _keep(
        self,
        row: Any,
        event: sealing.Happened,
        actor: Actor,
        name: str,
        stage: str,
        data: Any,
        clocks: Any,
        now: datetime,
    ) -> None:
        moment: Any = now.isoformat(timespec="microseconds") if self.sqlite else now
        case, position, today = row["id"], row["events"] + 1, now.date().isoformat()
        self._run(
            EVENT, event.id, case, position, "CaseMoved", sealing.SCHEMA, moment, today, actor.person, event.body,
            event.sha256, event.private, "readers", name, "advanced", stage,
        )  # fmt: skip
        told = sealing.told(name, row["stage"], stage)
        self._run_all(
            NOTICE,
            [
                (one.id, event.id, case, one.notice, self._json(one.roles), self._json(one.context), moment)
                for one in told
            ],
        )
        self._run_all(
            CLOCK,
            [
                (
                    case, clock, at["state"], at["starts_on"], at["due_on"], at["suspended_on"], at["suspended_days"],
                    self._json([]), at["ended_on"], at["due_on"] if at["state"] == "running" else None,
                )
                for clock, at in clocks.items()
            ],
        )  # fmt: skip
        asked = row["questions_asked"] + len(data.get("questions", ()))
        questions = [{"question": asked, "text": text} for text in data.get("questions", ())]
        reply_by = data.get("reply_by") or row["reply_by"]
        self._run(
            CASE, stage, position, event.sha256, "filer" if questions else "secretary", self._json(questions), asked,
            reply_by, today, clocks["reply" if questions else "admissibility"]["due_on"], moment, moment, case,
        )  # fmt: skip

    def _run(self, statement: str, *values: Any) -> Any:
        return self.connection.execute(statement if self.sqlite else statement.replace("?", "%s"), values)

    def _run_all(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        """The same for several rows: the driver sends them in one go."""
        self.connection.cursor().executemany(statement if self.sqlite else statement.replace("?", "%s"), rows)

    def _json(self, value: Any) -> Any:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False) if self.sqlite else Jsonb(value)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def _day(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
