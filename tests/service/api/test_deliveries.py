"""Deliveries over HTTP: who was told what, for those who answer for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.store.outbox import NotSent, Outbox, Sent
from tests.service.api.callers import Callers, next_of, refusal


def sent(callers: Callers) -> None:
    """Everything that was to be told goes out."""
    outbox = Outbox(callers.house.store, "worker", "example.org")
    outbox.expand(callers.house.now)
    claimed = outbox.claim(callers.house.now, 100)
    outbox.keep([Sent(one.delivery, "Schoolbus over de grens", callers.house.now) for one in claimed], ())


def notices(callers: Callers, name: str, query: str = "") -> list[tuple[str, str]]:
    found: list[dict[str, Any]] = callers.get(name, f"/deliveries{query}").json()["items"]
    return [(one["notice"], one["to"]) for one in found]


def test_the_secretariat_sees_who_was_told_of_a_case(callers: Callers) -> None:
    case = callers.house.bring("submitted")
    sent(callers)
    found = callers.get("intake", f"/deliveries?case={case}").json()["items"]
    assert sorted((one["notice"], one["to"]) for one in found) == [("receipt", "Officer"), ("waiting", "Intake")]
    receipt = next(one for one in found if one["notice"] == "receipt")
    assert receipt == {
        "id": receipt["id"],
        "notice": "receipt",
        "case": {"id": case, "reference": callers.house.case(case).reference, "title": "Schoolbus over de grens"},
        "to": "Officer",
        "email": "officer@example.org",
        "role": "filer",
        "language": "nl",
        "state": "sent",
        "attempts": 1,
        "created_at": "2026-11-24T09:30:00Z",
        "next_at": None,
        "sent_at": "2026-11-24T09:30:00Z",
        "reason": None,
        "subject": "Schoolbus over de grens",
    }


def test_an_administrator_sees_that_mail_went_out_and_not_what_about(callers: Callers) -> None:
    callers.house.bring("submitted")
    callers.patch("admin", "/people/person-officer", {"mandates": {"end": [{"id": "mandate-officer"}]}}, '"1"')
    sent(callers)
    found = callers.get("admin", "/deliveries").json()["items"]
    assert {one["notice"] for one in found} == {"receipt", "waiting", "account"}
    for one in found:
        about = one["case"]
        assert (about is None) is (one["notice"] == "account")
        if about is not None:
            assert (about["title"], one["subject"]) == (None, None)
            assert about["reference"]


def test_a_secretary_sees_the_mail_of_her_own_group_and_others_none(callers: Callers) -> None:
    case = callers.house.bring("admissibility")
    sent(callers)
    assert ("waiting", "Secretary") in notices(callers, "secretary", f"?case={callers.house.case(case).reference}")
    assert notices(callers, "other_secretary") == []
    assert len(notices(callers, "sg")) == len(notices(callers, "intake"))
    for name in ("officer", "delegate_nl", "office_nl", "auditor", "nobody"):
        assert refusal(callers.get(name, "/deliveries")) == (403, "role_missing")


def test_deliveries_are_filtered_and_come_page_by_page(callers: Callers) -> None:
    callers.house.bring("exploration")
    Outbox(callers.house.store, "worker", "example.org").expand(callers.house.now)
    every = notices(callers, "sg")
    assert notices(callers, "sg", "?state=waiting") == every
    assert notices(callers, "sg", "?state=sent&state=refused") == []
    assert {name for _, name in notices(callers, "sg", "?person=person-officer")} == {"Officer"}
    page = callers.get("sg", "/deliveries?limit=2&count=true")
    found = page.json()["items"]
    while page.json()["next"] is not None:
        page = callers.get("sg", next_of(page))
        found += page.json()["items"]
    assert [(one["notice"], one["to"]) for one in found] == every
    assert page.json()["count"] == len(every) > 3


def stopped(callers: Callers, state: str = "parked", reason: str = "address_refused: 550 No such mailbox") -> str:
    """The receipt of a new case, which did not arrive; its id."""
    callers.house.bring("admissibility")
    outbox = Outbox(callers.house.store, "worker", "example.org")
    outbox.expand(callers.house.now)
    claimed = outbox.claim(callers.house.now, 100)
    ids = [one.delivery for one in claimed if one.email == "officer@example.org"]
    at = callers.house.now + timedelta(hours=6)
    outbox.keep((), [NotSent(one, state, reason, at) for one in ids])
    return ids[0]


def found(callers: Callers, name: str, id: str, language: str | None = None) -> dict[str, Any]:
    items = callers.get(name, "/deliveries", language=language).json()["items"]
    return next(one for one in items if one["id"] == id)


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "weigert dit adres definitief"), ("fr", "refuse définitivement"), ("de", "endgültig"), ("en", "for good")],
)
def test_why_a_mail_did_not_arrive_is_told_in_the_readers_language(callers: Callers, language: str, words: str) -> None:
    told = found(callers, "secretary", stopped(callers, "refused"), language)["reason"]
    assert words in told
    assert told.endswith("(550 No such mailbox)")


def test_when_a_waiting_mail_is_tried_again_is_told(callers: Callers) -> None:
    shown = found(callers, "sg", stopped(callers, "waiting", "address_postponed: 451 Greylisted"))
    assert (shown["state"], shown["attempts"], shown["next_at"]) == ("waiting", 1, "2026-11-24T15:30:00Z")


@pytest.mark.parametrize("name", ["secretary", "sg", "admin", "intake"])
@pytest.mark.parametrize("state", ["parked", "refused", "waiting"])
def test_who_answers_for_a_mail_sends_it_again(callers: Callers, name: str, state: str) -> None:
    id = stopped(callers, state)
    answer = callers.post(name, f"/deliveries/{id}/resend", None)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["state"], shown["attempts"], shown["next_at"]) == ("waiting", 0, "2026-11-24T09:30:00Z")
    assert shown == found(callers, name, id)
    again = Outbox(callers.house.store, "worker", "example.org").claim(callers.house.now, 100)
    assert id in [one.delivery for one in again]


def test_who_does_not_answer_for_a_mail_sends_nothing_again(callers: Callers) -> None:
    id = stopped(callers)
    path = f"/deliveries/{id}/resend"
    for name in ("officer", "delegate_nl", "office_nl", "auditor", "nobody"):
        assert refusal(callers.post(name, path, None)) == (403, "role_missing")
    assert refusal(callers.post("other_secretary", path, None)) == (404, "not_found")
    assert refusal(callers.post("sg", "/deliveries/none/resend", None)) == (404, "not_found")
    assert found(callers, "sg", id)["state"] == "parked"


def test_a_mail_that_was_sent_is_not_sent_again(callers: Callers) -> None:
    callers.house.bring("submitted")
    sent(callers)
    (one, *_) = callers.get("sg", "/deliveries").json()["items"]
    answer = callers.post("sg", f"/deliveries/{one['id']}/resend", None)
    assert (answer.status_code, answer.json()) == (200, one)


@pytest.mark.parametrize("query", ["?state=lost", "?limit=0"])
def test_a_filter_that_there_is_not_is_refused(callers: Callers, query: str) -> None:
    assert refusal(callers.get("sg", f"/deliveries{query}")) == (422, "data_invalid")
