"""Instruments over HTTP: the register, drafts, and texts that go by the instrument's ETag."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.api.callers import Callers, faults, next_of, refusal

SENT: dict[str, Any] = {
    "kind": "decision",
    "number": "M(2015)15",
    "title": "Proeven met langere en zwaardere vrachtwagens",
    "language": "nl",
    "adopted_on": None,
    "url": "https://www.benelux.int/",
}
TEXT: dict[str, Any] = {
    "title": "Beschikking schoolbussen",
    "articles": [{"number": "1", "heading": None, "text": "De bus mag de grens over."}],
    "final": True,
}


def drafted(callers: Callers, stage: str = "drafting") -> str:
    """The path of the instrument of a case."""
    case = callers.house.bring(stage)
    return f"/instruments/{callers.get('secretary', f'/instruments?case={case}').json()['items'][0]['id']}"


def test_a_number_given_elsewhere_is_recorded(callers: Callers) -> None:
    recorded = callers.post("intake", "/instruments", SENT)
    assert (recorded.status_code, recorded.headers["ETag"]) == (201, '"1"')
    path = recorded.headers["Location"].removeprefix("/api/v1")
    found = callers.get("nobody", path)
    assert (found.headers["ETag"], found.json()) == ('"1"', recorded.json())
    assert {name: found.json()[name] for name in SENT} == SENT
    assert (found.json()["case"], found.json()["expressions"], found.json()["in_force"]) == (None, [], None)


def test_refusals_of_a_recording_come_in_order(callers: Callers) -> None:
    assert refusal(callers.client.post("/api/v1/instruments", json=SENT)) == (401, "not_signed_in")
    assert faults(callers.post("officer", "/instruments", {**SENT, "kind": None})) == [("/kind", "wrong_type")]
    assert refusal(callers.post("officer", "/instruments", {**SENT, "number": "M 15"})) == (403, "role_missing")
    assert faults(callers.post("sg", "/instruments", {**SENT, "number": "M 15", "url": "x"})) == [
        ("/number", "number_form"),
        ("/url", "no_address"),
    ]
    assert callers.post("sg", "/instruments", SENT).status_code == 201
    taken = callers.post("intake", "/instruments", SENT, language="fr")
    assert faults(taken) == [("/number", "number_taken")]
    assert "M(2015)15" in taken.json()["errors"][0]["detail"]


def test_the_register_is_listed_page_by_page(callers: Callers) -> None:
    for number, kind in (("2020/1", "agreement"), ("2020/2", "treaty"), ("2020/3", "treaty")):
        assert callers.post("intake", "/instruments", {**SENT, "number": number, "kind": kind}).status_code == 201
    first = callers.get("stranger", "/instruments?kind=treaty&limit=1&count=true")
    assert (first.json()["count"], len(first.json()["items"])) == (2, 1)
    second = callers.get("stranger", next_of(first))
    assert second.json()["next"] is None
    assert {one["number"] for page in (first, second) for one in page.json()["items"]} == {"2020/2", "2020/3"}
    assert [one["number"] for one in callers.get("stranger", "/instruments?number=2020/1").json()["items"]] == [
        "2020/1"
    ]
    assert len(callers.get("stranger", "/instruments?q=zwaardere%20PROEVEN").json()["items"]) == 3
    assert callers.get("stranger", "/instruments?kind=poem").json()["items"] == []


def test_a_draft_is_read_by_who_reads_the_case(callers: Callers) -> None:
    path = drafted(callers)
    found = callers.get("officer", path).json()
    assert (found["kind"], found["number"], found["state"]) == ("decision", None, "draft")
    assert found["case"]
    assert refusal(callers.get("stranger", path)) == (404, "not_found")
    assert refusal(callers.get("stranger", f"{path}/measures")) == (404, "not_found")
    assert refusal(callers.get("stranger", f"{path}/expressions/nl")) == (404, "not_found")


def test_each_text_takes_the_etag_of_the_answer_before(callers: Callers) -> None:
    path = drafted(callers)
    match = callers.get("secretary", path).headers["ETag"]
    for language in ("nl", "fr"):
        written = callers.put("secretary", f"{path}/expressions/{language}", TEXT, version=match)
        assert (written.status_code, written.json()["warnings"]) == (201, [])
        assert written.headers["Location"] == f"/api/v1{path}/expressions/{language}"
        assert written.headers["ETag"] != match
        match = written.headers["ETag"]
    read = callers.get("delegate_nl", f"{path}/expressions/fr")
    assert (read.headers["ETag"], read.json()["articles"]) == (match, TEXT["articles"])
    again = callers.put("secretary", f"{path}/expressions/fr", {**TEXT, "final": False}, version=match)
    assert (again.status_code, again.json()["sha256"]) == (200, read.json()["sha256"])
    assert [one["language"] for one in callers.get("officer", path).json()["expressions"]] == ["fr", "nl"]


def test_differing_articles_are_a_warning_in_the_readers_language(callers: Callers) -> None:
    path = drafted(callers)
    callers.put("secretary", f"{path}/expressions/nl", TEXT, version='"1"')
    french = {**TEXT, "articles": [{"number": "1er", "text": "Le bus peut passer."}]}
    written = callers.put("secretary", f"{path}/expressions/fr", french, version='"2"', language="de")
    (warning,) = written.json()["warnings"]
    assert warning["code"] == "article_numbers_differ"
    assert warning["detail"].startswith("Die Artikel")
    assert callers.get("sg", path).json()["warnings"][0]["detail"].startswith("De artikelen")


def test_refusals_of_a_text_come_in_order(callers: Callers) -> None:
    path = f"{drafted(callers)}/expressions/nl"
    assert refusal(callers.client.put(f"/api/v1{path}", json=TEXT)) == (401, "not_signed_in")
    assert refusal(callers.put("stranger", path, {})) == (404, "not_found")
    assert refusal(callers.put("secretary", path[:-2] + "es", {}, version='"1"')) == (404, "not_found")
    assert refusal(callers.put("officer", path, {})) == (428, "version_missing")
    stale = callers.put("officer", path, {}, version='"8"')
    assert (refusal(stale), stale.headers["ETag"]) == ((412, "stale"), '"1"')
    assert faults(callers.put("officer", path, {}, version='"1"')) == [("/title", "missing"), ("/articles", "missing")]
    assert refusal(callers.put("officer", path, TEXT, version='"1"')) == (403, "role_missing")
    twice = {**TEXT, "articles": TEXT["articles"] * 2}
    assert faults(callers.put("secretary", path, twice, version='"1"')) == [("/articles/1/number", "stands_twice")]


@pytest.mark.parametrize("stage", ["council", "implementation"])
def test_a_text_is_written_in_drafting_alone(callers: Callers, stage: str) -> None:
    path = drafted(callers, stage)
    match = callers.get("secretary", path).headers["ETag"]
    refused = callers.put("secretary", f"{path}/expressions/nl", TEXT, version=match)
    assert (refusal(refused), refused.json()["stage"]) == ((409, "move_not_open"), stage)
