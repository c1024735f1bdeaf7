"""Comments over HTTP."""

from __future__ import annotations

import pytest

from tests.service.api.callers import Callers, faults, next_of, refusal

SAID = {"text": "De bus rijdt al een jaar niet.", "audience": "shared"}


def test_a_comment_is_made_and_read(callers: Callers) -> None:
    case = callers.house.bring("admissibility")
    before = callers.get("officer", f"/cases/{case}").headers["ETag"]
    made = callers.post("officer", f"/cases/{callers.house.case(case).reference}/comments", SAID)
    assert made.status_code == 201, made.text
    assert made.headers["Location"] == f"/api/v1/cases/{case}/comments"
    assert made.json() == {
        **SAID,
        "id": made.json()["id"],
        "by": "Officer",
        "on_behalf_of": "NL-GM0980",
        "at": "2026-11-24T09:30:00Z",
    }
    assert callers.get("secretary", f"/cases/{case}/comments").json() == {"items": [made.json()], "next": None}
    assert callers.get("officer", f"/cases/{case}").headers["ETag"] == before


def test_internal_comments_are_for_the_secretariat(callers: Callers) -> None:
    case = callers.house.bring("consultation")
    path = f"/cases/{case}/comments"
    assert callers.post("secretary", path, {**SAID, "audience": "internal"}).status_code == 201
    for name in ("officer", "delegate_nl", "office_nl"):
        assert callers.get(name, path).json()["items"] == []
        assert refusal(callers.post(name, path, {**SAID, "audience": "internal"})) == (403, "role_missing")
    assert len(callers.get("auditor", path).json()["items"]) == 1
    assert refusal(callers.post("auditor", path, SAID)) == (403, "role_missing")


def test_what_is_no_comment_is_refused_and_a_stranger_gets_404_first(callers: Callers) -> None:
    path = f"/cases/{callers.house.bring('submitted')}/comments"
    assert faults(callers.post("officer", path, {"text": "", "audience": "all"})) == [
        ("/text", "missing"),
        ("/audience", "not_a_choice"),
    ]
    assert refusal(callers.post("stranger", path, {"text": ""})) == (404, "not_found")
    assert refusal(callers.get("stranger", path)) == (404, "not_found")
    assert refusal(callers.post("officer", path, None)) == (415, "media_type")


def test_a_comment_with_a_key_is_made_once(callers: Callers) -> None:
    path = f"/cases/{callers.house.bring('submitted')}/comments"
    first = callers.post("officer", path, SAID, key="a-1")
    again = callers.post("officer", path, SAID, key="a-1")
    assert (again.status_code, again.json()) == (201, first.json())
    other = callers.post("officer", path, {**SAID, "text": "Anders."}, key="a-1")
    assert refusal(other) == (422, "idempotency_mismatch")
    assert len(callers.get("officer", path).json()["items"]) == 1


def test_comments_come_page_by_page(callers: Callers) -> None:
    path = f"/cases/{callers.house.bring('submitted')}/comments"
    for number in range(3):
        callers.post("officer", path, {**SAID, "text": str(number)})
    first = callers.get("officer", f"{path}?limit=2&count=true")
    second = callers.get("officer", next_of(first))
    assert [one["text"] for one in first.json()["items"] + second.json()["items"]] == ["0", "1", "2"]
    assert (first.json()["count"], second.json()["next"]) == (3, None)


@pytest.mark.parametrize("query", ["cursor=abc", "limit=0", "limit=201", "count=maybe"])
def test_a_page_that_there_is_not_is_refused(callers: Callers, query: str) -> None:
    case = callers.house.begin()
    assert refusal(callers.get("officer", f"/cases/{case}/comments?{query}")) == (422, "data_invalid")
