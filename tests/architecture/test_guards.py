"""Every way into the service is guarded: what may be asked without a token is named here, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from service.auth.tokens import generate_key
from service.main import build
from service.settings import Settings

OPEN_TO_ALL = {
    "/api/v1/token": "signing in",
    "/api/v1/openapi.json": "the contract itself",
    "/api/v1/docs": "how to use it",
    "/api/v1/docs/static/start.js": "a file of the documentation",
    "/api/v1/docs/static/{name}": "files of the documentation",
    "/livez": "for whoever keeps the machine",
    "/readyz": "for whoever keeps the machine",
    "/metrics": "for whoever keeps the machine",
}
BAD_HEADERS = (
    {},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer x.y.z"},
    {"Authorization": "Basic YWRtaW46YWRtaW4="},
    {"Cookie": "token=x"},
)


@pytest.fixture(scope="module")
def app(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The service as it is put together; no request that is refused at the door reaches the database."""
    settings = Settings.read(
        database_url=f"sqlite:///{sqlite_template}",
        signing_key=generate_key(),
        files=tmp_path_factory.mktemp("files"),
    )
    return build(settings)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)


def ways_in(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Every method and path that the router knows, also those that the documentation does not show."""
    for context in iter_route_contexts(app.routes):
        path = getattr(context, "path_format", None) or getattr(context, "path", None)
        for method in sorted(getattr(context, "methods", None) or {"GET"}):
            if path is not None and method != "HEAD":
                yield method, path


def address(path: str) -> str:
    return re.sub(r"\{\w+(:\w+)?\}", "1", path)


def test_only_what_is_named_here_is_open_to_all(app: FastAPI, client: TestClient) -> None:
    """Whoever is not signed in is told so, or led elsewhere; nothing else is shown."""
    found_open = set()
    for method, path in ways_in(app):
        for headers in BAD_HEADERS:
            answer = client.request(method, address(path), headers=headers, content=b"{")
            if answer.status_code == 401 and path not in OPEN_TO_ALL:
                assert answer.json()["code"] == "not_signed_in"
                assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            elif answer.is_redirect:
                assert answer.content == b""
            elif answer.status_code != 401:
                found_open.add(path)
    assert found_open == set(OPEN_TO_ALL)


def test_every_documented_operation_asks_who_is_there(app: FastAPI, client: TestClient) -> None:
    asked = 0
    for path, operations in app.openapi()["paths"].items():
        for method in operations:
            if path not in OPEN_TO_ALL:
                assert client.request(method, address(path)).status_code == 401, f"{method} {path}"
                asked += 1
    assert asked > 30


def test_no_way_into_the_api_is_hidden_but_those_to_its_documentation(app: FastAPI) -> None:
    documented = {(method.upper(), path) for path, found in app.openapi()["paths"].items() for method in found}
    hidden = {path for method, path in ways_in(app) if path.startswith("/api") and (method, path) not in documented}
    assert hidden == {path for path in OPEN_TO_ALL if "/docs" in path or path.endswith("openapi.json")}
