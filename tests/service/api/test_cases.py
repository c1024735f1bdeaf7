"""Cases over HTTP: begun, read, found and changed, as the contract says."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.api.cases import CaseRead
from service.auth.keys import signer
from service.settings import Settings
from tests.service.api.callers import Callers, faults, refusal
from tests.service.api.conftest import Clock
from tests.service.seeds import OBSTACLE, House


@pytest.fixture
def people(client: TestClient, house: House, settings: Settings, clock: Clock) -> Callers:
    house.now = clock()
    return Callers(client, house, signer(settings))


def test_a_case_is_begun_where_its_location_says(people: Callers) -> None:
    begun = people.begin(organisation="NL-GM0980", regions=["NL-NB"])
    assert begun.status_code == 201, begun.text
    case = begun.json()
    assert begun.headers["location"] == f"/api/v1/cases/{case['id']}"
    assert begun.headers["etag"] == '"1"'
    shown = ("reference", "stage", "phase", "ended", "version", "waits_for", "due_on")
    assert {name: case[name] for name in shown} == {
        "reference": None, "stage": "draft", "phase": "proposal", "ended": False, "version": 1, "waits_for": "filer",
        "due_on": None,
    }  # fmt: skip
    assert case["procedure"] == {"id": "benelux-obstacle", "version": 1}
    assert (case["content"], case["regions"]) == (OBSTACLE["content"], ["NL-NB"])
    assert (case["questions"], case["ending"], case["instruments"], case["consultations"]) == ([], None, [], [])
    read = people.get("officer", f"/cases/{case['id']}")
    assert (read.status_code, read.json(), read.headers["etag"]) == (200, case, '"1"')
    assert read.headers["api-version"] == "1"


def test_every_case_has_the_form_that_is_documented(people: Callers) -> None:
    names = list(CaseRead.model_fields)
    for stage in ("draft", "information_requested", "consultation", "inadmissible", "resolved"):
        case = people.get("officer", f"/cases/{people.house.bring(stage)}").json()
        assert list(case) == names
        CaseRead.model_validate_json(people.get("officer", f"/cases/{case['id']}").content)
    items = people.get("officer", "/cases").json()["items"]
    assert all(item == people.get("officer", f"/cases/{item['id']}").json() for item in items)


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("sg", {}, (403, "role_missing")),
        ("officer", {"organisation": "BE-24107"}, (403, "role_missing")),
        ("officer", {"procedure": "benelux-project"}, (403, "role_missing")),
        ("officer", {"language": "es"}, [("/language", "not_a_choice")]),
        ("officer", {"procedure": "x"}, [("/procedure", "unknown_procedure")]),
        ("officer", {"countries": ["XX"]}, [("/countries/0", "not_a_choice")]),
        ("officer", {"colour": "red"}, [("/colour", "unknown_field")]),
        ("officer", {"title": "x" * 201}, [("/title", "too_long")]),
        ("officer", {"content": {"how_many": 1.5}}, [("/content/how_many", "wrong_type")]),
        ("officer", {"content": "text"}, [("/content", "wrong_type")]),
        ("officer", {"title": "a\0b"}, [("/title", "text_unclean")]),
        ("intake", {"organisation": "NOWHERE"}, [("/organisation", "unknown_organisation")]),
    ],
)
def test_what_cannot_be_begun_says_why(people: Callers, name: str, said: dict[str, Any], expected: Any) -> None:
    answer = people.begin(name, **said)
    assert (faults(answer) if isinstance(expected, list) else refusal(answer)) == expected
    if expected == (403, "role_missing"):
        assert answer.json()["roles"], "names the roles"


def test_the_same_filing_twice_begins_one_case(people: Callers) -> None:
    first = people.post("officer", "/cases", OBSTACLE, key="key-1")
    again = people.post("officer", "/cases", OBSTACLE, key="key-1")
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert again.headers["location"] == first.headers["location"]
    people.patch("officer", f"/cases/{first.json()['id']}", {"title": "Nieuw"}, 1)
    now = people.post("officer", "/cases", OBSTACLE, key="key-1")
    assert (now.status_code, now.json()["title"], now.headers["etag"]) == (201, "Nieuw", '"2"')
    assert refusal(people.post("officer", "/cases", {}, key="key-1")) == (422, "idempotency_mismatch")
    assert refusal(people.post("officer", "/cases", OBSTACLE, key="k" * 201)) == (422, "data_invalid")


def test_a_draft_is_patched_and_a_stale_patch_is_told_the_present_version(people: Callers) -> None:
    path = f"/cases/{people.begin().json()['id']}"
    answer = people.patch("officer", path, {"content": {"how_many": 41, "proposal": "Een afspraak."}}, 1)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert answer.json()["content"] == {**OBSTACLE["content"], "how_many": 41, "proposal": "Een afspraak."}
    stale = people.patch("officer", path, {"title": "x"}, 1)
    assert (refusal(stale), stale.headers["etag"]) == ((412, "stale"), '"2"')
    assert refusal(people.patch("officer", path, {"title": "x"})) == (428, "version_missing")
    assert refusal(people.patch("stranger", path, {"title": "x"}, 2)) == (404, "not_found")
    assert refusal(people.patch("secretary", path, {"title": "x"}, 2)) == (404, "not_found")
    assert faults(people.patch("officer", path, {"working_group": "energy"}, 2)) == [
        ("/working_group", "unknown_field")
    ]


def test_a_filed_case_is_corrected_or_assigned_with_a_reason(people: Callers) -> None:
    case = people.house.bring("admissibility")
    path, version = f"/cases/{case}", people.house.case(case).version
    assert faults(people.patch("secretary", path, {"title": "x"}, version)) == [("/reason", "missing")]
    corrected = people.patch("secretary", path, {"title": "Juist", "reason": "Verschrijving."}, version)
    assert (corrected.json()["title"], corrected.headers["etag"]) == ("Juist", f'"{version + 1}"')
    body = {"working_group": "energy", "reason": "Beter geplaatst."}
    assert people.patch("secretary", path, body, corrected.headers["etag"]).json()["working_group"] == "energy"
    assert refusal(people.patch("officer", path, body, version + 2)) == (403, "role_missing")


def test_a_draft_is_thrown_away_and_what_is_filed_is_not(people: Callers) -> None:
    draft = people.begin().json()["id"]
    assert refusal(people.delete("officer", f"/cases/{draft}")) == (428, "version_missing")
    assert refusal(people.delete("officer", f"/cases/{draft}", 9)) == (412, "stale")
    gone = people.delete("officer", f"/cases/{draft}", 1)
    assert (gone.status_code, gone.content) == (204, b"")
    assert refusal(people.get("officer", f"/cases/{draft}")) == (404, "not_found")
    filed = people.house.bring("submitted")
    assert refusal(people.delete("officer", f"/cases/{filed}", 2)) == (409, "move_not_open")


def test_a_stranger_meets_nothing_of_a_case(people: Callers) -> None:
    people.house.bring("admissibility")
    for name in ("stranger", "admin", "nobody"):
        assert refusal(people.get(name, "/cases/OBS-2026-0001")) == (404, "not_found")
        assert refusal(people.get(name, "/cases/OBS-2026-0001/moves")) == (404, "not_found")
        for query in ({}, {"q": "schoolbus"}, {"stage": "admissibility"}):
            assert people.get(name, "/cases", count="true", **query).json() == {"items": [], "next": None, "count": 0}
    assert refusal(people.get("officer", "/cases/%00")) == (404, "not_found")


def test_a_list_goes_on_where_its_page_ended(people: Callers) -> None:
    ids = [people.begin(title=f"Obstakel {number}").json()["id"] for number in range(5)]
    first = people.get("officer", "/cases", limit=2, sort="updated_at", stage=["draft", "submitted"], count="true")
    assert [item["id"] for item in first.json()["items"]] == ids[:2]
    assert first.json()["count"] == 5
    found = [item["id"] for item in first.json()["items"]]
    link = first.headers["link"]
    while link:
        path = link.partition(">")[0].lstrip("<")
        assert 'rel="next"' in link
        assert "stage=draft&stage=submitted" in path
        page = people.client.get(path, headers=people.headers("officer"))
        found += [item["id"] for item in page.json()["items"]]
        link = page.headers.get("link", "")
    assert found == ids
    assert page.json()["next"] is None
    other = people.get("officer", "/cases", cursor=first.json()["next"], sort="due_on")
    assert faults(other) == [("/cursor", "invalid")]
    assert other.json()["errors"][0]["in"] == "query"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"limit": "0"}, [("/limit", "not_a_choice")]),
        ({"limit": "201"}, [("/limit", "not_a_choice")]),
        ({"stage": ["draft", "nowhere"]}, [("/stage", "not_a_choice")]),
        ({"status": "late", "phase": "x"}, [("/phase", "not_a_choice")]),
        ({"due_before": "tomorrow"}, [("/due_before", "no_date")]),
        ({"from": "20261124"}, [("/from", "no_date")]),
        ({"sort": "title"}, [("/sort", "not_a_choice")]),
        ({"sort": ["due_on", "reference"]}, [("/sort", "stands_twice")]),
        ({"q": "x" * 201}, [("/q", "too_long")]),
        ({"stages": "draft"}, [("/stages", "unknown_field")]),
        ({"cursor": "x"}, [("/cursor", "invalid")]),
    ],
)
def test_a_filter_that_is_not_known_is_refused(people: Callers, query: dict[str, Any], expected: Any) -> None:
    answer = people.get("officer", "/cases", **query)
    assert faults(answer) == expected
    assert all(error["in"] == "query" for error in answer.json()["errors"])


def test_filters_are_read_from_the_query(people: Callers) -> None:
    house = people.house
    asked, filed = house.bring("information_requested"), house.bring("submitted")
    house.begin()
    queries: list[tuple[dict[str, Any], set[str]]] = [
        ({"stage": ["submitted", "information_requested"]}, {asked, filed}),
        (
            {"waits_for": "filer", "status": "open", "procedure": "benelux-obstacle", "phase": "proposal", "q": "OBS"},
            {asked},
        ),
        ({"due_before": "2026-12-02"}, {filed}),
        ({"moved": "filed", "from": "2026-11-24", "until": "2026-11-25"}, {asked, filed}),
        ({"moved": "filed", "from": "2026-11-25"}, set()),
        ({"asked_of": "NL"}, set()),
        ({"country": "NL", "theme": "mobility_transport", "working_group": "transport"}, {asked}),
        ({"organisation": "BE-24107"}, set()),
    ]
    for query, expected in queries:
        found = people.get("officer", "/cases", **query)
        assert {item["id"] for item in found.json()["items"]} == expected, query


def test_nobody_reads_cases_without_signing_in(client: TestClient) -> None:
    for answer in (client.get("/api/v1/cases?limit=x"), client.post("/api/v1/cases", content=b"x")):
        assert refusal(answer) == (401, "not_signed_in")
