"""Every list is walked page by page without a double or a gap, and says where the next page is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.api.callers import Callers, faults, next_of

OTHERS = {"procedures": "officer", "organisations": "officer", "working-groups": "officer", "people": "admin"}
OF_A_CASE = ("clocks", "events", "links", "comments", "consultations")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the engine."""
    return sqlite_url


def walked(callers: Callers, name: str, path: str) -> list[Any]:
    """Everything in a list, one item a page."""
    found: list[Any] = []
    following = f"{path}?limit=1&count=true"
    while following:
        answer = callers.get(name, following)
        page = answer.json()
        assert len(page["items"]) <= 1, path
        found += page["items"]
        assert (page["next"] is None) == ("Link" not in answer.headers), path
        following = next_of(answer) if page["next"] is not None else ""
    assert page["count"] == len(found), path
    return found


def test_a_list_is_the_same_whether_walked_or_read_at_once(callers: Callers) -> None:
    house = callers.house
    case = house.bring("common_position")
    for kind in ("parent", "related"):
        callers.post("intake", f"/cases/{case}/links", {"kind": kind, "to": house.bring("submitted")})
        callers.post("officer", f"/cases/{case}/comments", {"text": kind, "audience": "shared"})
    lists = {**{f"/{name}": reader for name, reader in OTHERS.items()}, "/cases": "auditor"}
    lists |= {f"/cases/{case}/{part}": "secretary" for part in OF_A_CASE}
    for path, reader in lists.items():
        found = walked(callers, reader, path)
        whole = callers.get(reader, path).json()
        assert (found, whole["next"]) == (whole["items"], None), path
        assert "count" not in whole, path
        assert found, path


def test_a_page_or_a_cursor_that_cannot_be_is_refused(callers: Callers) -> None:
    case = callers.house.bring("submitted")
    # The cursor is one of the list of procedures.
    cursor = callers.get("officer", "/procedures?limit=1").json()["next"]
    for path in ("/procedures", f"/cases/{case}/clocks", f"/cases/{case}/links"):
        assert faults(callers.get("intake", f"{path}?limit=201")) == [("/limit", "not_a_choice")]
        assert faults(callers.get("intake", f"{path}?cursor=x")) == [("/cursor", "invalid")]
        if path != "/procedures":
            assert faults(callers.get("intake", f"{path}?cursor={cursor}")) == [("/cursor", "invalid")]


def test_a_filter_that_is_repeated_takes_alternatives(callers: Callers) -> None:
    house = callers.house
    one, two, three = (house.bring(stage) for stage in ("submitted", "admissibility", "exploration"))
    found = callers.get("auditor", "/cases?stage=submitted&stage=exploration&country=NL&country=LU").json()["items"]
    assert {case["id"] for case in found} == {one, three}
    found = callers.get("auditor", "/cases?waits_for=secretary&procedure=benelux-obstacle").json()["items"]
    assert {case["id"] for case in found} == {two, three}
