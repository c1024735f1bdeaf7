"""Hostile input over HTTP: whatever is sent, the answer is a problem document and nothing is kept."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from service.api.body import Text, Title
from service.auth.keys import signer
from service.settings import Settings
from tests.service.api.callers import Callers, faults, refusal
from tests.service.api.conftest import Clock
from tests.service.seeds import House
from workflows.fields import TEXT, TITLE, faults_of, is_blank, validator


@pytest.fixture
def people(client: TestClient, house: House, settings: Settings, clock: Clock) -> Callers:
    house.now = clock()
    return Callers(client, house, signer(settings))


def test_the_first_and_the_last_of_all_days_are_days_like_any_other_in_a_filter(people: Callers) -> None:
    people.house.bring("submitted")
    ever = {"from": "0001-01-01", "until": "9999-12-31", "due_before": "9999-12-31"}
    assert len(people.get("secretary", "/cases", moved="filed", **ever).json()["items"]) == 1
    never = {"from": "9999-12-31", "until": "0001-01-01", "due_before": "0001-01-01"}
    assert people.get("secretary", "/cases", moved="filed", **never).json()["items"] == []


def test_a_digest_is_of_a_week_that_ends(people: Callers) -> None:
    for week in ("0001-W01", "9999-W51"):
        preview = people.get("sg", "/digests/preview", week=week, organisation="NL")
        assert (preview.status_code, preview.json()["week"]) == (200, week)
    for week in ("0000-W01", "9999-W52", "2026-W54"):
        assert faults(people.get("sg", "/digests/preview", week=week, organisation="NL")) == [("/week", "no_date")]


def test_of_a_hundred_thousand_faults_the_first_hundred_are_told(people: Callers) -> None:
    body = {f"key{number}": number for number in range(50_000)}
    answer = people.post("officer", "/cases", body)
    assert len(faults(answer)) == 100
    assert len(answer.content) < 20_000


def test_a_method_that_is_not_known_is_told_all_that_are(people: Callers) -> None:
    case = people.house.begin()
    for path, known in (("/cases", "GET, POST"), (f"/cases/{case}", "DELETE, GET, PATCH"), ("/me", "GET")):
        answer = people.client.put(f"/api/v1{path}", headers=people.headers("officer"))
        assert refusal(answer) == (405, "method_not_allowed")
        assert answer.headers["Allow"] == known


def test_the_form_of_a_document_is_one_that_can_be_filled_in(people: Callers) -> None:
    document = people.client.get("/api/v1/openapi.json").json()
    operation = document["paths"]["/api/v1/cases/{case}/documents"]["post"]
    form = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    filled = {"file": "…", "title": "Brief", "language": "nl", "audience": "shared"}
    assert jsonschema_rs.is_valid(form, filled)
    assert not jsonschema_rs.is_valid(form, {name: value for name, value in filled.items() if name != "file"})


@pytest.mark.parametrize(
    "title", ["\u200b\u200b", "\u2060", "\u00ad", "\u3164", "\u2800", "\ufeff \u200f", "\U000e0041"]
)
def test_a_title_that_nobody_sees_is_none(people: Callers, title: str) -> None:
    assert people.begin(title=title).json()["title"] == ""
    case = people.house.bring("admissibility")
    version = people.house.case(case).version
    correction = {"title": title, "reason": "Beter."}
    assert faults(people.patch("secretary", f"/cases/{case}", correction, version)) == [("/title", "missing")]
    unsaid = {"title": "Beter", "reason": title}
    assert faults(people.patch("secretary", f"/cases/{case}", unsaid, version)) == [("/reason", "missing")]
    said = {"text": title, "audience": "shared"}
    assert faults(people.post("officer", f"/cases/{case}/comments", said)) == [("/text", "missing")]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30))
def test_the_door_and_the_rules_call_the_same_texts_blank(text: str) -> None:
    for door, rule in ((Text, TEXT), (Title, TITLE)):
        assert fits(door, text) == (faults_of(validator(rule), text) == ()) == (not is_blank(text))


def fits(kind: Any, text: str) -> bool:
    try:
        TypeAdapter(kind).validate_python(text)
    except ValidationError:
        return False
    return True
