"""The two doors: what commits and what does not, who waits for whom, and what a lost database looks like."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from service.store.engine import Store
from service.store.errors import DatabaseBusy, DatabaseFull, DatabaseGone, StoreFailed
from service.store.migrating import SCRIPTS
from service.store.sqlite import WriterLock
from service.store.tables import CaseRow, LeaseRow
from tests import postgres
from tests.service.store.rows import add_case, case_row

CASES, LEASES = CaseRow.__table__, LeaseRow.__table__
COUNT = text("SELECT count(*) FROM cases")


def count(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.execute(COUNT).scalar_one())


def test_what_is_written_is_there_after_the_block(store: Store) -> None:
    with store.writing() as connection:
        add_case(connection, "a")
        assert count(store) == 0  # the other door does not see it yet
    assert count(store) == 1


@pytest.mark.parametrize("reason", [RuntimeError, KeyboardInterrupt, IntegrityError])
def test_any_exception_takes_everything_back(store: Store, reason: type[BaseException]) -> None:
    def fail(connection: Connection) -> None:
        add_case(connection, "a", events=3)
        if reason is IntegrityError:
            add_case(connection, "a")
        raise reason

    with pytest.raises(reason), store.writing() as connection:
        fail(connection)
    assert count(store) == 0
    with store.writing() as connection:  # and the door is free again
        add_case(connection, "a")


@pytest.mark.parametrize("statement", ["DELETE FROM organisations", "CREATE TABLE other (id INTEGER)"])
def test_nothing_is_written_through_the_reading_door(store: Store, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)read-?only"), store.reading() as connection:
        connection.execute(text(statement))
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM organisations")).scalar_one() == 15


def test_a_block_of_reading_sees_one_moment_on_sqlite(store: Store) -> None:
    if store.dialect != "sqlite":
        pytest.skip("on PostgreSQL each query sees its own moment")
    with store.reading() as connection:
        assert connection.execute(COUNT).scalar_one() == 0
        with store.writing() as writer:
            add_case(writer, "a")
        assert connection.execute(COUNT).scalar_one() == 0
    assert count(store) == 1


def test_references_are_kept(store: Store) -> None:
    with pytest.raises(IntegrityError), store.writing() as connection:
        add_case(connection, "a", organisation="NOBODY")


def test_instants_come_back_aware_and_in_utc(store: Store) -> None:
    brussels = datetime(2026, 7, 1, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    with store.writing() as connection:
        connection.execute(insert(LEASES), {"name": "sweep", "holder": "one", "until": brussels})
        found = connection.execute(select(LEASES.c.until).where(LEASES.c.until >= brussels)).scalar_one()
    assert found == brussels
    assert found.tzinfo is UTC
    with pytest.raises(StatementError, match="no time zone"), store.writing() as connection:
        connection.execute(insert(LEASES), {"name": "x", "holder": "one", "until": brussels.replace(tzinfo=None)})


def test_lists_and_mappings_come_back_as_they_were(store: Store) -> None:
    content = {"situation": "Zoë’s fiets", "provisions": [{"country": "BE", "text": "§ 1"}], "how_many": None}
    with store.writing() as connection:
        add_case(connection, "a", content=content)
    with store.reading() as connection:
        row = connection.execute(select(CASES.c.content, CASES.c.countries, CASES.c.ending, CASES.c.version)).one()
    assert tuple(row) == (content, [], None, 1)


def test_threads_that_write_wait_for_each_other(store: Store) -> None:
    def raise_version() -> None:
        for _ in range(10):
            with store.writing() as connection:
                locking = select(CASES.c.version).where(CASES.c.id == "a").with_for_update()
                version = connection.execute(locking).scalar_one()
                connection.execute(CASES.update().where(CASES.c.id == "a").values(version=version + 1))

    with store.writing() as connection:
        add_case(connection, "a")
    threads = [threading.Thread(target=raise_version) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as connection:
        assert connection.execute(select(CASES.c.version)).scalar_one() == 51


def test_reading_goes_on_while_somebody_writes(store: Store) -> None:
    with store.writing() as connection:
        add_case(connection, "a")
        seen: list[int] = []
        reader = threading.Thread(target=lambda: seen.append(count(store)))
        reader.start()
        reader.join(timeout=10)
        assert seen == [0]


# -- SQLite ------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path, sqlite_template: Path) -> Path:
    path = tmp_path / "slagboom.db"
    path.write_bytes(sqlite_template.read_bytes())
    return path


@pytest.fixture
def file_store(file: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{file}")
    yield opened
    opened.close()


def test_a_connection_to_sqlite_is_set_up(file_store: Store) -> None:
    for door in (file_store.reading, file_store.writing):
        with door() as connection:
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout")
            }
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,  # FULL
            "foreign_keys": 1,
            "recursive_triggers": 1,
            "busy_timeout": 10000,
        }


def test_writing_inside_writing_is_a_mistake_and_said_so(file_store: Store) -> None:
    with file_store.writing(), pytest.raises(RuntimeError, match="writing already"), file_store.writing():
        pass


def test_a_thread_whose_turn_does_not_come_hears_it(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "slagboom.db", patience=0.05)
    heard: list[str] = []

    def try_it() -> None:
        try:
            with lock.held():
                pass
        except DatabaseBusy as error:
            heard.append(str(error))

    with lock.held():
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
    assert heard == ["no turn to write within 0 s"]
    with lock.held():
        pass


WRITER = """
import sys
from service.store.engine import Store
from sqlalchemy import text
store = Store.open(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with store.writing() as connection:
        last = connection.execute(text("SELECT version FROM organisations WHERE code = 'EC'")).scalar_one()
        connection.execute(text("UPDATE organisations SET version = :v WHERE code = 'EC'"), {"v": last + 1})
        if len(sys.argv) > 3:
            print("inside", flush=True)
            sys.stdin.read()
store.close()
"""


def writer(file: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, f"sqlite:///{file}", *arguments],
        env=os.environ | {"PYTHONPATH": str(SCRIPTS.parent)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_processes_that_write_wait_for_each_other(file: Path) -> None:
    writers = [writer(file, "50") for _ in range(3)]
    for each in writers:
        each.communicate()
    assert [each.returncode for each in writers] == [0, 0, 0]
    with sqlite3.connect(file) as connection:
        (version,) = connection.execute("SELECT version FROM organisations WHERE code = 'EC'").fetchone()
    connection.close()
    assert version == 151


def test_a_process_that_dies_inside_leaves_the_door_open_and_nothing_written(file: Path, file_store: Store) -> None:
    dying = writer(file, "1", "stay")
    assert dying.stdout is not None
    assert dying.stdout.readline() == "inside\n"
    os.kill(dying.pid, signal.SIGKILL)
    dying.communicate()
    with file_store.writing() as connection:
        assert connection.execute(text("SELECT version FROM organisations WHERE code = 'EC'")).scalar_one() == 1
        add_case(connection, "a")


def test_a_shell_that_holds_the_database_makes_it_busy(
    file: Path, file_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.store.sqlite.PRAGMAS", ("busy_timeout = 10", "foreign_keys = ON"))
    shell = sqlite3.connect(file, isolation_level=None)
    shell.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy, match="locked"), file_store.writing():
        pass
    shell.execute("ROLLBACK")
    shell.close()
    with file_store.writing() as connection:
        add_case(connection, "a")


def test_a_file_that_cannot_be_opened_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    store = Store.open(f"sqlite:///{tmp_path / 'folder.db'}")
    with pytest.raises(DatabaseGone, match="unable to open") as caught, store.reading():
        pass
    assert "\n" not in str(caught.value)
    store.close()


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'var' / 'deep' / 'slagboom.db'}")
    with store.writing() as connection:
        connection.execute(text("CREATE TABLE t (id INTEGER)"))
    assert (tmp_path / "var" / "deep" / "slagboom.db").exists()
    store.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_sqlite_in_memory_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="needs a file"):
        Store.open(url)


# -- PostgreSQL --------------------------------------------------------------------------------------


@pytest.fixture
def postgres_store(request: pytest.FixtureRequest, postgres_server: str, postgres_template: str) -> Iterator[Store]:
    name = f"test_engine_{os.getpid()}"
    opened = Store.open(postgres.for_alchemy(postgres.create_database(postgres_server, name, postgres_template)))
    yield opened
    opened.close()
    postgres.drop_database(postgres_server, name)


def test_a_way_to_postgresql_that_swallows_everything_is_found_out(postgres_store: Store) -> None:
    with postgres_store.reading() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        way = socket.socket(fileno=os.dup(driver.fileno()))
    with way:
        assert way.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        named = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT")
        waits = [way.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) for name in named]
    assert waits == [15, 5, 3, 30_000]


def test_a_connection_to_postgresql_is_set_up(postgres_store: Store) -> None:
    with postgres_store.writing() as connection:
        found = {
            name: connection.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("timezone", "lock_timeout", "statement_timeout", "application_name", "transaction_isolation")
        }
    assert found == {
        "timezone": "UTC",
        "lock_timeout": "10s",
        "statement_timeout": "30s",
        "application_name": "slagboom",
        "transaction_isolation": "read committed",
    }


def ask_again_after_a_cut(connection: Connection, server: str) -> None:
    """End the connection from the server's side, as a restart would, and go on with it."""
    number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute("SELECT pg_terminate_backend(%s)", (number,))
    connection.execute(COUNT)


@pytest.mark.parametrize("door", ["reading", "writing"])
def test_a_connection_that_is_cut_is_said_so_and_the_next_one_works(
    postgres_store: Store, postgres_server: str, door: str
) -> None:
    with pytest.raises(DatabaseGone) as caught, getattr(postgres_store, door)() as connection:
        ask_again_after_a_cut(connection, postgres_server)
    assert "\n" not in str(caught.value)
    with getattr(postgres_store, door)() as connection:
        assert connection.execute(COUNT).scalar_one() == 0


@pytest.mark.parametrize("door", ["reading", "writing"])
def test_a_connection_that_was_cut_while_it_rested_is_not_noticed(
    postgres_store: Store, postgres_server: str, door: str
) -> None:
    with getattr(postgres_store, door)() as connection:
        cut_later = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with psycopg.connect(postgres_server, autocommit=True) as administrator:
        administrator.execute("SELECT pg_terminate_backend(%s, 5000)", (cut_later,))  # waits until it is gone
    with getattr(postgres_store, door)() as connection:
        assert connection.execute(COUNT).scalar_one() == 0


def test_a_server_that_is_not_there_is_said_in_one_line() -> None:
    store = Store.open(f"postgresql+psycopg://nobody:none@127.0.0.1:{postgres.free_port()}/none")
    with pytest.raises(DatabaseGone, match="no connection to the database") as caught, store.writing():
        pass
    assert "\n" not in str(caught.value)
    store.close()


def lock_at_once(connection: Connection) -> None:
    connection.execute(text("SET LOCAL lock_timeout = '20ms'"))
    connection.execute(select(CASES.c.id).with_for_update())


def test_who_waits_too_long_for_a_row_hears_that_it_is_busy(postgres_store: Store) -> None:
    with postgres_store.writing() as connection:
        connection.execute(insert(CASES), case_row("a"))
    with postgres_store.writing() as first:
        first.execute(select(CASES.c.id).with_for_update())
        with pytest.raises(DatabaseBusy, match="busy"), postgres_store.writing() as second:
            lock_at_once(second)
    with postgres_store.writing() as again:
        again.execute(select(CASES.c.id).with_for_update())


def test_a_statement_that_takes_too_long_is_ended(postgres_store: Store) -> None:
    def wait(connection: Connection) -> None:
        connection.execute(text("SET LOCAL statement_timeout = '20ms'"))
        connection.execute(text("SELECT pg_sleep(5)"))

    with pytest.raises(DatabaseBusy), postgres_store.writing() as connection:
        wait(connection)


def fill(connection: Connection) -> None:
    """Until there is no room: as on a disk that is full."""
    pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    for number in range(10_000):
        add_case(connection, f"case-{number}")


def test_a_full_disk_is_said_so_and_leaves_nothing_half_written(file_store: Store) -> None:
    with pytest.raises(DatabaseFull, match="no room"), file_store.writing() as connection:
        fill(connection)
    assert count(file_store) == 0


def test_every_failure_of_the_store_is_one_kind() -> None:
    assert issubclass(DatabaseGone, StoreFailed)
    assert issubclass(DatabaseBusy, StoreFailed)
