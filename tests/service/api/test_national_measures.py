"""Measures over HTTP: read by everybody signed in, recorded by each office for its own country."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.api.callers import Callers, faults, next_of, refusal

IN_FORCE = {"state": "in_force", "on": "2026-11-24", "reference": "Stb. 2026, 410", "url": "https://example.org/410"}


@pytest.fixture
def instrument(callers: Callers) -> str:
    """The path of an adopted instrument."""
    case = callers.house.bring("implementation")
    return f"/instruments/{callers.get('sg', f'/instruments?case={case}').json()['items'][0]['id']}"


def measure(callers: Callers, instrument: str, country: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        one for one in callers.get("sg", f"{instrument}/measures").json()["items"] if one["country"] == country
    )
    return found


def test_everybody_signed_in_reads_the_measures(callers: Callers, instrument: str) -> None:
    first = callers.get("stranger", f"{instrument}/measures?limit=2&count=true")
    assert ([one["country"] for one in first.json()["items"]], first.json()["count"]) == (["BE", "LU"], 3)
    rest = callers.get("stranger", next_of(first)).json()
    assert ([one["country"] for one in rest["items"]], rest["next"]) == (["NL"], None)
    read = callers.get("nobody", f"/measures/{rest['items'][0]['id']}")
    assert (read.headers["ETag"], read.json()) == ('"1"', rest["items"][0])
    assert {**read.json(), "id": 0, "instrument": 0} == {
        "id": 0,
        "instrument": 0,
        "country": "NL",
        "title": "Besluit NL",
        "due_on": "2027-06-30",
        "state": "planned",
        "on": None,
        "reference": None,
        "url": None,
    }


def test_an_office_records_its_own_measure(callers: Callers, instrument: str) -> None:
    path = f"/measures/{measure(callers, instrument, 'NL')['id']}"
    changed = callers.patch("office_nl", path, IN_FORCE, version='"1"')
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert {name: changed.json()[name] for name in IN_FORCE} == IN_FORCE
    patched = callers.patch("secretary", path, {"url": None}, version='"2"').json()
    assert (patched["url"], patched["on"], patched["reference"]) == (None, "2026-11-24", "Stb. 2026, 410")


def test_refusals_come_in_order(callers: Callers, instrument: str) -> None:
    path = f"/measures/{measure(callers, instrument, 'BE')['id']}"
    assert refusal(callers.client.patch(f"/api/v1{path}", json=IN_FORCE)) == (401, "not_signed_in")
    assert refusal(callers.patch("office_be", "/measures/none", {}, version='"1"')) == (404, "not_found")
    assert refusal(callers.patch("officer", path, "nonsense")) == (428, "version_missing")
    stale = callers.patch("officer", path, "nonsense", version='"4"')
    assert (refusal(stale), stale.headers["ETag"]) == ((412, "stale"), '"1"')
    assert faults(callers.patch("officer", path, {"state": "done"}, version='"1"')) == [("/state", "not_a_choice")]
    for name in ("officer", "office_nl", "delegate_be", "intake", "sg", "auditor", "stranger"):
        assert refusal(callers.patch(name, path, IN_FORCE, version='"1"')) == (403, "role_missing")
    for sent, found in (
        ({"state": "adopted"}, [("/on", "missing")]),
        ({"state": "in_force", "on": "2026-11-25"}, [("/on", "must_not_lie_after_today")]),
        ({"url": "example.org"}, [("/url", "no_address")]),
    ):
        assert faults(callers.patch("office_be", path, sent, version='"1"')) == found


def test_a_measure_waits_for_its_stage(callers: Callers) -> None:
    case = callers.house.bring("resolved")
    id = callers.get("sg", f"/instruments?case={case}").json()["items"][0]["id"]
    path = f"/measures/{measure(callers, f'/instruments/{id}', 'NL')['id']}"
    assert refusal(callers.patch("office_nl", path, {"state": "declined"}, version='"1"')) == (409, "move_not_open")
