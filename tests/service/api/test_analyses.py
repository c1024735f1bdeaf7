"""Analyses over HTTP: a finding with an ETag of its own."""

from __future__ import annotations

import pytest

from tests.service.api.callers import Callers, faults, refusal

FOUND = {"finding": "Art. 4 verbiedt het vervoer.", "sources": ["WVW 1994, art. 4"]}


@pytest.fixture
def path(callers: Callers) -> str:
    return f"/cases/{callers.house.bring('exploration')}/analysis/NL"


def test_the_first_finding_is_new_and_the_next_one_replaces_it(callers: Callers, path: str) -> None:
    first = callers.put("secretary", path, FOUND)
    assert (first.status_code, first.headers["ETag"], first.headers["Location"]) == (201, '"1"', f"/api/v1{path}")
    assert (first.json()["finding"], first.json()["sources"]) == (FOUND["finding"], FOUND["sources"])
    second = callers.put("secretary", path, {"finding": "Toch niet."}, version='"1"')
    assert (second.status_code, second.headers["ETag"]) == (200, '"2"')
    assert "Location" not in second.headers
    read = callers.get("auditor", path)
    assert (read.headers["ETag"], read.json()["finding"], read.json()["sources"]) == ('"2"', "Toch niet.", [])
    assert (read.json()["country"], read.json()["written_by"]) == ("NL", "Secretary")


def test_refusals_come_in_order(callers: Callers, path: str) -> None:
    assert refusal(callers.client.put(f"/api/v1{path}", json=FOUND)) == (401, "not_signed_in")
    for name in ("stranger", "officer"):
        assert refusal(callers.put(name, path, FOUND)) == (404, "not_found")
    wrong = callers.put("secretary", path.replace("/NL", "/nl"), FOUND)
    assert faults(wrong) == [("/country", "not_a_choice")]
    assert wrong.json()["errors"][0]["in"] == "path"
    stale = callers.put("secretary", path, FOUND, version='"1"')
    assert refusal(stale) == (412, "stale")
    assert callers.put("secretary", path, FOUND).status_code == 201
    assert refusal(callers.put("secretary", path, "nonsense")) == (428, "version_missing")
    stale = callers.put("secretary", path, "nonsense", version='"9"')
    assert (refusal(stale), stale.headers["ETag"]) == ((412, "stale"), '"1"')
    assert faults(callers.put("sg", path, {}, version='"1"')) == [("/finding", "missing")]
    assert refusal(callers.put("sg", path, FOUND, version='"1"')) == (403, "role_missing")


def test_an_analysis_waits_for_its_stage(callers: Callers) -> None:
    path = f"/cases/{callers.house.bring('admissibility')}/analysis/NL"
    assert refusal(callers.put("secretary", path, FOUND)) == (409, "move_not_open")


def test_findings_stay_in_the_secretariat(callers: Callers, path: str) -> None:
    assert refusal(callers.get("secretary", path)) == (404, "not_found")
    callers.put("secretary", path, FOUND)
    for name in ("secretary", "intake", "sg", "auditor"):
        assert callers.get(name, path).status_code == 200
    for name in ("officer", "office_nl", "stranger", "other_secretary", "admin"):
        assert refusal(callers.get(name, path)) == (404, "not_found")
