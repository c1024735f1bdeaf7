"""Deliveries over HTTP: who was told what, for those who answer for it."""

from __future__ import annotations

from typing import Any

import pytest

from service.store.outbox import Outbox, Sent
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


@pytest.mark.parametrize("query", ["?state=lost", "?limit=0"])
def test_a_filter_that_there_is_not_is_refused(callers: Callers, query: str) -> None:
    assert refusal(callers.get("sg", f"/deliveries{query}")) == (422, "data_invalid")
