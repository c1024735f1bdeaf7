"""What is answered has the form that the OpenAPI document promises: every reading of a case and of the register."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient
from httpx import Response

from tests.service.api.callers import Callers

DRAFT_2020 = jsonschema_rs.Draft202012Validator
OF_A_CASE = ("", "/moves", "/events", "/clocks", "/consultations", "/comments", "/documents", "/links", "/analysis/BE")
OF_AN_INSTRUMENT = ("", "/measures", "/expressions/nl")
ELSEWHERE = (
    "/me",
    "/cases",
    "/cases?count=true&limit=1",
    "/instruments",
    "/organisations",
    "/organisations/BE",
    "/working-groups",
    "/working-groups/transport",
    "/procedures",
    "/procedures/benelux-obstacle",
    "/procedures/benelux-obstacle/1",
    "/deliveries",
    "/digests/preview?week=2026-W48&organisation=NL",
)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the engine."""
    return sqlite_url


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return found


def promised(document: dict[str, Any], answer: Response) -> dict[str, Any]:
    """What the document says of an answer with this status of the operation that was asked for."""
    path, method = answer.request.url.path, answer.request.method.lower()
    for template in sorted(document["paths"], key=lambda one: str(one).count("{")):
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            found: dict[str, Any] = document["paths"][template][method]["responses"][str(answer.status_code)]
            return found
    raise AssertionError(f"{method} {path} is not documented")


def check(document: dict[str, Any], answer: Response) -> None:
    """The status is documented, the content has its schema, and its headers are those that are promised."""
    said = promised(document, answer)
    media_type = answer.headers["content-type"].partition(";")[0]
    schema = {**said["content"][media_type]["schema"], "components": document["components"]}
    faults = [f"{fault.instance_path}: {fault.message}" for fault in DRAFT_2020(schema).iter_errors(answer.json())]
    assert not faults, f"{answer.request.url}: {faults}"
    for name in ("API-Version", "ETag", "Location", "WWW-Authenticate"):
        assert (name in said["headers"]) == (name in answer.headers), f"{name} {answer.request.url}"
    assert "Link" in said["headers"] or "Link" not in answer.headers, answer.request.url
    if answer.status_code >= 400:
        assert f"`{answer.json()['code']}`" in said["description"], answer.json()["code"]


def test_what_can_be_read_has_the_form_that_is_promised(callers: Callers, document: dict[str, Any]) -> None:
    case = callers.house.bring("resolved")
    other = callers.house.begin()
    shared = {"text": "Dank u.", "audience": "shared"}
    made = [
        callers.post("officer", f"/cases/{case}/comments", shared),
        callers.post("intake", f"/cases/{case}/links", {"kind": "related", "to": callers.house.bring("submitted")}),
        callers.post("officer", f"/cases/{case}/moves", {"move": "ask_review", "reason": "Het klopt niet."}, 99),
        callers.delete("officer", f"/cases/{other}", 99),
    ]
    shown = callers.get("secretary", f"/cases/{case}").json()
    instrument, consultation = shown["instruments"][0]["id"], shown["consultations"][0]["id"]
    measure = callers.get("secretary", f"/instruments/{instrument}/measures").json()["items"][0]["id"]
    paths = [
        *(f"/cases/{case}{part}" for part in OF_A_CASE),
        *(f"/instruments/{instrument}{part}" for part in OF_AN_INSTRUMENT),
        f"/measures/{measure}",
        f"/consultations/{consultation}",
        f"/consultations/{consultation}/positions",
    ]
    for answer in (*made, *(callers.get("secretary", path) for path in paths)):
        check(document, answer)
    for answer in (callers.get("sg", path) for path in ELSEWHERE):
        assert answer.status_code == 200, answer.text
        check(document, answer)


def test_refusals_have_the_form_that_is_promised(callers: Callers, document: dict[str, Any]) -> None:
    refused = [
        callers.get("officer", "/digests/preview?week=2026-W48&organisation=NL"),
        callers.get("officer", "/digests/preview?week=2026-W48&organisation=ZZ"),
        callers.get("officer", "/deliveries"),
        callers.get("officer", "/people"),
        callers.get("officer", "/cases?stage=nowhere"),
        callers.get("officer", "/procedures?limit=0"),
        callers.post("admin", "/cases", {"procedure": "benelux-obstacle"}),
        callers.post("officer", "/cases", {"procedure": "benelux-obstacle", "organisation": "NOBODY"}),
        callers.post("officer", "/instruments", {}),
    ]
    for answer in refused:
        assert answer.status_code in (403, 422), answer.text
        check(document, answer)


def test_what_is_thrown_away_has_no_etag(document: dict[str, Any]) -> None:
    assert list(document["paths"]["/api/v1/cases/{case}"]["delete"]["responses"]["204"]["headers"]) == ["API-Version"]


def examples(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Every example in the document, with the schema beside it and where it stands."""
    if isinstance(value, dict):
        if isinstance(value.get("examples"), list):
            schema = {name: part for name, part in value.items() if name != "examples"}
            yield from ((place, schema, example) for example in value["examples"])
        for name, part in value.items():
            yield from examples(part, f"{place}/{name}")
    elif isinstance(value, list):
        for part in value:
            yield from examples(part, place)


def test_every_example_has_the_form_beside_it(document: dict[str, Any]) -> None:
    found = list(examples(document))
    assert len(found) > 20
    for place, schema, example in found:
        assert DRAFT_2020({**schema, "components": document["components"]}).is_valid(example), place
