"""The command line on a database of its own, which the environment names."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def at_home(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A migrated database, and an empty folder to work in; the address of the database."""
    monkeypatch.setenv("SLAGBOOM_DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)
    return database_url
