"""The OpenAPI document is whole, and a stranger can build a client from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from service.api.errors import STATUS

OPEN_TO_ALL = {"/api/v1/token", "/livez", "/readyz", "/metrics"}
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the engine."""
    return sqlite_url


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def test_it_is_openapi_3_1_and_names_every_code(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"] == list(STATUS)
    assert document["components"]["securitySchemes"]["sign_in"]["flows"]["password"]["tokenUrl"] == "/api/v1/token"


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)):
        found: Any = document
        for part in reference.split("/"):
            assert part in found, reference
            found = found[part]


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names)
    for path, method, operation in operations(document):
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"]), operation["operationId"]
        assert operation.get("description"), f"{method} {path}"
        assert operation.get("tags"), f"{method} {path}"


def test_every_operation_says_how_it_refuses(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        answers = operation["responses"]
        assert {"500", "503"} <= set(answers), f"{method} {path}"
        assert ("401" in answers and "429" in answers) or path in OPEN_TO_ALL
        assert "404" in answers or "{" not in path
        assert {"400", "413", "415", "422"} <= set(answers) or "requestBody" not in operation
        for status, answer in answers.items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"], f"{method} {path} {status}"


def test_what_is_no_json_says_what_it_is(document: dict[str, Any]) -> None:
    kinds = {
        path: list(operation["responses"]["200"]["content"])
        for path, method, operation in operations(document)
        if method == "get" and list(operation["responses"]["200"]["content"]) != ["application/json"]
    }
    assert kinds == {
        "/metrics": ["text/plain"],
        "/api/v1/cases/{case}/documents/{document}/content": ["*/*"],
        **{path: found for path, found in kinds.items() if path.endswith(".svg")},
    }


def test_every_post_takes_a_key_but_the_sign_in(document: dict[str, Any]) -> None:
    key = {"$ref": "#/components/parameters/idempotency_key"}
    for path, method, operation in operations(document):
        assert (key in operation["parameters"]) == (method == "post" and path not in OPEN_TO_ALL), f"{method} {path}"


def test_nobody_gets_anywhere_without_a_token(document: dict[str, Any], client: TestClient) -> None:
    found_open = set()
    for path, method, operation in operations(document):
        address = re.sub(r"\{\w+\}", "1", path)
        answer = client.request(method, f"{address}?limit=x&cursor=x&sort=x")
        if operation.get("security") == []:
            found_open.add(path)
            assert answer.status_code != 401 or path == "/api/v1/token"
        else:
            assert answer.status_code == 401, f"{method} {path}"
            assert answer.json()["code"] == "not_signed_in"
    assert found_open == OPEN_TO_ALL


def test_no_body_is_read_before_its_turn(app: FastAPI) -> None:
    """A body that FastAPI itself reads is read before the token is looked at, and without our limits."""
    for context in iter_route_contexts(app.routes):
        assert getattr(context, "body_field", None) is None, getattr(context, "path", context)
