"""Whoever owns the database may do what he likes with it; what he did is named."""

from __future__ import annotations

import hashlib
import json
import os
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, select, text, update
from sqlalchemy.exc import DatabaseError

from service.store.auditing import faults_of_log
from service.store.chain import Fault
from service.store.engine import Store
from service.store.ids import new_id
from service.store.seals import merkle_root
from service.store.tables import Base
from service.store.tracing import trace
from tests import postgres
from tests.service.store.owner import TABLES, Owner
from tests.service.store.tampering import BLIND, HARMLESS, TOLD, Change, tamper, tell_again, write_another
from tests.service.walks import walk
from workflows.events import canonical

CHANGES = int(os.environ.get("SLAGBOOM_TEST_CHANGES", "500"))
SEED = int(os.environ.get("SLAGBOOM_TEST_SEED", "20261125"))


@pytest.fixture(scope="module")
def walked_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("walked")
    path = folder / "slagboom.db"
    with closing(sqlite3.connect(sqlite_template)) as template, closing(sqlite3.connect(path)) as copy:
        template.backup(copy)
    return _walked(f"sqlite:///{path}", folder)


@pytest.fixture(scope="module")
def walked_postgres(
    postgres_server: str, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    name = "tampered"
    try:
        url = postgres.for_alchemy(postgres.create_database(postgres_server, name, postgres_template))
        yield _walked(url, tmp_path_factory.mktemp("walked"))
    finally:
        postgres.drop_database(postgres_server, name)


CHECKS = text(
    "SELECT conrelid::regclass, conname FROM pg_constraint "
    "WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
)


def _walked(url: str, folder: Path) -> str:
    store = Store.open(url)
    walk(store, folder / "files")
    store.close()
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def owned(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """The database with all the power of its owner: no trigger bites, no reference and no constraint is minded."""
    engine = _owning(request.getfixturevalue(f"walked_{request.param}"))
    with engine.connect() as connection, connection.begin() as outermost:
        _disarm(connection)
        yield connection
        outermost.rollback()
    engine.dispose()


def _owning(url: str) -> Engine:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _by_hand(connection: sqlite3.Connection, record: object) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("PRAGMA ignore_check_constraints = ON")

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")

    return engine


def _disarm(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        return
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(text("SET LOCAL timezone = 'UTC'"))
    for table in ("events", "seals"):
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
    for table, name in connection.execute(CHECKS).all():
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))


def test_nothing_is_named_where_nothing_was_changed(owned: Connection) -> None:
    assert list(faults_of_log(owned)) == []


@pytest.mark.timeout(600)
def test_every_change_of_an_owner_is_named(owned: Connection) -> None:
    done: Counter[str] = Counter()
    unseen: list[str] = []
    for number in range(CHANGES):
        seed = SEED + number
        change, faults = _one_change(owned, seed)
        done[change.kind] += 1
        if not change.named_by(faults):
            told = [f"{one.case} {one.position} {one.what}" for one in faults[:3]]
            unseen.append(f"seed {seed}: {change.kind}: {change.what} at {sorted(change.where)[:2]}: {told}")
    assert not unseen, f"{len(unseen)} of {CHANGES} were not named:\n" + "\n".join(unseen)
    assert len(done) >= 17, done


@pytest.mark.timeout(300)
def test_another_value_in_any_column_is_named(owned: Connection) -> None:
    owner = Owner(owned, random.Random(SEED))
    unseen = []
    for name in TOLD:
        rows = [row for row in owner.rows(name) if name != "instruments" or row["case_id"] is not None]
        for column in (one for one in TABLES[name].c if one.name not in BLIND.get(name, ())):
            for row in (rows[0], rows[len(rows) // 2], rows[-1]):
                step = owned.begin_nested()
                try:
                    change = write_another(owner, name, row, column)
                    if not change.named_by(list(faults_of_log(owned))):
                        unseen.append(f"{change.what}: {row[column.name]!r}")
                except DatabaseError:  # a unique key
                    pass
                finally:
                    step.rollback()
    assert unseen == []


@pytest.mark.timeout(300)
def test_no_event_can_be_told_twice_at_the_end(owned: Connection) -> None:
    """With a right hash, and the head that the case keeps: what says the same again does not follow."""
    owner = Owner(owned, random.Random(SEED))
    unseen = []
    for case in owner.cases:
        events = owner.events(case["id"])
        for row in events:
            if row["kind"] not in HARMLESS:
                step = owned.begin_nested()
                change = tell_again(owner, row, events[-1], agreed=True)
                if not change.named_by(list(faults_of_log(owned))):
                    unseen.append(f"{change.what} at {row['position']} of {len(events)}: {row['body'][:200]}")
                step.rollback()
    assert unseen == []


def _one_change(connection: Connection, seed: int) -> tuple[Change, list[Fault]]:
    chance = random.Random(seed)
    while True:
        step = connection.begin_nested()
        try:
            change = tamper(Owner(connection, chance), chance)
        except DatabaseError:  # what a unique key refuses is no change: another is drawn
            step.rollback()
            continue
        try:
            return change, list(faults_of_log(connection))
        finally:
            step.rollback()


# -- what cannot be seen, as docs/audit.md has it --------------------------------------------------------


UNTOLD: Mapping[str, str] = {
    "people": "UPDATE people SET name = 'Iemand anders', email = 'x' || email",
    "who works where": "UPDATE mandates SET role = 'admin' WHERE id = 'mandate-auditor'",
    "how long a mandate runs": "UPDATE mandates SET ends_on = '2026-11-01'",
    "organisations": "UPDATE organisations SET name = 'Elders' WHERE code = 'EC'",
    "working groups": "UPDATE working_groups SET name = 'Elders'",
    "letters": "UPDATE deliveries SET state = 'refused', subject = 'x', email = 'x'",
    "notices": "DELETE FROM outbox WHERE id NOT IN (SELECT outbox_id FROM deliveries)",
    "what digests said": "UPDATE digests SET week = 'x' || week",
    "requests that were answered": "DELETE FROM once",
    "followers": "DELETE FROM followers",
    "instruments of elsewhere": "UPDATE instruments SET title = 'x' WHERE case_id IS NULL",
    "the annual plan": "DELETE FROM case_instruments",
    "versions and stamps": "UPDATE cases SET version = version + 3, updated_at = '2020-01-01T00:00:00.000000+00:00'",
    "which calendar counted": "UPDATE clocks SET calendar_version = 7",
    "notes of what was sealed": "UPDATE sealed_heads SET position = position + 1",
    "words that were erased": "UPDATE events SET private = NULL WHERE kind = 'CommentMade'",
    "who began what was filed": "UPDATE cases SET begun_by = 'intake' WHERE begun_by = 'filer' AND events > 0",
    "drafts": "UPDATE cases SET organisation = 'EC', begun_by = 'intake' WHERE events = 0",
}


@pytest.mark.parametrize("statement", UNTOLD.values(), ids=UNTOLD.keys())
def test_no_event_tells_of(owned: Connection, statement: str) -> None:
    step = owned.begin_nested()
    assert owned.execute(text(statement)).rowcount != 0
    assert list(faults_of_log(owned)) == []
    step.rollback()


def test_a_moment_within_its_millisecond_is_not_seen(owned: Connection) -> None:
    step = owned.begin_nested()
    seals = Base.metadata.tables["seals"]
    for seal in owned.execute(select(seals)).all():
        later = seal.at + timedelta(microseconds=7)
        owned.execute(update(seals).where(seals.c.id == seal.id).values(at=later))
    assert list(faults_of_log(owned)) == []
    step.rollback()


def test_the_words_beside_an_event_whose_words_were_erased_are_not_seen(owned: Connection) -> None:
    step = owned.begin_nested()
    owned.execute(text("UPDATE events SET private = NULL WHERE kind = 'CommentMade'"))
    owned.execute(text("UPDATE comments SET text = 'Iets anders.'"))
    assert list(faults_of_log(owned)) == []
    step.rollback()


def test_an_event_added_by_the_rules_is_not_seen(owned: Connection) -> None:
    step = owned.begin_nested()
    owner = Owner(owned, random.Random(1))
    case = next(row["case_id"] for row in owner.rows("events") if row["kind"] == "CaseCorrected")
    end = owner.events(case)[-1]
    row = next(one for one in owner.events(case) if one["kind"] == "CaseCorrected")
    id, at = new_id(datetime(2027, 6, 1, tzinfo=UTC)), datetime(2027, 6, 1, tzinfo=UTC)
    said = {"id": id, "position": end["position"] + 1, "previous": end["sha256"], "at": at.isoformat()}
    body = canonical(json.loads(row["body"]) | said)
    head = hashlib.sha256(body.encode()).hexdigest()
    more = {"at": at, "body": body, "sha256": head, "stage": end["stage"], "position": end["position"] + 1}
    owner.put("events", {**row, **more, "id": id})
    owner.set_head(case, head, end["position"] + 1)
    assert list(faults_of_log(owned)) == []
    assert all(trace(owned, root).holds for root in _printed(owned))
    step.rollback()


def test_the_newest_case_gone_with_its_number_and_every_trace_is_not_seen(owned: Connection) -> None:
    step = owned.begin_nested()
    owner = Owner(owned, random.Random(1))
    case = max(owner.cases, key=lambda row: row["moved_at"] or datetime.min.replace(tzinfo=UTC))
    for table in ("deliveries", "outbox", "clocks", "case_countries", "events"):
        owned.execute(text(f"DELETE FROM {table} WHERE case_id = :case"), {"case": case["id"]})
    owned.execute(text("DELETE FROM cases WHERE id = :case"), {"case": case["id"]})
    year = str(case["reference"]).split("-")[1]
    owned.execute(text(f"UPDATE numbers SET last = last - 1 WHERE series = 'OBS' AND year = {year}"))
    assert list(faults_of_log(owned)) == []
    assert all(trace(owned, root).holds for root in _printed(owned))
    step.rollback()


def test_a_history_rewritten_with_its_seals_is_seen_by_who_holds_a_digest(owned: Connection) -> None:
    step = owned.begin_nested()
    printed = _printed(owned)
    assert all(trace(owned, root).holds for root in printed)
    owner = Owner(owned, random.Random(1))
    case = next(row["id"] for row in owner.cases if row["channel"] == "web")
    owner.set_head(case, owner.rewritten(owner.events(case), 0, {"data": {"channel": "post"}}))
    owned.execute(text("UPDATE cases SET channel = 'post' WHERE id = :case"), {"case": case})
    assert {fault.case for fault in faults_of_log(owned)} == {"seals"}
    assert not any(trace(owned, root).holds for root in printed)
    _seal_anew(owned)
    assert list(faults_of_log(owned)) == []
    assert [trace(owned, root).seal for root in printed] == [None] * len(printed)
    step.rollback()


def _printed(connection: Connection) -> list[str]:
    """The seals as they stand in the digests that were sent."""
    contents = connection.execute(select(Base.metadata.tables["digests"].c.content)).scalars()
    return sorted({content["seal"] for content in contents})


def _seal_anew(connection: Connection) -> None:
    """Make every seal fit the log as it is now, and the digests that are kept with it."""
    heads: dict[str, str] = {}
    noted = text(
        "SELECT e.case_id, e.sha256 FROM sealed_heads s JOIN events e "
        "ON e.case_id = s.case_id AND e.position = s.position WHERE s.seal_id = :seal"
    )
    tables = Base.metadata.tables
    for seal in connection.execute(select(tables["seals"]).order_by(tables["seals"].c.at)).all():
        heads |= {row.case_id: row.sha256 for row in connection.execute(noted, {"seal": seal.id})}
        root = merkle_root(heads.items())
        connection.execute(update(tables["seals"]).where(tables["seals"].c.id == seal.id).values(root=root))
        digests = tables["digests"]
        for row in connection.execute(select(digests).where(digests.c.seal_id == seal.id)).all():
            changed = update(digests).where(digests.c.id == row.id).values(content={**row.content, "seal": root})
            connection.execute(changed)
