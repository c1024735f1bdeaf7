"""What a client may count on whoever sends: the language of refusals, who is refused first, and JSON by its names."""

from __future__ import annotations

import dataclasses
from contextlib import AbstractContextManager
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.store.errors import StoreFailed
from tests.service.api.callers import Callers, faults, refusal


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the engine."""
    return sqlite_url


@pytest.mark.parametrize(
    "path",
    ["/cases?stage=nowhere", "/cases?limit=0", "/deliveries?state=x", "/nothing", "/cases/none", "/procedures/x"],
)
def test_a_refusal_is_told_in_the_language_of_the_person(callers: Callers, path: str) -> None:
    for name, language in (("adviser", "fr"), ("partner", "de"), ("officer", "nl"), ("auditor", "en")):
        answer = callers.get(name, path)
        assert (answer.status_code in (404, 422), answer.headers["Content-Language"]) == (True, language)
        assert callers.get(name, path, language="de").headers["Content-Language"] == "de"
    assert callers.client.get(f"/api/v1{path}").headers["Content-Language"] == "en"


def test_where_the_person_cannot_be_looked_up_a_refusal_is_told_in_english(
    app: FastAPI, client: TestClient, callers: Callers
) -> None:
    def shut() -> AbstractContextManager[Any]:
        raise StoreFailed("the connection was refused")

    app.state.doors = dataclasses.replace(app.state.doors, reading=shut)
    answer = client.get("/api/v1/cases?stage=nowhere", headers=callers.headers("adviser"))
    assert (answer.status_code, answer.headers["Content-Language"]) == (422, "en")


def test_whether_it_is_yours_is_said_before_what_is_wrong_with_it(callers: Callers) -> None:
    for path in ("/organisations", "/working-groups", "/people"):
        assert refusal(callers.post("officer", path, {})) == (403, "role_missing")
        assert faults(callers.post("admin", path, {}))


def test_a_case_cannot_be_begun_for_an_organisation_that_nobody_knows(callers: Callers) -> None:
    for name in ("officer", "intake"):
        assert faults(callers.begin(name, organisation="NOBODY")) == [("/organisation", "unknown_organisation")]
    assert refusal(callers.begin("officer", organisation="BE-24107")) == (403, "role_missing")
    assert refusal(callers.begin("delegate_nl", organisation="NOBODY")) == (403, "role_missing")


def test_a_merge_patch_may_be_called_one(callers: Callers) -> None:
    draft = callers.begin().json()["id"]
    headers = {**callers.headers("officer", 1), "Content-Type": "application/merge-patch+json"}
    changed = callers.client.patch(
        f"/api/v1/cases/{draft}", headers=headers, content=b'{"content": {"how_many": null}}'
    )
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert changed.json()["content"]["how_many"] is None
    posted = callers.client.post("/api/v1/cases", headers=headers, content=b"{}")
    assert refusal(posted) == (415, "media_type")
