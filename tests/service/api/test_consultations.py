"""Consultations over HTTP: who reads what of a round, and how a position is given."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.api.callers import Callers, faults, next_of, refusal

READERS = ("secretary", "intake", "sg", "auditor", "delegate_be", "delegate_lu", "delegate_nl", "adviser", "partner")
OTHERS = ("officer", "office_be", "office_nl")


def round_of(callers: Callers, case: str) -> dict[str, Any]:
    """The newest round of a case, as the secretary reads it."""
    found: dict[str, Any] = callers.get("secretary", f"/cases/{case}/consultations").json()["items"][-1]
    return found


@pytest.fixture
def asked(callers: Callers) -> str:
    """The path of an open round of the delegations."""
    return f"/consultations/{round_of(callers, callers.house.bring('consultation'))['id']}"


def test_a_position_is_given_and_read(callers: Callers, asked: str) -> None:
    sent = {"position": "reservation", "reservation": "parliamentary", "text": "Pas encore.", "stated_on": "2026-11-23"}
    given = callers.post("delegate_lu", f"{asked}/positions", sent)
    assert given.status_code == 201, given.text
    assert given.headers["Location"] == f"/api/v1{asked}/positions"
    said = given.json()
    assert said.pop("id")
    assert said == {
        "for": "LU",
        "position": "reservation",
        "reservation": "parliamentary",
        "text": "Pas encore.",
        "mandate_reference": None,
        "stated_on": "2026-11-23",
        "at": "2026-11-24T09:30:00Z",
        "by": "Delegate Lu",
        "noted_by": None,
        "advice": False,
        "superseded": False,
        "late": False,
    }
    assert callers.get("delegate_nl", f"{asked}/positions").json()["items"] == [given.json()]


def test_while_it_is_open_the_round_says_how_it_stands_now(callers: Callers, asked: str) -> None:
    for name in ("delegate_be", "delegate_nl"):
        callers.post(name, f"{asked}/positions", {"position": "agree"})
    callers.post("delegate_lu", f"{asked}/positions", {"position": "object", "text": "Non."})
    found = callers.get("delegate_be", asked, language="fr").json()
    assert (found["outcome"], found["open"], found["blocked_by"], found["silent"]) == (
        "not_adopted",
        True,
        ["LU"],
        [],
    )
    assert (found["question"], found["closing_on"], found["name"], found["round"]) == (
        "Akkoord?",
        "2027-01-29",
        "delegations",
        1,
    )
    assert "Luxembourg" in found["reasoning"][0]
    assert [one["for"] for one in found["positions"]] == ["BE", "NL", "LU"]


def test_those_invited_and_the_secretariat_read_positions_and_others_the_result(callers: Callers) -> None:
    case = callers.house.bring("consultation")
    path = f"/consultations/{round_of(callers, case)['id']}"
    for name in ("delegate_be", "delegate_lu", "delegate_nl"):
        callers.post(name, f"{path}/positions", {"position": "agree"})
    for name in READERS:
        assert (callers.get(name, path).json()["outcome"], len(callers.get(name, path).json()["positions"])) == (
            "adopted",
            3,
        )
    for name in OTHERS:
        found = callers.get(name, path).json()
        assert (found["outcome"], found["reasoning"], found["positions"], found["silent"]) == (None, [], [], [])
        assert refusal(callers.get(name, f"{path}/positions")) == (404, "not_found")
    for name in ("stranger", "other_secretary", "admin", "nobody"):
        assert refusal(callers.get(name, path)) == (404, "not_found")
        assert refusal(callers.get(name, f"/cases/{case}/consultations")) == (404, "not_found")
    callers.house.move("secretary", case, "close_consultation")
    for name in OTHERS:
        found = callers.get(name, path).json()
        assert (found["outcome"], found["open"], found["positions"]) == ("adopted", False, [])
        assert found["reasoning"]
        assert refusal(callers.get(name, f"{path}/positions")) == (404, "not_found")


def test_a_delegate_does_not_read_the_votes_of_the_offices(callers: Callers) -> None:
    path = f"/consultations/{round_of(callers, callers.house.bring('adoption'))['id']}"
    assert callers.post("office_nl", f"{path}/positions", {"position": "agree"}).status_code == 201
    assert callers.get("delegate_nl", path).json()["positions"] == []
    assert refusal(callers.get("delegate_nl", f"{path}/positions")) == (404, "not_found")
    assert len(callers.get("office_be", path).json()["positions"]) == 1


def test_a_kept_result_stays_as_it_was_on_closing(callers: Callers) -> None:
    case = callers.house.bring("consultation")
    path = f"/consultations/{round_of(callers, case)['id']}"
    sent = {"position": "reservation", "reservation": "substance", "text": "Artikel 3 moet anders."}
    for name, said in (("delegate_be", {"position": "agree"}), ("delegate_lu", {"position": "agree"})):
        callers.post(name, f"{path}/positions", said)
    callers.post("delegate_nl", f"{path}/positions", sent)
    assert callers.get("delegate_nl", path).json()["outcome"] == "pending"
    callers.house.move("secretary", case, "close_consultation")
    found = callers.get("officer", path).json()
    assert (found["outcome"], found["blocked_by"]) == ("not_adopted", ["NL"])
    assert found["reasoning"][0].startswith("Nederland")


def test_a_cancelled_round_has_no_outcome(callers: Callers) -> None:
    case = callers.house.bring("consultation")
    path = f"/consultations/{round_of(callers, case)['id']}"
    callers.house.move("secretary", case, "cancel_consultation", reason="De vraag was onduidelijk.")
    for name in ("officer", "secretary"):
        found = callers.get(name, path).json()
        assert (found["open"], found["cancelled"], found["outcome"], found["reasoning"]) == (False, True, None, [])


def test_refusals_come_in_order(callers: Callers, asked: str) -> None:
    path = f"{asked}/positions"
    assert refusal(callers.client.post(f"/api/v1{path}", json={})) == (401, "not_signed_in")
    assert refusal(callers.post("stranger", path, {})) == (404, "not_found")
    assert refusal(callers.post("delegate_nl", "/consultations/none/positions", {})) == (404, "not_found")
    assert faults(callers.post("officer", path, {})) == [("/position", "missing")]
    assert faults(callers.post("officer", path, {"position": "yes"})) == [("/position", "not_a_choice")]
    assert faults(callers.post("delegate_nl", path, {"position": "object"})) == [("/text", "missing")]
    assert faults(callers.post("delegate_nl", path, {"position": "agree", "for": "FR-HDF"})) == [
        ("/for", "not_invited")
    ]
    for name in ("officer", "office_nl", "intake", "sg", "auditor"):
        assert refusal(callers.post(name, path, {"position": "agree"})) == (403, "role_missing")
    assert callers.post("delegate_nl", path, {"position": "agree", "for": "BE"}).json()["roles"] == [
        "delegate",
        "secretary",
    ]
    noted = {"position": "agree", "for": "NL", "stated_on": "2026-11-25"}
    assert faults(callers.post("secretary", path, noted)) == [("/stated_on", "must_not_lie_after_today")]
    assert faults(callers.post("secretary", path, {"position": "agree"})) == [
        ("/for", "missing"),
        ("/stated_on", "missing"),
    ]


def test_a_closed_round_takes_no_more(callers: Callers) -> None:
    path = f"/consultations/{round_of(callers, callers.house.bring('common_position'))['id']}/positions"
    assert refusal(callers.post("delegate_nl", path, {"position": "agree"})) == (409, "consultation_closed")
    assert refusal(callers.post("officer", path, {"position": "agree"})) == (403, "role_missing")


def test_the_same_request_gives_one_position(callers: Callers, asked: str) -> None:
    first = callers.post("delegate_nl", f"{asked}/positions", {"position": "agree"}, key="once-only")
    again = callers.post("delegate_nl", f"{asked}/positions", {"position": "agree"}, key="once-only")
    assert (again.status_code, again.headers["Location"], again.json()) == (
        201,
        first.headers["Location"],
        first.json(),
    )
    assert len(callers.get("delegate_nl", f"{asked}/positions").json()["items"]) == 1
    other = callers.post("delegate_nl", f"{asked}/positions", {"position": "abstain"}, key="once-only")
    assert refusal(other) == (422, "idempotency_mismatch")


def test_positions_come_in_pages(callers: Callers, asked: str) -> None:
    for stance in ("agree", "abstain", "withdrawn"):
        assert callers.post("delegate_nl", f"{asked}/positions", {"position": stance}).status_code == 201
    first = callers.get("delegate_nl", f"{asked}/positions?limit=2&count=true")
    assert ([one["position"] for one in first.json()["items"]], first.json()["count"]) == (["agree", "abstain"], 3)
    rest = callers.get("delegate_nl", next_of(first))
    assert ([one["position"] for one in rest.json()["items"]], rest.json()["next"]) == (["withdrawn"], None)
    assert faults(callers.get("delegate_nl", f"{asked}/positions?limit=0")) == [("/limit", "not_a_choice")]


def test_the_rounds_of_a_case_are_listed_by_its_reference(callers: Callers) -> None:
    case = callers.house.bring("common_position")
    data = {"question": "En nu?", "closing_on": "2027-02-26", "invited": []}
    callers.house.move("secretary", case, "new_round", data, reason="Een punt bleef open.")
    reference = callers.house.case(case).reference
    found = callers.get("officer", f"/cases/{reference}/consultations?limit=1&count=true")
    assert (found.json()["count"], found.json()["items"][0]["outcome"]) == (2, "adopted")
    second = callers.get("officer", next_of(found)).json()["items"][0]
    assert (second["round"], second["question"], second["outcome"]) == (2, "En nu?", None)
