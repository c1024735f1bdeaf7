"""The way up and down: on both engines, all or nothing, one process at a time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text

from service.store.engine import Store, at_head, downgrade, upgrade
from service.store.errors import DatabaseForeign, DatabaseNewer, ReferenceBroken
from service.store.migrating import SCRIPTS, configuration, connected, newest_revision, revisions
from service.store.tables import Base

SEEDED = {
    "BENELUX-SG": ("secretariat", None, None),
    "BE": ("delegation", "BE", None),
    "NL": ("delegation", "NL", None),
    "LU": ("delegation", "LU", None),
    "BE-FED": ("government", "BE", "BE"),
    "BE-VLG": ("government", "BE", None),
    "BE-WAL": ("government", "BE", None),
    "BE-BRU": ("government", "BE", None),
    "BE-FRC": ("government", "BE", None),
    "BE-DEU": ("government", "BE", None),
    "DE-NW": ("partner", "DE", None),
    "FR-HDF": ("partner", "FR", None),
    "GRANDE-REGION": ("partner", None, None),
    "EC": ("eu_body", None, None),
    "SOLVIT": ("eu_body", None, None),
}


def drawn(connection: Connection) -> dict[str, object]:
    """Everything that the database says of its tables, in one comparable shape."""
    seen = inspect(connection)
    found: dict[str, object] = {}
    for table in sorted(set(seen.get_table_names()) - {"alembic_version"}):
        columns = {
            column["name"]: (str(column["type"]), column["nullable"], column["default"])
            for column in seen.get_columns(table)
        }
        found[table] = (
            list(columns.items()),
            seen.get_pk_constraint(table),
            sorted(map(str, seen.get_foreign_keys(table))),
            sorted(map(str, seen.get_unique_constraints(table))),
            sorted(map(str, seen.get_check_constraints(table))),
            sorted(map(plainly, seen.get_indexes(table))),
        )
    return found


def plainly(index: Any) -> str:
    """An index as text; a condition is an object, which stands there by its words."""
    words = {name: str(condition) for name, condition in index.get("dialect_options", {}).items()}
    return str({**index, "dialect_options": words})


def test_the_migrations_are_numbered_and_in_one_line() -> None:
    names = sorted(path.name for path in (SCRIPTS / "versions").glob("*.py"))
    assert all(re.fullmatch(r"\d{4}_[a-z]+_[a-z_]+\.py", name) for name in names), names
    assert [name[:4] for name in names] == [f"{number:04d}" for number in range(1, len(names) + 1)]
    assert list(revisions()) == [name[:4] for name in names]
    line = list(ScriptDirectory(str(SCRIPTS)).walk_revisions())
    assert [revision.revision for revision in reversed(line)] == list(revisions())
    assert ScriptDirectory(str(SCRIPTS)).get_heads() == [newest_revision()]


@pytest.mark.parametrize("path", sorted((SCRIPTS / "versions").glob("*.py")), ids=lambda path: path.stem)
def test_a_migration_stands_on_its_own(path: Path) -> None:
    imports = re.findall(r"^\s*(?:from|import) (\w+)", path.read_text(), re.MULTILINE)
    assert set(imports) <= {"sqlalchemy", "alembic", "json", "hashlib", "unicodedata"}
    assert "batch_alter_table" not in path.read_text() or "events" not in path.read_text()


def test_up_down_and_up_again(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    with connected(empty_database_url) as connection:
        first = drawn(connection)
    downgrade(empty_database_url, "base")
    with connected(empty_database_url) as connection:
        assert drawn(connection) == {}
        if connection.dialect.name == "postgresql":
            functions = "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            assert connection.scalar(text(functions)) == 0
    upgrade(empty_database_url)
    with connected(empty_database_url) as connection:
        assert drawn(connection) == first
    assert at_head(empty_database_url)


def test_each_step_goes_down_and_up(empty_database_url: str) -> None:
    for before, revision in zip(("base", *revisions()), revisions(), strict=False):
        upgrade(empty_database_url, revision)
        downgrade(empty_database_url, before)
        upgrade(empty_database_url, revision)
    assert at_head(empty_database_url)


def test_the_migrated_database_is_the_one_that_the_tables_describe(database_url: str) -> None:
    with connected(database_url) as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_constraints_and_partial_indexes_are_the_same_too(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if database_url.startswith("sqlite"):
        other = f"sqlite:///{tmp_path / 'drawn.db'}"
    else:
        other = request.getfixturevalue("fresh_postgres")
    with connected(other) as connection:
        Base.metadata.create_all(connection)
        described = drawn(connection)
    with connected(database_url) as connection:
        assert drawn(connection) == described


def test_the_known_bodies_are_there(database_url: str) -> None:
    with connected(database_url) as connection:
        rows = connection.execute(text("SELECT code, kind, country, answers_for FROM organisations"))
        assert {row.code: tuple(row[1:]) for row in rows} == SEEDED


def test_an_upgrade_of_an_upgraded_database_changes_nothing(database_url: str) -> None:
    with connected(database_url) as connection:
        connection.execute(text("UPDATE organisations SET name = 'Ours' WHERE code = 'EC'"))
    upgrade(database_url)
    with connected(database_url) as connection:
        assert connection.scalar(text("SELECT name FROM organisations WHERE code = 'EC'")) == "Ours"


def test_a_database_of_somebody_else_is_refused(empty_database_url: str) -> None:
    with connected(empty_database_url) as connection:
        connection.execute(text("CREATE TABLE invoices (id INTEGER)"))
    with pytest.raises(DatabaseForeign, match="invoices"):
        upgrade(empty_database_url)
    with connected(empty_database_url) as connection:
        assert inspect(connection).get_table_names() == ["invoices"]


def test_a_database_of_a_newer_program_is_refused(database_url: str) -> None:
    with connected(database_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not at_head(database_url)
    with pytest.raises(DatabaseNewer, match="9999"):
        upgrade(database_url)


def test_a_migration_that_fails_leaves_nothing_behind(empty_database_url: str) -> None:
    upgrade(empty_database_url, "0002")
    with connected(empty_database_url) as connection:
        connection.execute(text("CREATE TABLE invitations (id INTEGER)"))  # 0003 makes consultations first
    with pytest.raises(Exception, match="invitations"):
        upgrade(empty_database_url)
    with connected(empty_database_url) as connection:
        assert not inspect(connection).has_table("consultations")
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0002"


def test_a_migration_that_leaves_a_row_pointing_nowhere_is_undone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'slagboom.db'}"
    upgrade(url, "0006")
    with connected(url) as connection:
        connection.execute(text("UPDATE organisations SET answers_for = 'NOBODY' WHERE code = 'EC'"))
    with pytest.raises(ReferenceBroken, match="organisations"):
        upgrade(url)
    with connected(url) as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0006"


def test_two_processes_do_not_race(empty_database_url: str, tmp_path: Path) -> None:
    code = "import sys; from service.store.engine import upgrade; upgrade(sys.argv[1])"
    environment = os.environ | {"PYTHONPATH": str(SCRIPTS.parent)}
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", code, empty_database_url], cwd=tmp_path, env=environment, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    said = [start.communicate()[1].decode() for start in starts]  # from a folder that has nothing of ours
    assert [start.returncode for start in starts] == [0, 0, 0], said
    assert at_head(empty_database_url)


def test_a_file_that_is_not_there_is_not_at_head_and_not_made(tmp_path: Path) -> None:
    assert not at_head(f"sqlite:///{tmp_path / 'none.db'}")
    assert list(tmp_path.iterdir()) == []


def test_the_store_knows_whether_it_is_at_head(empty_database_url: str) -> None:
    store = Store.open(empty_database_url)
    assert not store.at_head()
    upgrade(empty_database_url, "0001")
    assert not store.at_head()
    upgrade(empty_database_url)
    assert store.at_head()
    store.close()


def test_developers_reach_the_same_migrations_by_the_command(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'slagboom.db'}"
    alembic = [str(Path(sys.executable).with_name("alembic")), "-x", f"database={url}"]
    made = subprocess.run(
        [*alembic, "upgrade", "head"], cwd=SCRIPTS.parent, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    assert at_head(url)
    checked = subprocess.run([*alembic, "check"], cwd=SCRIPTS.parent, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_configuration_needs_no_file(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'any.db'}")
    with engine.connect() as connection:
        assert configuration(connection).get_main_option("script_location") == str(SCRIPTS)
    engine.dispose()
