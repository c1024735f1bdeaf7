"""The reference of a list: one statement a table, written by hand for one role, by the bare driver, as plain JSON."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import make_url

COLUMNS = (
    "c.id, c.reference, c.procedure, c.procedure_version, c.stage, c.phase, c.ended, c.version, c.title, c.language,"
    " c.organisation, c.working_group, c.theme, c.countries, c.regions, c.content, c.waits_for, c.due_on, c.questions,"
    " c.ending, c.plan_status, c.updated_at"
)
LISTS = ("countries", "regions", "content", "questions", "ending", "plan_status")
INSTRUMENTS = (
    "SELECT case_id, id, kind, number, 'produces' AS relation, 0 AS place FROM instruments WHERE case_id IN ({0})"
    " UNION ALL SELECT r.case_id, i.id, i.kind, i.number, r.relation, 1 FROM case_instruments r"
    " JOIN instruments i ON i.id = r.instrument_id WHERE i.case_id IS NULL AND r.case_id IN ({0})"
    " ORDER BY place, number, id"
)
ROUNDS = (
    "SELECT r.id, r.case_id, r.name, r.round, r.open, r.outcome, r.voters, r.open AND {known} AS known"
    " FROM consultations r WHERE r.case_id IN ({0}) ORDER BY r.opened_at, r.id"
)
STANCES = "SELECT consultation_id, delegation, stance FROM positions WHERE NOT superseded AND consultation_id IN ({0})"
NAMES = "SELECT id, name FROM people WHERE id IN ({0})"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page: the conditions as SQL with `?`, their parameters, and the order.

    `{few}` stands in them where PostgreSQL must be kept from reading all rows of another table for one page.
    `whole`: which cases the reader does not only follow, with its parameters. `known`: of which
    open rounds `r` the reader knows what the positions come to now.
    """

    where: str
    values: tuple[Any, ...]
    whole: str
    of_whole: tuple[Any, ...]
    known: str
    order: str = "c.updated_at DESC, c.id DESC"
    limit: int = 50


class ListsByHand:
    """Reads pages of cases for one role after the other."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self.sqlite = address.get_backend_name() == "sqlite"
        if self.sqlite:
            self.connection: Any = sqlite3.connect(address.database or "", isolation_level=None)
            self.connection.row_factory = sqlite3.Row
            self.connection.execute("PRAGMA cache_size = -8000")
        else:
            plain = url.replace("postgresql+psycopg://", "postgresql://")
            self.connection = psycopg.connect(plain, autocommit=True, row_factory=dict_row)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def page(self, wanted: Wanted) -> bytes:
        """The page as JSON."""
        statement = f"SELECT {COLUMNS}, {wanted.whole} AS whole FROM cases c WHERE {wanted.where}"  # noqa: S608 - our own words
        statement = statement.replace("{few}", "" if self.sqlite else " OFFSET 0")
        rows = self.run(
            f"{statement} ORDER BY {wanted.order} LIMIT {wanted.limit + 1}", (*wanted.of_whole, *wanted.values)
        ).fetchall()
        found = [self._read(row) for row in rows[: wanted.limit]]
        if found:
            self._add_parts(found, wanted.known)
        return json.dumps({"items": found}, default=str, ensure_ascii=False, separators=(",", ":")).encode()

    def count(self, wanted: Wanted) -> int:
        """How many there are in the whole list."""
        where = wanted.where.replace("{few}", "")
        row = self.run(f"SELECT count(*) AS n FROM cases c WHERE {where}", wanted.values).fetchone()  # noqa: S608 - our own words
        return int(row["n"])

    def run(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Run a statement with `?` for its parameters."""
        return self.connection.execute(statement if self.sqlite else statement.replace("?", "%s"), tuple(values))

    def _read(self, row: Any) -> dict[str, Any]:
        one = dict(row)
        if self.sqlite:
            one |= {name: json.loads(one[name]) for name in LISTS if one[name] is not None}
            one["ended"] = bool(one["ended"])
        one["procedure"] = {"id": one["procedure"], "version": one.pop("procedure_version")}
        one["plan_status"] = one["plan_status"][-1]["status"] if one["plan_status"] else None
        one["instruments"], one["consultations"] = [], []
        return one

    def _add_parts(self, found: list[dict[str, Any]], known: str) -> None:
        cases = {one["id"]: one for one in found}
        for row in self._of(INSTRUMENTS, list(cases), twice=True):
            if not cases[row["case_id"]]["whole"] and row["number"] is None:
                continue
            brief = {"id": row["id"], "kind": row["kind"], "number": row["number"], "relation": row["relation"]}
            cases[row["case_id"]]["instruments"].append(brief)
        self._add_rounds({id: one for id, one in cases.items() if one["whole"]}, known)
        people = {one["ending"]["by"] for one in found if one["ending"]}
        names = {row["id"]: row["name"] for row in self._of(NAMES, list(people))} if people else {}
        for one in found:
            if one["ending"]:
                one["ending"] = {**one["ending"], "by": names.get(one["ending"]["by"])}
            if not one.pop("whole"):
                one |= {"content": {}, "questions": [], "regions": []}
                one["ending"] = {**one["ending"], "by": None, "reason": None} if one["ending"] else None

    def _add_rounds(self, cases: dict[str, dict[str, Any]], known: str) -> None:
        if not cases:
            return
        rounds = self._of(ROUNDS.replace("{known}", known), list(cases))
        open_ones = [row["id"] for row in rounds if row["known"]]
        stances: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self._of(STANCES, open_ones) if open_ones else ():
            stances[row["consultation_id"]][row["delegation"]] = row["stance"]
        for row in rounds:
            outcome = _outcome(row, stances[row["id"]]) if row["known"] else row["outcome"]
            brief = {"id": row["id"], "name": row["name"], "round": row["round"], "open": bool(row["open"])}
            cases[row["case_id"]]["consultations"].append({**brief, "outcome": outcome})

    def _of(self, statement: str, ids: Sequence[str], *, twice: bool = False) -> list[Any]:
        places = ", ".join("?" * len(ids))
        found: list[Any] = self.run(statement.format(places), [*ids, *ids] if twice else ids).fetchall()
        return found


def _outcome(row: Any, stances: dict[str, str]) -> str:
    voters = json.loads(row["voters"]) if isinstance(row["voters"], str) else row["voters"]
    said = {stances.get(voter, "withdrawn") for voter in voters}
    if "object" in said:
        return "not_adopted"
    return "pending" if said & {"withdrawn", "reservation"} else "adopted"
