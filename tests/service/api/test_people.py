"""People over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import Response

from tests.service.api.callers import Callers, faults, refusal

NEW: dict[str, Any] = {
    "email": "Anne@Cranendonck.example",
    "name": "Anne Jansen",
    "language": "nl",
    "password": "twaalf tekens of meer",
    "mandates": [{"role": "officer", "organisation": "NL-GM0980", "from": "2026-11-01", "until": None}],
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The commands are tested on both databases."""
    return sqlite_url


def sign_in(callers: Callers, email: str, password: str) -> Response:
    form = {"grant_type": "password", "username": email, "password": password}
    return callers.client.post("/api/v1/token", data=form)


def test_a_person_is_added_and_signs_in(callers: Callers) -> None:
    made = callers.post("admin", "/people", NEW)
    assert made.status_code == 201, made.text
    id = made.json()["id"]
    assert made.headers["Location"] == f"/api/v1/people/{id}"
    [mandate] = made.json()["mandates"]
    assert made.json() == {
        "id": id,
        "email": "anne@cranendonck.example",
        "name": "Anne Jansen",
        "language": "nl",
        "active": True,
        "mandates": [
            {"id": mandate["id"], "role": "officer", "organisation": "NL-GM0980", "working_group": None,
             "from": "2026-11-01", "until": None}
        ],
    }  # fmt: skip
    assert callers.get("admin", f"/people/{id}").json() == made.json()
    token = sign_in(callers, "anne@cranendonck.example", NEW["password"])
    assert token.status_code == 200, token.text


@pytest.mark.parametrize("name", ["officer", "sg", "intake", "auditor"])
def test_only_an_administrator_reads_and_keeps_people(callers: Callers, name: str) -> None:
    assert refusal(callers.get(name, "/people")) == (403, "role_missing")
    assert refusal(callers.get(name, "/people/person-officer")) == (403, "role_missing")
    assert refusal(callers.post(name, "/people", NEW)) == (403, "role_missing")
    assert refusal(callers.patch(name, "/people/person-officer", {"name": "x"}, '"1"')) == (403, "role_missing")


def test_an_administrator_reads_no_cases(callers: Callers) -> None:
    case = callers.house.bring("submitted")
    assert callers.get("admin", "/cases").json()["items"] == []
    assert refusal(callers.get("admin", f"/cases/{case}")) == (404, "not_found")


def test_a_short_password_is_refused_in_words(callers: Callers) -> None:
    refused = callers.post("admin", "/people", {**NEW, "password": "kort"}, language="nl")
    assert faults(refused) == [("/password", "password_too_short")]
    assert refused.json()["errors"][0]["detail"] == "Gebruik ten minste 12 tekens."


def test_a_person_is_changed_on_the_version_that_was_read(callers: Callers) -> None:
    path = "/people/person-officer"
    etag = callers.get("admin", path).headers["ETag"]
    changed = callers.patch("admin", path, {"name": "Sanne", "language": "fr"}, etag)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert (changed.json()["name"], changed.json()["language"]) == ("Sanne", "fr")
    assert refusal(callers.patch("admin", path, {"name": "x"}, etag)) == (412, "stale")
    assert refusal(callers.patch("admin", path, {"name": "x"})) == (428, "version_missing")
    assert refusal(callers.patch("admin", "/people/unknown", {"name": "x"}, etag)) == (404, "not_found")
    assert faults(callers.patch("admin", path, {"email": "x@example.org"}, '"2"')) == [("/email", "unknown_field")]


def test_mandates_are_given_and_ended(callers: Callers) -> None:
    path = "/people/person-officer"
    given = {"role": "secretary", "organisation": "BENELUX-SG", "working_group": "transport"}
    ended = {"id": "mandate-officer", "until": "2026-11-23"}
    changed = callers.patch("admin", path, {"mandates": {"add": [given], "end": [ended]}}, '"1"')
    assert changed.status_code == 200, changed.text
    assert sorted((one["role"], one["until"]) for one in changed.json()["mandates"]) == [
        ("officer", "2026-11-23"),
        ("secretary", None),
    ]
    roles = [one["role"] for one in callers.get("officer", "/me").json()["mandates"]]
    assert roles == ["secretary"]
    wrong = callers.patch("admin", path, {"mandates": {"add": [given]}}, '"2"')
    assert faults(wrong) == [("/mandates/add/0", "stands_twice")]


def test_a_new_password_opens_and_the_old_one_does_not(callers: Callers) -> None:
    made = callers.post("admin", "/people", NEW)
    path = f"/people/{made.json()['id']}"
    assert callers.patch("admin", path, {"password": "een heel ander woord"}, '"1"').status_code == 200
    assert sign_in(callers, NEW["email"], NEW["password"]).status_code == 401
    assert sign_in(callers, NEW["email"], "een heel ander woord").status_code == 200


def test_who_is_no_longer_active_is_out_at_once(callers: Callers) -> None:
    assert callers.get("officer", "/me").status_code == 200
    assert callers.patch("admin", "/people/person-officer", {"active": False}, '"1"').json()["active"] is False
    assert refusal(callers.get("officer", "/me")) == (401, "not_signed_in")


def test_people_are_listed_and_filtered(callers: Callers) -> None:
    found = callers.get("admin", "/people?role=delegate&organisation=NL&organisation=LU&count=true").json()
    assert ([one["name"] for one in found["items"]], found["count"]) == (["Delegate Lu", "Delegate Nl"], 2)
    assert [one["name"] for one in callers.get("admin", "/people?q=stranger").json()["items"]] == ["Stranger"]
    assert callers.get("admin", "/people?active=false").json()["items"] == []
    assert refusal(callers.get("admin", "/people?role=king")) == (422, "data_invalid")
