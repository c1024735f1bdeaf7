"""Events over HTTP: a stranger can verify the chain, and everybody reads the history in words."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from service.commands.clocks import THE_HOUSE, RingClock, ring_clock
from service.store.tables import EventRow, FollowerRow
from service.store.work import Work
from tests.service.api.callers import Callers, next_of, refusal


def events(callers: Callers, name: str, case: str, language: str = "en") -> list[dict[str, Any]]:
    answer = callers.get(name, f"/cases/{case}/events", language=language)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_the_history_is_told_in_the_language_of_the_reader(callers: Callers) -> None:
    case = callers.house.bring("exploration")
    assert [one["words"] for one in events(callers, "officer", case)] == [
        "The report was submitted.",
        "The report was registered and assigned to: Werkgroep Vervoer.",
        "The report was declared admissible.",
    ]
    assert all("{" not in one["words"] for lang in ("nl", "fr", "de") for one in events(callers, "officer", case, lang))


def test_whoever_reads_the_events_can_verify_the_chain(callers: Callers) -> None:
    case = callers.house.bring("consultation")
    previous = None
    for position, event in enumerate(events(callers, "secretary", case), start=1):
        body = json.loads(event["body"])
        assert event["position"] == body["position"] == position
        assert hashlib.sha256(event["body"].encode()).hexdigest() == event["sha256"]
        assert hashlib.sha256(event["private"].encode()).hexdigest() == body["private_sha256"]
        assert event["previous"] == body["previous"] == previous
        previous = event["sha256"]
    assert previous == callers.house.case(case).head


def test_an_event_says_who_did_what_in_whose_name(callers: Callers) -> None:
    case = callers.house.bring("information_requested")
    callers.house.move("secretary", case, "proceed_without_reply", reason="Het antwoord is al bekend.")
    last = events(callers, "officer", case)[-1]
    assert (last["kind"], last["schema"], last["on"], last["at"]) == (
        "CaseMoved", 2, "2026-11-24", "2026-11-24T09:30:00Z",
    )  # fmt: skip
    assert (last["actor"], last["on_behalf_of"], last["mandate"]) == ("Secretary", "BENELUX-SG", "mandate-secretary")
    assert last["reason"] == "Het antwoord is al bekend."
    assert "Het antwoord" not in last["body"]


@pytest.mark.parametrize(("reader", "reads"), [("secretary", True), ("auditor", True), ("officer", False)])
def test_what_is_said_inside_stays_inside(callers: Callers, reader: str, reads: bool) -> None:
    case = callers.house.bring("submitted")
    assert callers.post("intake", f"/cases/{case}/comments", {"text": "Vertrouwelijk.", "audience": "internal"})
    last = events(callers, reader, case)[-1]
    assert last["words"] == "A comment was added."
    assert (last["private"] is not None, last["actor"] is not None) == (reads, reads)
    assert last["body"] is not None


def test_positions_are_read_by_those_who_were_asked(callers: Callers) -> None:
    case = callers.house.bring("consultation")
    opened = callers.get("sg", f"/cases/{case}/consultations").json()["items"][0]["id"]
    given = callers.post("delegate_nl", f"/consultations/{opened}/positions", {"position": "agree", "text": "Akkoord."})
    assert given.status_code == 201, given.text
    for name, reads in (
        ("delegate_be", True),
        ("partner", True),
        ("sg", True),
        ("officer", False),
        ("office_nl", False),
    ):
        last = events(callers, name, case)[-1]
        assert (last["private"] is not None) is reads, name
        assert "agree" not in last["body"]


def test_a_follower_reads_words_and_nothing_else(callers: Callers) -> None:
    case = callers.house.bring("exploration")
    row = {"case_id": case, "person_id": "person-stranger", "since_at": callers.house.now, "notices": []}
    with callers.house.store.writing() as connection:
        connection.execute(FollowerRow.__table__.insert(), row)
    for event in events(callers, "stranger", case):
        assert event["words"]
        assert [event[name] for name in ("actor", "reason", "private", "body", "mandate", "on_behalf_of")] == [None] * 6
    for hidden in ("comments", "documents", "links", "clocks"):
        assert refusal(callers.get("stranger", f"/cases/{case}/{hidden}")) == (404, "not_found")


def test_what_was_erased_is_gone_and_the_line_stays(callers: Callers) -> None:
    case = callers.house.bring("submitted")
    with callers.house.store.writing() as connection:
        connection.execute(EventRow.__table__.update().values(private=None))
    [event] = events(callers, "officer", case)
    assert (event["words"], event["actor"], event["private"]) == ("The report was submitted.", None, None)
    assert hashlib.sha256(event["body"].encode()).hexdigest() == event["sha256"]


def test_what_the_service_did_itself_is_told_too(callers: Callers) -> None:
    case = callers.house.bring("information_requested")
    now = callers.house.now.replace(month=12, day=16)
    ring_clock(RingClock(case, "reply"), Work(callers.house.store, THE_HOUSE, now))
    ring_clock(RingClock(case, "reply"), Work(callers.house.store, THE_HOUSE, now.replace(day=20)))
    before, late = events(callers, "officer", case)[-2:]
    assert before["words"] == "A reminder was sent: “reply to the questions” ends on 18 December 2026."
    assert late["words"] == "“reply to the questions”: the date, 18 December 2026, has passed."
    assert (late["kind"], late["actor"]) == ("ClockRang", None)


def test_events_come_page_by_page_the_oldest_first(callers: Callers) -> None:
    case = callers.house.bring("exploration")
    first = callers.get("officer", f"/cases/{case}/events?limit=2&count=true")
    second = callers.get("officer", next_of(first))
    positions = [one["position"] for one in first.json()["items"] + second.json()["items"]]
    assert (positions, first.json()["count"], second.json()["next"]) == ([1, 2, 3], 3, None)


def test_a_draft_has_no_events_and_a_stranger_no_case(callers: Callers) -> None:
    case = callers.house.begin()
    assert events(callers, "officer", case) == []
    assert refusal(callers.get("stranger", f"/cases/{case}/events")) == (404, "not_found")
