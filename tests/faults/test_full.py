"""Full: a database that has no room left says so, keeps nothing by halves, and goes on when there is room again.

On SQLite, where `max_page_count` is what a disk is elsewhere. A PostgreSQL without room would need a file system of
its own; what its driver says then (SQLSTATE 53100) is taken for the same failure.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg.errors
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from service.demo.people import ADDRESSES, PASSWORD
from service.main import build
from service.settings import Settings
from service.store.errors import DatabaseFull, plain
from tests.faults.processes import Site, seed_people
from tests.faults.siege import rows
from tests.faults.verdict import verdict

PLENTY = 1_000_000  # pages


class Disk:
    """How much room the service's connections have."""

    def __init__(self) -> None:
        self.connections: list[Any] = []
        self.watching = True

    def opened(self, connection: Any, _record: object) -> None:
        if self.watching:
            self.connections.append(connection)

    def leave(self, pages: int) -> None:
        """So many pages more than are in use."""
        for connection in self.connections:
            used = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {used + pages}")


@pytest.fixture
def disk() -> Iterator[Disk]:
    watched = Disk()
    event.listen(Engine, "connect", watched.opened)
    yield watched
    event.remove(Engine, "connect", watched.opened)


@pytest.fixture
def client(tmp_path: Path, disk: Disk) -> Iterator[TestClient]:
    """The service on a database of its own, with everybody of the demo."""
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/slagboom.db",
        files=tmp_path / "files",
        signing_key=str(tmp_path / "key.pem"),
    )
    seed_people(Site(tmp_path, settings.database_url, settings.mail_url))
    disk.connections.clear()
    with TestClient(build(settings), base_url="http://testserver/api/v1/", raise_server_exceptions=False) as opened:
        form = {"grant_type": "password", "username": ADDRESSES["grensbeek"], "password": PASSWORD}
        token = opened.post("token", data=form).json()["access_token"]
        opened.headers["Authorization"] = f"Bearer {token}"
        disk.watching = False  # there is one connection that writes, and it is open now
        yield opened


def begin(client: TestClient, key: str, length: int) -> httpx.Response:
    content = {"situation": "x" * length, "who_is_hindered": "y"}
    body = {
        "procedure": "benelux-obstacle", "title": key, "language": "nl", "countries": ["BE", "NL"], "content": content,
    }  # fmt: skip
    return client.post("cases", json=body, headers={"Idempotency-Key": key})


def submit(client: TestClient, case: str, key: str) -> httpx.Response:
    headers = {"If-Match": '"1"', "Idempotency-Key": key}
    return client.post(f"cases/{case}/moves", json={"move": "submit"}, headers=headers)


def test_a_full_database_is_said_so_keeps_nothing_by_halves_and_recovers(
    client: TestClient, disk: Disk, tmp_path: Path
) -> None:
    drafts = [begin(client, secrets.token_hex(8), 4_000).json()["id"] for _ in range(12)]
    disk.leave(pages=2)
    refused: list[tuple[str, str]] = []
    for draft in drafts:
        key = secrets.token_hex(8)
        answer = submit(client, draft, key)
        if answer.status_code == 503:
            refused.append((draft, key))
            assert answer.headers["content-type"] == "application/problem+json"
            assert int(answer.headers["retry-after"]) >= 1
            assert answer.json()["code"] == "unavailable"
            shown = client.get(f"cases/{draft}")
            assert (shown.status_code, shown.json()["stage"], shown.json()["reference"]) == (200, "draft", None)
        else:
            assert answer.status_code == 200, answer.text
    assert refused, "the database never was full"
    url = f"sqlite:///{tmp_path}/slagboom.db"
    assert verdict(url) == [], "nothing is kept by halves while there is no room"
    disk.leave(pages=PLENTY)
    for draft, key in refused:
        assert submit(client, draft, key).status_code == 200, "the same request again, when there is room"
    references = rows(Site(tmp_path, url, ""), "SELECT reference FROM cases ORDER BY reference")
    assert [row.reference[-4:] for row in references] == [f"{number:04d}" for number in range(1, 13)], "no hole"
    assert verdict(url) == []


def test_a_server_without_room_means_the_same() -> None:
    error = OperationalError("INSERT", {}, psycopg.errors.DiskFull("could not extend file: No space left on device"))
    assert isinstance(plain(error), DatabaseFull)
