"""Every operation, as everybody, on one's own case, on a case of others and on none: what the written table says."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import event, make_url
from sqlalchemy.pool import Pool

from service.auth.keys import signer
from service.auth.tokens import generate_key
from service.main import build
from service.settings import Settings
from service.store.engine import Store
from tests import postgres
from tests.service.api.callers import Callers
from tests.service.api.permissions import FILE, KINDS, OPEN, PAGE, ROLES, Row, page, rows
from tests.service.api.town import NOT_THERE, Town, settle
from tests.service.seeds import seed

ROWS = rows()
DONE = (200, 201, 204)
VALUE = re.compile(r"'(?:[^']|'')*'|\b\d+\b")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database for all tests of this file, at the newest migration."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("permissions") / "slagboom.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        yield f"sqlite:///{path}"
        return
    server, name = request.getfixturevalue("postgres_server"), "permissions"
    template = request.getfixturevalue("postgres_template")
    try:
        yield postgres.for_alchemy(postgres.create_database(server, f"{name}_{template[-8:]}", template))
    finally:
        postgres.drop_database(server, f"{name}_{template[-8:]}")


@pytest.fixture(scope="module")
def town(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    files = tmp_path_factory.mktemp("files")
    settings = Settings.read(database_url=address, signing_key=generate_key(), files=files)
    with closing(Store.open(address)) as store:
        house = seed(store)
        with TestClient(build(settings, lambda: house.now), raise_server_exceptions=False) as client:
            yield settle(Callers(client, house, signer(settings)), files)


@pytest.fixture(scope="module")
def put_back(address: str, town: Town) -> Callable[[], None] | None:
    """Makes the database what it was; None where that takes too long to do it for every change that is allowed."""
    if not address.startswith("sqlite"):
        return None
    path = make_url(address).database or ""
    as_it_was = Path(f"{path}.before")
    _copy(path, as_it_was)
    return lambda: _copy(as_it_was, path)


def _copy(source: str | Path, target: str | Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_everybody_is_answered_as_the_table_says(town: Town, put_back: Callable[[], None] | None, row: Row) -> None:
    found: dict[str, dict[str, int]] = {}
    wanted: dict[str, dict[str, int]] = {}
    hidden: dict[str, Response] = {}
    if put_back is None and not row.on:
        return  # what has to do with no case is the same on both databases
    for kind in reversed(row.expected):
        for role, status in row.expected[kind].items():
            changes = status in DONE and not row.call.startswith("GET")
            if changes and put_back is None:
                continue
            answer = town.ask(row, kind, role)
            found.setdefault(kind, {})[role] = answer.status_code
            wanted.setdefault(kind, {})[role] = status
            if put_back is not None and not row.call.startswith("GET") and answer.status_code in DONE:
                put_back()
            if answer.status_code == 404:
                _check_that_it_is_told_nothing(answer, hidden.setdefault(role, answer))
        assert town.ask(row, kind, None).status_code == 401
    assert found == wanted


def _check_that_it_is_told_nothing(answer: Response, nowhere: Response) -> None:
    """What is not yours to read is answered as what is not there: the same words, the same headers."""
    assert {**answer.json(), "instance": ""} == {**nowhere.json(), "instance": ""}
    assert set(answer.json()) == {"type", "title", "status", "detail", "code", "instance"}
    assert _headers(answer) == _headers(nowhere)


def _headers(answer: Response) -> dict[str, str]:
    """Those that could tell something: not the number of the request, nor the length, which the path makes."""
    return {name: value for name, value in answer.headers.items() if name not in ("x-request-id", "content-length")}


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_what_is_not_yours_takes_the_same_queries_as_what_is_not_there(town: Town) -> None:
    """Nobody learns by the clock what he is not told: the same statements run, one for one.

    (An internal document of a case that one reads is another matter: that case is told apart from none.)
    """
    compared = 0
    for row in (one for one in ROWS if one.what != "internal"):
        for role, status in row.expected.get("other", {}).items():
            if status == 404 and "unknown" in row.expected:
                theirs, nothings = (_statements(town, row, kind, role) for kind in ("other", "unknown"))
                assert theirs == nothings, f"{row.name} as {role}"
                assert theirs, row.name
                compared += 1
    assert compared > 150


def _statements(town: Town, row: Row, kind: str, role: str) -> list[str]:
    """What the database is asked while a request is answered, without the values: as the driver itself tells it."""
    request, seen = town.request(row, kind, role), list[str]()

    def listen_in(connection: Any, *_rest: Any) -> None:
        connection.set_trace_callback(lambda statement: seen.append(VALUE.sub("?", statement)))

    def leave(connection: Any, *_rest: Any) -> None:
        connection.set_trace_callback(None)

    event.listen(Pool, "checkout", listen_in)
    event.listen(Pool, "checkin", leave)
    try:
        town.callers.client.send(request)
    finally:
        event.remove(Pool, "checkout", listen_in)
        event.remove(Pool, "checkin", leave)
    return seen


def test_every_operation_stands_in_the_table(town: Town) -> None:
    app = town.callers.client.app
    assert isinstance(app, FastAPI)
    known = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, operations in app.openapi()["paths"].items()
        for method in operations
    }
    assert {row.call for row in ROWS} | set(OPEN) == known


def test_every_operation_on_a_thing_is_asked_for_one_that_is_not_there() -> None:
    for row in ROWS:
        assert ("unknown" in row.expected) == ("{" in row.call or row.call == "POST /cases"), row.name
        assert list(row.expected) == [kind for kind in KINDS if kind in row.expected], row.name
    assert len({row.name for row in ROWS}) == len(ROWS)
    every = {role: [row.expected[kind][role] for row in ROWS for kind in row.expected] for role in ROLES}
    assert sum(map(len, every.values())) > 2_000


def test_the_page_is_made_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "renew it with `python -m tests.service.api.permissions`"
    assert FILE.is_file()


def test_an_operation_that_is_asked_for_with_another_method_is_not_there_either(town: Town) -> None:
    """HEAD and OPTIONS are no way around."""
    ours, theirs = (town.cases[kind]["consultation"] for kind in ("own", "other"))
    for method in ("HEAD", "OPTIONS", "TRACE", "PROPFIND"):
        told = [
            town.callers.client.request(
                method, f"/api/v1/cases/{case}", headers=town.callers.headers("officer")
            ).status_code
            for case in (ours, theirs, NOT_THERE)
        ]
        assert told == [405] * 3, method
