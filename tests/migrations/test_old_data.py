"""Data of a finished version goes up, down and up again: nothing that happened is lost, and the chains hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from service.queries.case_filters import CaseFilter
from service.queries.cases import find_case, list_cases
from service.queries.events import events
from service.store.auditing import faults_of_log
from service.store.chain import verify
from service.store.checking import GUARDS, TRIGGERS, faults_of
from service.store.engine import Store, downgrade, upgrade
from service.store.migrating import connected, newest_revision, revisions
from service.store.recomputing import size
from service.store.seals import make_seal
from service.store.tracing import trace
from service.telling import history_line
from tests.migrations.old_data import REVISION, load
from tests.service.seeds import House
from tests.service.walks import AGREED, Walk

CASES, EVENTS = 11, 86
MANY = [revision for revision in revisions() if revision >= "0002"]
"""Every revision at which there is a log."""


@pytest.fixture
def old_url(empty_database_url: str) -> str:
    """A database of before, on both engines."""
    load(empty_database_url)
    return empty_database_url


@pytest.fixture
def house(old_url: str) -> Iterator[House]:
    """The same, brought up to date, with the people who were in it."""
    upgrade(old_url)
    store = Store.open(old_url)
    yield House(store, datetime(2027, 6, 1, 9, 30, tzinfo=UTC))
    store.close()


def log_of(url: str) -> list[tuple[object, ...]]:
    """Every event, whole."""
    with connected(url) as connection:
        columns = (
            "id, case_id, position, kind, schema, at, on_date, actor, body, sha256, private, audience, move, stage"
        )
        rows = connection.execute(text(f"SELECT {columns} FROM events ORDER BY id"))
        return [tuple(map(str, row)) for row in rows]


def guarded(url: str) -> bool:
    """Are all triggers there, and do they bite?"""
    with connected(url) as connection:
        dialect = connection.dialect.name
        return GUARDS[dialect] <= set(connection.scalars(TRIGGERS[dialect]))


def test_an_old_database_is_what_it_was(old_url: str) -> None:
    with connected(old_url) as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == REVISION
        assert {row.schema for row in connection.execute(text("SELECT DISTINCT schema FROM events"))} == {1}
    assert len(log_of(old_url)) == EVENTS
    assert guarded(old_url)


def test_it_comes_up_with_everything_in_it(house: House) -> None:
    with house.store.reading() as connection:
        assert size(connection) == (CASES, EVENTS)
        assert list(faults_of_log(connection)) == []
        assert list(faults_of(connection)) == []
        roots = connection.execute(text("SELECT root FROM seals")).scalars().all()
        assert roots
        assert all(trace(connection, root).holds for root in roots)


def test_it_is_read_listed_and_searched(house: House) -> None:
    today, auditor = house.now.date(), house.actor("auditor")
    with house.store.reading() as connection:
        listed = list_cases(connection, auditor, CaseFilter(), today, limit=100, count=True)
        assert listed.count == CASES
        found = list_cases(connection, auditor, CaseFilter(q="SAMEN mêten"), today, limit=100)
        assert [one.title for one in found.items] == ["Samen meten"]
        stages = {one.stage for one in listed.items}
        assert {"resolved", "information_requested", "duplicate", "exploration", "preparing"} <= stages
        for one in listed.items:
            shown = find_case(connection, auditor, str(one.reference))
            assert shown.id == one.id
            history = events(connection, auditor, one.id, limit=100)
            for language in ("nl", "fr", "de", "en"):
                assert all(history_line(event, history, language) for event in history.page.items)


def test_it_goes_on_from_there(house: House, tmp_path: Path) -> None:
    with house.store.reading() as connection:
        (case,) = connection.scalars(text("SELECT id FROM cases WHERE title = 'Nog een bus'"))
    here = Walk(house, tmp_path)
    here.analyse(case)
    here.consulted(case, AGREED)
    assert house.case(case).stage == "common_position"
    house.bring("submitted")
    with house.store.writing() as connection:
        old, new = (
            connection.execute(text("SELECT root FROM seals")).scalars().first(),
            make_seal(connection, house.now),
        )
    with house.store.reading() as connection:
        assert list(faults_of_log(connection)) == []
        assert trace(connection, str(old)).holds
        assert trace(connection, new.root).holds


def test_for_whom_an_old_case_was_filed_is_not_told(house: House) -> None:
    """The first event says it since schema 2: of before, docs/audit.md says that it is not seen."""
    with house.store.writing() as connection:
        connection.execute(text("UPDATE cases SET organisation = 'BE-24107' WHERE organisation = 'NL-GM0980'"))
    with house.store.reading() as connection:
        assert list(faults_of_log(connection)) == []


def test_down_and_up_again_nothing_that_happened_is_lost(old_url: str) -> None:
    before = log_of(old_url)
    upgrade(old_url)
    downgrade(old_url, REVISION)
    assert log_of(old_url) == before
    assert guarded(old_url)
    upgrade(old_url)
    store = Store.open(old_url)
    with store.reading() as connection:
        assert list(faults_of_log(connection)) == []
        assert list(faults_of(connection)) == []
    store.close()


@pytest.mark.timeout(300)
def test_each_step_down_and_up_keeps_the_log_and_its_guards(old_url: str) -> None:
    before = log_of(old_url)
    for revision in [*reversed(MANY), *MANY]:
        (upgrade if revision > current(old_url) else downgrade)(old_url, revision)
        assert current(old_url) == revision
        assert log_of(old_url) == before
        assert guarded(old_url)
        with connected(old_url) as connection:
            assert list(verify(connection)) == []
    assert current(old_url) == newest_revision()


def current(url: str) -> str:
    """The revision at which a database stands."""
    with connected(url) as connection:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
