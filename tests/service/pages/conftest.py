"""The pages on a real database, with the people of the seeds at browsers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.auth.tokens import generate_key
from service.main import build
from service.settings import Settings
from service.store.engine import Store
from tests.service.pages.browsing import Browser
from tests.service.seeds import House, seed


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite alone: what the pages ask of the engines is tested on both with the commands and queries."""
    path = tmp_path / "slagboom.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def key_of_the_pages() -> str:
    return generate_key()


@pytest.fixture
def page_settings(database_url: str, key_of_the_pages: str, tmp_path: Path) -> Settings:
    return Settings.read(
        database_url=database_url,
        signing_key=key_of_the_pages,
        files=tmp_path / "files",
        mail_url=f"maildir:{tmp_path / 'mail'}",
        public_url="http://testserver",
    )


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """People of every role in an open store."""
    opened = Store.open(database_url)
    yield seed(opened)
    opened.close()


@pytest.fixture
def client(page_settings: Settings, house: House) -> Iterator[TestClient]:
    with TestClient(build(page_settings, lambda: house.now), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def at_browser(client: TestClient, house: House) -> Callable[..., Browser]:
    """`at_browser("officer")`: a person of the seeds at a browser; without a name a guest."""
    return lambda name=None: Browser(client, house, name)
