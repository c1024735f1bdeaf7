"""The event of a move: codes in its facts, which are sealed for good; what people wrote apart, which can be erased."""

from __future__ import annotations

from typing import Any

from tests.builders import (
    CASE,
    CONTENT,
    MUNICIPALITY,
    OTHER_CASE,
    YESTERDAY,
    a_case,
    a_clock,
    a_consultation,
    a_request,
    facts,
    somebody,
)
from workflows.advance import advance
from workflows.case import Case, Question
from workflows.events import Event, EventKind
from workflows.facts import Facts


def event_of(case: Case, move: str, by: str, known: Facts | None = None, **request: Any) -> Event:
    (event,) = advance(case, known or facts(), a_request(move, by, **request)).events
    return event


def test_filing_seals_what_the_case_is_and_keeps_the_text_of_the_form_apart() -> None:
    draft = a_case("draft", theme="mobility_transport", regions=("NL-NB",))
    event = event_of(draft, "submit", "filer")
    assert event.kind is EventKind.CASE_MOVED
    assert {name: value for name, value in event.facts.items() if name != "clocks"} == {
        "move": "submit",
        "from": "draft",
        "to": "submitted",
        "anchor": "submitted",
        "on": "2026-03-02",
        "actor": "person-filer",
        "mandate": somebody("filer").mandates[0].id,
        "on_behalf_of": MUNICIPALITY,
        "data": {},
        "procedure": "benelux-obstacle",
        "procedure_version": draft.procedure.version,
        "filed": {"organisation": MUNICIPALITY, "theme": "mobility_transport", "countries": ["BE", "NL"]},
    }
    assert event.private == {
        "actor": "Sanne de Wit",
        "filed": {
            "title": "School bus across the border",
            "language": "nl",
            "regions": ["NL-NB"],
            "content": CONTENT["benelux-obstacle"],
        },
    }


def test_a_code_is_sealed_and_a_reason_is_not() -> None:
    event = event_of(
        a_case("submitted"), "mark_duplicate", "intake", data={"original": OTHER_CASE}, reason="Twice.", on=YESTERDAY
    )
    assert (event.facts["from"], event.facts["to"], event.facts["on"]) == ("submitted", "duplicate", "2026-03-01")
    assert event.facts["data"] == {"original": OTHER_CASE}
    assert event.private == {"actor": "Sanne de Wit", "reason": "Twice."}
    assert "filed" not in event.facts
    assert CASE not in str(event.facts)  # the log knows of which case it is


def test_what_was_answered_is_kept_with_what_was_asked() -> None:
    asked = (Question(question=3, text="Where?"), Question(question=4, text="Since when?"))
    answers = [{"question": 3, "text": "In Budel."}, {"question": 4, "text": "Since May."}]
    case = a_case("information_requested", anchor="admissibility", questions=asked, questions_asked=4)
    event = event_of(case, "supply_information", "filer", data={"answers": answers})
    assert event.facts["data"] == {}
    assert event.private == {
        "actor": "Sanne de Wit",
        "data": {"answers": answers},
        "questions": [{"question": 3, "text": "Where?"}, {"question": 4, "text": "Since when?"}],
    }


def test_what_ends_a_consultation_names_it_and_what_only_meets_one_does_not() -> None:
    known = facts(consultation=a_consultation(), clocks=(a_clock("closing"),))
    case = a_case("consultation")
    cancelled = event_of(case, "cancel_consultation", "secretary", known, reason="Too soon.")
    assert cancelled.facts["consultation"] == "consultation-delegations"
    assert ("closing", "stops") in [(change["clock"], change["change"]) for change in cancelled.facts["clocks"]]
    longer = event_of(
        case, "extend_consultation", "secretary", known, data={"closing_on": "2026-05-01"}, reason="Easter."
    )
    assert "consultation" not in longer.facts
    nothing_open = event_of(case, "write_off", "secretary_general", data={"concluded_by": "BE-WAL"}, reason="Settled.")
    assert "consultation" not in nothing_open.facts
