"""What is no database of ours to write to: each kind is told in one line, at whichever door it is met."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from service.store.engine import Store, upgrade
from service.store.errors import DatabaseUnfit, StoreFailed
from tests.service.store.rows import add_case


def write_read_only(connection: Connection) -> None:
    """As on a file or a server that only lets itself be read."""
    sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("PRAGMA query_only = ON" if sqlite else "SET TRANSACTION READ ONLY")
    add_case(connection, "a")


def test_a_database_that_can_only_be_read_is_said_so_where_it_is_written_to(store: Store) -> None:
    with pytest.raises(DatabaseUnfit, match="read-only"), store.writing() as connection:
        write_read_only(connection)


@pytest.mark.parametrize("content", [b"no database, only words\n" * 200, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_file_that_is_no_database_is_told_at_every_door(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_bytes(content)
    opened = Store.open(f"sqlite:///{file}")
    for door in (opened.reading, opened.writing):
        with pytest.raises(DatabaseUnfit, match="cannot be used"), door() as connection:
            connection.execute(text("SELECT 1"))
    with pytest.raises(DatabaseUnfit):
        opened.at_head()
    opened.close()
    with pytest.raises(DatabaseUnfit):
        upgrade(f"sqlite:///{file}")
    assert file.read_bytes() == content


def test_a_folder_in_which_nothing_can_be_written_is_told(tmp_path: Path, sqlite_template: Path) -> None:
    file = tmp_path / "slagboom.db"
    file.write_bytes(sqlite_template.read_bytes())
    (tmp_path / "slagboom.db.lock").mkdir()  # root may write everywhere, but not into a folder
    opened = Store.open(f"sqlite:///{file}")
    with pytest.raises(DatabaseUnfit, match="beside the database"), opened.writing():
        pass
    opened.close()


def test_an_option_that_the_driver_does_not_know_is_told() -> None:
    opened = Store.open("postgresql+psycopg://slagboom@127.0.0.1:1/slagboom?no_such_option=1")
    with pytest.raises(DatabaseUnfit, match="no_such_option"), opened.reading():
        pass
    opened.close()


def test_it_is_a_failure_of_the_store() -> None:
    assert issubclass(DatabaseUnfit, StoreFailed)
