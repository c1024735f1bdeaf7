"""Prepared statements: they keep, find and refuse what SQLAlchemy's own would."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, bindparam, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from service.store.engine import Store
from service.store.errors import DatabaseGone
from service.store.prepared import Prepared, together
from service.store.tables import CaseRow
from tests.service.store.rows import MORNING, add_case, case_row

CASES = CaseRow.__table__
KEPT = ("id", "ended", "version", "countries", "ending", "last_on", "updated_at", "reference", "title")
INSERT = Prepared(insert(CASES))
FIND = Prepared(select(*(CASES.c[name] for name in KEPT)).where(CASES.c.id == bindparam("one")))
RENAME = Prepared(update(CASES).where(CASES.c.id == bindparam("one")).values(title=bindparam("called")))


def whole_row(case: str, **more: Any) -> dict[str, Any]:
    """A row that leaves nothing to the defaults of its columns."""
    lists: dict[str, Any] = {name: [] for name in ("countries", "regions", "questions", "plan_status")}
    plain = {"ended": False, "version": 1, "events": 0, "title": "", "questions_asked": 0, "searchable": ""}
    return case_row(case, **lists | plain | {"content": {}} | more)


def found(connection: Connection, case: str) -> dict[str, Any]:
    statement = select(*(CASES.c[name] for name in KEPT)).where(CASES.c.id == case)
    return dict(connection.execute(statement).mappings().one())


def test_what_is_written_and_read_is_what_sqlalchemy_writes_and_reads(store: Store) -> None:
    given = {"countries": ["BE", "NL"], "ended": True, "last_on": date(2026, 11, 24), "ending": {"reason": 'é \\ "'}}
    with store.writing() as connection:
        connection.execute(insert(CASES), whole_row("theirs", **given))
        INSERT.write(connection, whole_row("ours", **given))
        theirs, ours = found(connection, "theirs"), found(connection, "ours")
        assert ours == theirs | {"id": "ours"}
        assert FIND.read(connection, {"one": "ours"}) == [ours]
        assert ours["updated_at"] == MORNING
        assert FIND.read(connection, {"one": "nobody"}) == []


def test_what_always_stands_in_a_statement_is_written_into_it_once(store: Store) -> None:
    among = select(CASES.c.id).where(
        CASES.c.id.in_(["a", "c", "d"]), CASES.c.updated_at == MORNING, CASES.c.version == bindparam("number")
    )
    with store.writing() as connection:
        INSERT.write(connection, whole_row("a"), whole_row("b"), whole_row("c", version=2))
        for number, expected in ((1, ["a"]), (2, ["c"]), (3, [])):
            assert [row["id"] for row in Prepared(among).read(connection, {"number": number})] == expected


def test_several_rows_are_written_at_once(store: Store) -> None:
    with store.writing() as connection, together(connection):
        INSERT.write(connection, whole_row("a"), whole_row("b"), whole_row("c"))
        RENAME.write(connection, {"one": "b", "called": "Second"})
    with store.reading() as connection:
        assert [found(connection, case)["title"] for case in "abc"] == ["", "Second", ""]


def test_a_reading_door_reads_one_moment(store: Store) -> None:
    with store.reading() as connection:
        assert FIND.read(connection, {"one": "a"}) == []
        with store.writing() as writing:
            add_case(writing, "a")
        later = FIND.read(connection, {"one": "a"})
    assert len(later) == (0 if store.dialect == "sqlite" else 1)  # PostgreSQL's reading door has no transaction


def write_two(connection: Connection, grouped: bool) -> None:
    """The second is filed by an organisation that nobody knows."""
    INSERT.write(connection, whole_row("a"))
    with together(connection) if grouped else nullcontext():
        RENAME.write(connection, {"one": "a", "called": "First"})
        INSERT.write(connection, whole_row("b", organisation="unknown"))
        RENAME.write(connection, {"one": "a", "called": "Last"})


@pytest.mark.parametrize("grouped", [True, False])
def test_a_broken_rule_is_told_as_sqlalchemy_tells_it_and_nothing_is_kept(store: Store, grouped: bool) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key") as caught, store.writing() as connection:
        write_two(connection, grouped)
    assert caught.value.params is None
    with store.reading() as connection:
        assert FIND.read(connection, {"one": "a"}) == []


def test_a_value_that_is_missing_or_too_many_is_a_mistake_of_ours(store: Store) -> None:
    with store.writing() as connection:
        with pytest.raises(TypeError, match="called"):
            RENAME.write(connection, {"one": "a"})
        with pytest.raises(TypeError, match="other"):
            FIND.read(connection, {"one": "a", "other": "b"})


def write_after_a_cut(connection: Connection, server: str, grouped: bool) -> None:
    """The server ends the connection, as a restart would; then it is used."""
    number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute("SELECT pg_terminate_backend(%s, 5000)", (number,))
    with together(connection) if grouped else nullcontext():
        INSERT.write(connection, whole_row("a"))


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.parametrize("grouped", [True, False])
def test_a_connection_that_is_cut_is_said_so_and_the_next_one_works(
    store: Store, postgres_server: str, grouped: bool
) -> None:
    with pytest.raises(DatabaseGone), store.writing() as connection:
        write_after_a_cut(connection, postgres_server, grouped)
    with store.writing() as connection:
        assert FIND.read(connection, {"one": "a"}) == []
