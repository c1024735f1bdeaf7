"""What was taken over from elsewhere: plans, working groups, instruments and cases, found again by their keys."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select

from service.store.carrying import LINKS, link_cases
from service.store.loading import INSTRUMENTS, ORGANISATIONS, WORKING_GROUPS
from service.store.sight import CASES
from service.store.tables import AnnualPlanRow, CaseInstrumentRow, EventRow, InstrumentLinkRow

PLANS = AnnualPlanRow.__table__
EVENTS = EventRow.__table__
USES = CaseInstrumentRow.__table__
AMENDMENTS = InstrumentLinkRow.__table__

PLAN = select(PLANS.c.id).where(PLANS.c.id == bindparam("one"))
INSTRUMENT = select(INSTRUMENTS.c.id, INSTRUMENTS.c.source).where(INSTRUMENTS.c.plan_key == bindparam("one"))
NUMBERED = select(INSTRUMENTS.c.id).where(INSTRUMENTS.c.number == bindparam("one"))
FIRST_EVENT = (
    select(CASES.c.id, EVENTS.c.body)
    .join(EVENTS, EVENTS.c.case_id == CASES.c.id)
    .where(CASES.c.plan_key == bindparam("one"), EVENTS.c.position == 1)
)
BACK = select(LINKS.c.kind).where(
    LINKS.c.case_id == bindparam("other"), LINKS.c.kind == "related", LINKS.c.to_case == bindparam("one")
)


def keep_plan(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep an annual plan (a row of its table); False when it is there already."""
    if connection.execute(PLAN, {"one": row["id"]}).first() is not None:
        return False
    connection.execute(insert(PLANS), row)
    return True


def keep_groups(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> int:
    """Keep the working groups (rows of their table) whose codes are not there yet; says how many."""
    known = set(connection.execute(select(WORKING_GROUPS.c.code)).scalars())
    new = [row for row in rows if row["code"] not in known]
    if new:
        connection.execute(insert(WORKING_GROUPS), new)
    return len(new)


def instrument_of(connection: Connection, key: str) -> tuple[str, Mapping[str, Any] | None] | None:
    """The id of the instrument that was taken over under this key, and what its source said then."""
    found = connection.execute(INSTRUMENT, {"one": key}).first()
    return None if found is None else (found.id, found.source)


def instrument_numbered(connection: Connection, number: str) -> str | None:
    """The id of the instrument with this number, wherever it came from."""
    found: str | None = connection.execute(NUMBERED, {"one": number}).scalar_one_or_none()
    return found


def keep_instrument(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep an instrument (a row of its table)."""
    connection.execute(insert(INSTRUMENTS), row)


def case_of_key(connection: Connection, key: str) -> tuple[str, str | None] | None:
    """The id of the case that was taken over under this key, and the fingerprint of its source then."""
    found = connection.execute(FIRST_EVENT, {"one": key}).first()
    return None if found is None else (found.id, json.loads(found.body).get("fingerprint"))


def is_organisation(connection: Connection, code: str) -> bool:
    """Is there an organisation with this code?"""
    return connection.execute(select(ORGANISATIONS.c.code).where(ORGANISATIONS.c.code == code)).first() is not None


def is_working_group(connection: Connection, code: str) -> bool:
    """Is there a working group with this code?"""
    return connection.execute(select(WORKING_GROUPS.c.code).where(WORKING_GROUPS.c.code == code)).first() is not None


def keep_links(connection: Connection, links: Iterable[tuple[str, str, str]], now: datetime) -> int:
    """Link cases (case, kind, other case); says how many were not. `related` holds both ways and is kept once."""
    return sum(_link(connection, *link, now) for link in links)


def _link(connection: Connection, case: str, kind: str, other: str, now: datetime) -> bool:
    if kind == "related" and connection.execute(BACK, {"one": case, "other": other}).first() is not None:
        return False
    return link_cases(connection, case, kind, other, now, None)


def keep_uses(connection: Connection, uses: Iterable[tuple[str, str, str]]) -> int:
    """Say what cases have to do with instruments (case, relation, instrument); says how much of it was new."""
    return _keep_new(connection, USES, ("case_id", "relation", "instrument_id"), uses)


def keep_amendments(connection: Connection, amendments: Iterable[tuple[str, str, str]]) -> int:
    """Say which instrument amends which (the amending one, kind, the amended one); says how much of it was new."""
    return _keep_new(connection, AMENDMENTS, ("from_id", "kind", "to_id"), amendments)


def _keep_new(
    connection: Connection, table: Table, columns: tuple[str, str, str], wanted: Iterable[tuple[str, str, str]]
) -> int:
    kept = {tuple(row) for row in connection.execute(select(*(table.c[name] for name in columns)))}
    new = [one for one in dict.fromkeys(wanted) if one not in kept]
    if new:
        connection.execute(insert(table), [dict(zip(columns, one, strict=True)) for one in new])
    return len(new)
