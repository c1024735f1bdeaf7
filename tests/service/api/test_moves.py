"""Moves and acts over HTTP: the order of refusals, dry runs, the same request twice."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.auth.keys import signer
from service.settings import Settings
from tests.service.api.callers import Callers, faults, refusal
from tests.service.api.conftest import Clock
from tests.service.seeds import CRITERIA, MEASURES, House


@pytest.fixture
def people(client: TestClient, house: House, settings: Settings, clock: Clock) -> Callers:
    house.now = clock()
    return Callers(client, house, signer(settings))


def test_refusals_come_in_the_order_of_the_contract(people: Callers) -> None:
    case = people.house.bring("submitted")
    path, version = f"/cases/{case}/moves", people.house.case(case).version
    headers = people.headers("officer", version)

    def sent(content: bytes, media_type: str = "application/json") -> Any:
        named = {**headers, "Content-Type": media_type}
        return people.client.post(f"/api/v1{path}", headers=named, content=content)

    broken: Any = "x"  # an envelope that is none: whatever comes before it is told first
    anonymous = people.client.post(f"/api/v1{path}", content=b"{")
    assert refusal(anonymous) == (401, "not_signed_in")
    assert refusal(people.post("stranger", path, broken)) == (404, "not_found")
    assert refusal(people.post("officer", path, broken)) == (428, "version_missing")
    assert refusal(people.post("officer", path, broken, version + 1)) == (412, "stale")
    assert refusal(people.post("officer", path, broken, '"x"')) == (412, "stale")
    assert refusal(sent(b"{", "text/plain")) == (415, "media_type")
    assert refusal(sent(b"{")) == (400, "broken_json")
    assert refusal(sent(b'{"move": "%s"}' % (b"x" * 2**20))) == (413, "too_large")
    assert refusal(people.post("officer", path, broken, version)) == (422, "data_invalid")
    assert faults(people.post("officer", path, {"data": [], "when": 1}, version)) == [
        ("/move", "missing"),
        ("/data", "wrong_type"),
        ("/when", "unknown_field"),
    ]
    assert faults(people.post("officer", path, {"move": "withdraw", "on": "24-11-2026"}, version)) == [
        ("/on", "no_date")
    ]
    assert refusal(people.post("officer", path, {"move": "fly"}, version)) == (422, "unknown_move")
    assert refusal(people.post("officer", path, {"move": "register"}, version)) == (403, "role_missing")
    assert refusal(people.post("officer", path, {"move": "ask_review"}, version)) == (409, "move_not_open")
    assert faults(people.post("officer", path, {"move": "withdraw"}, version)) == [("/reason", "missing")]
    draft = people.begin(content={}).json()["id"]
    wrong = {"move": "submit", "data": {"channel": "pigeon"}}
    assert faults(people.post("officer", f"/cases/{draft}/moves", wrong, 1)) == [("/data/channel", "not_a_choice")]
    guard = people.post("officer", f"/cases/{draft}/moves", {"move": "submit"}, 1)
    assert refusal(guard) == (409, "guard_refused")
    assert guard.json()["guard"] == "form_complete"
    assert set(guard.json()["needs"]) == {"content.situation", "content.who_is_hindered"}


def test_the_same_move_twice_happens_once(people: Callers) -> None:
    case = people.begin().json()["id"]
    path = f"/cases/{case}/moves"
    first = people.post("officer", path, {"move": "submit"}, 1, key="submit-1")
    again = people.post("officer", path, {"move": "submit"}, 1, key="submit-1")
    assert (first.status_code, first.json()["reference"], first.headers["etag"]) == (200, "OBS-2026-0001", '"2"')
    assert (again.status_code, again.json(), again.headers["etag"]) == (200, first.json(), '"2"')
    other = people.post("officer", path, {"move": "withdraw", "reason": "r"}, 2, key="submit-1")
    assert refusal(other) == (422, "idempotency_mismatch")
    assert refusal(people.post("officer", path, {"move": "submit"}, 1)) == (412, "stale")


def test_a_dry_run_answers_the_same_and_keeps_nothing(people: Callers) -> None:
    case = people.begin().json()["id"]
    path = f"/cases/{case}/moves"
    dry = people.post("officer", f"{path}?dry_run=true", {"move": "submit"}, 1, key="submit-1")
    assert (dry.status_code, dry.json()["stage"], dry.json()["reference"]) == (200, "submitted", "OBS-2026-0001")
    assert dry.headers["etag"] == '"2"'
    assert people.get("officer", f"/cases/{case}").json()["stage"] == "draft"
    real = people.post("officer", path, {"move": "submit"}, 1, key="submit-1")
    assert {**real.json(), "updated_at": None} == {**dry.json(), "updated_at": None}
    replay = people.post("officer", f"{path}?dry_run=true", {"move": "submit"}, 1, key="submit-1")
    assert refusal(replay) == (412, "stale"), "a dry run is never a repetition of the real one"
    assert faults(people.post("officer", f"{path}?dry_run=maybe", {"move": "submit"}, 2)) == [
        ("/dry_run", "not_a_choice")
    ]


def test_moves_are_offered_in_the_readers_language(people: Callers) -> None:
    case = people.begin(content={}).json()["id"]
    (submit,) = people.get("officer", f"/cases/{case}/moves", "fr").json()["items"]
    assert list(submit) == ["move", "label", "help", "open", "refused", "reason", "schema", "consequences"]
    assert (submit["move"], submit["open"], submit["reason"]) == ("submit", False, "optional")
    assert submit["refused"]["code"] == "guard_refused"
    assert submit["schema"]["properties"]["received_on"]["title"]
    english = people.get("officer", f"/cases/{case}/moves", "en").json()["items"][0]
    assert (english["label"], english["move"]) == ("Submit", "submit")
    assert english["label"] != submit["label"]
    notices = {notice["notice"]: notice["to"] for notice in english["consequences"]["notices"]}
    assert notices["waiting"] == [{"person": "person-intake", "name": "Intake", "role": "intake", "language": "nl"}]
    starts = {"clock": "acknowledge", "change": "starts", "due_on": "2026-12-01"}
    assert english["consequences"]["clocks"][0] == starts
    assert (english["consequences"]["waits_for"], english["consequences"]["final"]) == ("intake", False)


def test_the_journey_from_filing_to_the_register(people: Callers) -> None:
    """What this part of the API does of the journey; positions, findings and texts are put in place at once."""
    house = people.house
    case = people.begin().json()["id"]

    def step(name: str, move: str, stage: str, data: Any = None, reason: str | None = None) -> Any:
        answer = people.move(name, case, move, data, reason)
        assert answer.status_code == 200, answer.text
        assert answer.json()["stage"] == stage
        return answer.json()

    assert step("officer", "submit", "submitted")["reference"] == "OBS-2026-0001"
    step("intake", "register", "admissibility", {"working_group": "transport", "theme": "mobility_transport"})
    asked = {"questions": ["Welke lijn?"], "reply_by": "2026-12-18"}
    waiting = step("secretary", "request_information", "information_requested", asked)
    assert (waiting["questions"], waiting["waits_for"]) == ([{"question": 1, "text": "Welke lijn?"}], "filer")
    answers = {"answers": [{"question": 1, "text": "Lijn 18."}]}
    assert step("officer", "supply_information", "admissibility", answers)["questions"] == []
    step("secretary", "declare_admissible", "exploration", {"criteria": CRITERIA})
    house.analyse(case)
    opened = {"question": "Akkoord?", "closing_on": "2027-01-29", "invited": ["BE-WAL", "DE-NW"]}
    consultation = step("secretary", "open_consultation", "consultation", opened)["consultations"][0]
    assert (consultation["name"], consultation["open"], consultation["outcome"]) == ("delegations", True, "pending")
    house.agree(case)
    step("secretary", "close_consultation", "common_position")
    instrument = step("sg", "choose_instrument", "drafting", {"kind": "decision"})["instruments"][0]
    house.write_texts(case)
    step("secretary", "submit_to_council", "council")
    step("sg", "table", "adoption", {"meeting_on": "2027-03-12"})
    house.agree(case)
    decided = {
        "adopted_on": "2026-11-24", "in_force": {"how": "on_date", "on": "2027-07-01"}, "evaluate_on": None,
        "measures": MEASURES,
    }  # fmt: skip
    adopted = step("sg", "adopt", "implementation", decided)
    assert adopted["instruments"] == [{**instrument, "number": "M(2026)1"}]
    assert adopted["due_on"] == "2027-06-30"
    house.finish_measures(case)
    data = {"journal": "2026-9", "published_on": "2026-11-24"}
    published = people.post("sg", f"/cases/{case}/acts", {"act": "publish", "data": data})
    assert (published.status_code, published.headers["etag"]) == (200, f'"{adopted["version"] + 1}"')
    ended = step("secretary", "conclude", "resolved", reason="De bus rijdt.")
    assert ended["ending"] == {"reason": "De bus rijdt.", "on": "2026-11-24", "by": "Secretary"}
    assert (ended["phase"], ended["waits_for"], ended["due_on"]) == ("ended", None, None)


def test_acts_refuse_in_order(people: Callers) -> None:
    case = people.house.bring("implementation")
    path = f"/cases/{case}/acts"
    publication = {"act": "publish", "data": {"journal": "2026-9", "published_on": "2026-11-24"}}
    assert refusal(people.post("stranger", path, "x")) == (404, "not_found")
    assert faults(people.post("sg", path, {})) == [("/act", "missing")]
    for act in ("fly", "comment", "write_text", "edit"):
        assert refusal(people.post("sg", path, {"act": act})) == (422, "unknown_act")
    assert refusal(people.post("secretary", path, publication)) == (403, "role_missing")
    assert refusal(people.post("sg", f"/cases/{people.house.bring('drafting')}/acts", publication)) == (
        409, "move_not_open",
    )  # fmt: skip
    assert faults(people.post("sg", path, {"act": "publish", "data": {"journal": " "}})) == [
        ("/data/published_on", "missing"),
        ("/data/journal", "missing"),
    ]
    first = people.post("sg", path, publication, key="p1")
    again = people.post("sg", path, publication, key="p1")
    assert (first.status_code, again.json()) == (200, first.json())
