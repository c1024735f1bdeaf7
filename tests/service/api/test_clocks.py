"""Clocks over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.api.callers import Callers, refusal
from tests.service.api.conftest import Clock


def clocks(callers: Callers, case: str, language: str = "en") -> dict[str, dict[str, Any]]:
    answer = callers.get("officer", f"/cases/{case}/clocks", language=language)
    assert answer.status_code == 200, answer.text
    return {one["clock"]: one for one in answer.json()["items"]}


def test_a_clock_explains_its_date(callers: Callers) -> None:
    found = clocks(callers, callers.house.bring("submitted"))
    assert found["acknowledge"] == {
        "clock": "acknowledge",
        "label": "acknowledgement of receipt",
        "kind": "duty",
        "of": "intake",
        "state": "running",
        "starts_on": "2026-11-24",
        "due_on": "2026-12-01",
        "rule": "working-days",
        "calendar": "BE",
        "basis": "policy",
        "why": found["acknowledge"]["why"],
    }
    why = found["acknowledge"]["why"]
    assert why[0].startswith("The day of the event, 24 November 2026, does not count")
    assert "A period of 5 working days ends on 1 December 2026; skipped: 28 November 2026 (Saturday) and" in why[1]


def test_holidays_and_fields_have_the_names_of_the_reader(callers: Callers, clock: Clock) -> None:
    case = callers.house.bring("information_requested")
    told = clocks(callers, case, "nl")["reply"]["why"]
    assert told == ["De termijn eindigt op de dag die in het dossier staat (Uiterste antwoorddatum): 18 december 2026."]
    clock.moment = callers.house.now = callers.house.now.replace(month=12, day=21)
    told = clocks(callers, callers.house.bring("submitted"), "de")["acknowledge"]["why"]
    assert "25. Dezember 2026 (Weihnachten)" in told[1]


def test_a_clock_that_stands_still_says_so(callers: Callers) -> None:
    found = clocks(callers, callers.house.bring("information_requested"), "fr")
    assert found["admissibility"]["state"] == "suspended"
    assert found["admissibility"]["why"][-1] == "Le délai est suspendu depuis le 24 novembre 2026."


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_no_step_of_the_counting_is_left_without_words(callers: Callers, language: str) -> None:
    found = clocks(callers, callers.house.bring("implementation"), language)
    assert len(found) >= 5
    said = [sentence for clock in found.values() for sentence in clock["why"]]
    assert said
    assert not [sentence for sentence in said if "…" in sentence or "{" in sentence]


def test_a_stranger_reads_no_clocks(callers: Callers) -> None:
    assert refusal(callers.get("stranger", f"/cases/{callers.house.bring('submitted')}/clocks")) == (404, "not_found")
