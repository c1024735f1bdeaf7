"""What every answer has, whoever gives it; and what the machines that watch the service can ask."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import insert, text

from service.api.middleware import Turnstile
from service.store.engine import Store
from service.store.ids import new_id
from service.store.tables import OutboxRow
from tests.service.api.conftest import Clock, Person


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/api/v1/me", "/api/v1/nothing", "/api/v1/docs"])
def test_every_answer_carries_the_headers_of_the_house(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["api-version"] == "1"
    assert re.fullmatch(r"[0-9a-f]{16}", headers["x-request-id"])
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "default-src 'none'" in headers["content-security-policy"]


def test_a_request_keeps_the_number_that_a_proxy_gave_it(client: TestClient) -> None:
    assert client.get("/livez", headers={"X-Request-Id": "proxy-4711-a"}).headers["x-request-id"] == "proxy-4711-a"


@pytest.mark.parametrize("number", ["short", "with space in it", "x" * 65, 'quote"quote'])
def test_a_number_that_is_none_is_replaced(client: TestClient, number: str) -> None:
    assert client.get("/livez", headers={"X-Request-Id": number}).headers["x-request-id"] != number


def test_the_service_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/livez").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {
        "status": "ready",
        "database": "ok",
        "outbox": {"waiting": 0, "oldest_seconds": 0.0, "late": False},
    }


def test_the_service_is_not_ready_on_a_database_of_another_version(client: TestClient, store: Store) -> None:
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_a_late_outbox_is_told_but_answers_go_on(client: TestClient, store: Store, clock: Clock) -> None:
    row = {
        "id": new_id(clock()),
        "notice": "digest",
        "roles": [],
        "context": {},
        "created_at": clock() - timedelta(minutes=5),
    }
    with store.writing() as connection:
        connection.execute(insert(OutboxRow.__table__), row)
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["outbox"] == {"waiting": 1, "oldest_seconds": 300.0, "late": True}
    assert "slagboom_outbox_oldest_seconds 300.0" in client.get("/metrics").text


def test_requests_are_counted_by_the_template_of_their_path(
    client: TestClient, a_person: Callable[..., Person]
) -> None:
    client.get("/api/v1/me", headers=a_person().headers)
    client.get("/api/v1/docs/static/a-name")
    client.get("/api/v1/nothing/of/this")
    measures = client.get("/metrics").text
    assert 'slagboom_requests_total{method="GET",route="/api/v1/me",status="200"} 1.0' in measures
    assert 'route="/api/v1/docs/static/{name}",status="404"' in measures
    assert 'route="(none)",status="404"' in measures
    assert "a-name" not in measures
    assert 'slagboom_request_seconds_count{method="GET",route="/api/v1/me"} 1.0' in measures


def test_the_documentation_needs_no_other_host(client: TestClient) -> None:
    page = client.get("/api/v1/docs")
    assert "://" not in page.text
    assert "'self'" in page.headers["content-security-policy"]
    for name in re.findall(r'(?:src|href)="docs/([^"]+)"', page.text):
        file = client.get(f"/api/v1/docs/{name}")
        assert file.status_code == 200, name
        assert len(file.content) > 100
        assert file.headers["cache-control"].startswith("public")


def test_too_many_at_once_are_told_to_come_back(app: FastAPI, client: TestClient) -> None:
    stack = app.middleware_stack
    while not isinstance(stack, Turnstile):
        stack = getattr(stack, "_app", None) or getattr(stack, "app", None)
        assert stack is not None
    stack._most = 0
    refused = client.get("/api/v1/me")
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert refused.headers["retry-after"] == "1"
    assert client.get("/livez").status_code == 200
