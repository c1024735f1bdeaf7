"""The tests' own PostgreSQL: fresh each time, shared by the workers, gone after its last user."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests import postgres

ROOT = Path(__file__).parents[2]


def test_every_test_gets_a_database_of_its_own(fresh_postgres: str, postgres_server: str) -> None:
    with psycopg.connect(postgres.plain(fresh_postgres)) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    assert postgres.plain(fresh_postgres) != postgres_server


@pytest.fixture
def own_server(run_folder: Path, tmp_path: Path, postgres_server: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run of its own, on a machine that can start a server (`postgres_server` skips where none can)."""
    monkeypatch.delenv(postgres.NAMED, raising=False)
    return tmp_path


def test_the_server_stops_after_its_last_user(own_server: Path) -> None:
    with postgres.shared_server(own_server) as first:
        with postgres.shared_server(own_server) as second:
            assert first == second
        with psycopg.connect(first) as connection:
            data = Path(connection.execute("SHOW data_directory").fetchone()[0])  # type: ignore[index]  # always a row
        assert data.exists()
    assert not data.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(first, connect_timeout=2)


def test_the_server_stops_when_its_user_is_killed(own_server: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from tests import postgres\n"
        "with postgres.shared_server(Path(sys.argv[1])) as url: print(url, flush=True); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(own_server)], cwd=ROOT, capture_output=True, check=False)
    assert killed.returncode == -9
    with postgres.shared_server(own_server):  # waits for the old keeper, then starts anew
        pass
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(killed.stdout.decode().strip(), connect_timeout=2)


def test_without_programs_the_reason_says_what_helps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(postgres.NAMED, raising=False)
    monkeypatch.setattr(postgres, "programs", _none)
    with pytest.raises(postgres.NoPostgres, match=postgres.NAMED), postgres.shared_server(tmp_path):
        pass


def _none() -> Path:
    raise postgres.NoPostgres(f"set {postgres.NAMED}")
