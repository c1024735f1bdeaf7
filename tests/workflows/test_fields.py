"""Fields: what each type takes and refuses, and the code that says why."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from tests.builders import CASE, KNOWN, OTHER_CASE
from workflows import shelf
from workflows.fields import (
    TYPES,
    VOTERS,
    Field,
    Surroundings,
    faults_of,
    mentioned,
    misfits,
    parse_field,
    schema_of,
    validator,
)

TODAY = date(2026, 3, 2)
CHECKLISTS = {"admissibility": ("hinders", "caused")}
CRITERIA = {"hinders": {"met": True, "reason": "It does."}, "caused": {"met": False, "reason": "It is not."}}
AROUND = Surroundings(today=TODAY, known=KNOWN, questions=(1, 2), case=CASE, follow_ups=("benelux-proposal",))
MEASURES = [{"country": voter, "title": "Change the decree", "due_on": None} for voter in VOTERS]
FOLLOW_UP = {"procedure": "benelux-proposal", "title": "Cargo bikes", "text": "One rule for all."}


def faults(written: str, value: Any, around: Surroundings = AROUND) -> list[tuple[str, str]]:
    """What is wrong with a value for a field written so, as (pointer, code)."""
    field = parse_field("it", written)
    return found((dataclasses.replace(field, may_be_empty=False),), {"it": value}, around)


def found(fields: tuple[Field, ...], data: dict[str, Any], around: Surroundings = AROUND) -> list[tuple[str, str]]:
    wrong = faults_of(validator(schema_of(fields, CHECKLISTS)), data, "/data")
    return [(fault.pointer, fault.code) for fault in wrong or misfits(fields, data, around, "/data")]


GOOD = [
    ("text", "One"),
    ("text", "x" * 20_000),
    ("number", 0),
    ("number", 10**12),
    ("yes_no", False),
    ("choice recommendation decision", "decision"),
    ("choice of admissibility", "caused"),
    ("country", "NL"),
    ("theme", "mobility_transport"),
    ("organisation", "BE-WAL"),
    ("working_group", "transport"),
    ("case", "OBS-2026-0002"),
    ("case", OTHER_CASE),
    ("date", "2024-02-29"),
    ("date after today", "2026-03-03"),
    ("date not after today", "2026-03-02"),
    ("checklist of admissibility", CRITERIA),
    ("provision", {"country": "BE", "text": "Art. 3"}),
    ("text per country", [{"country": "LU", "text": "A circular."}]),
    ("measure per country", MEASURES),
    ("measure per country", []),
    ("measure per country", [{"country": "BE", "title": "Change the decree", "due_on": "2026-12-31"}]),
    ("answer to questions", [{"question": 2, "text": "No."}, {"question": 1, "text": "Yes."}]),
    ("entry into force", {"how": "on_date", "on": "2026-07-01"}),
    ("entry into force", {"how": "day_after_publication"}),
    ("entry into force", {"how": "none", "on": None}),
    ("follow_up", FOLLOW_UP),
    ("list of text", ["One", "One"]),
    ("list of follow_up", [FOLLOW_UP]),
    ("list of organisation", ["BE-WAL", "DE-NW"]),
    ("optional text", None),
    ("optional list of follow_up", None),
    ("optional list of follow_up", []),
    ("optional date not after today", "2026-03-01"),
    ("optional choice web post", "post"),
]


@pytest.mark.parametrize(("written", "value"), GOOD)
def test_a_value_that_fits_is_taken(written: str, value: Any) -> None:
    assert faults(written, value) == []


def test_every_type_is_tried() -> None:
    assert {parse_field("it", written).type for written, _ in GOOD} >= set(TYPES) - {"document"}
    known = dataclasses.replace(AROUND, known={("document", "d-1"): "d-1"})
    assert faults("document", "d-1", known) == []


BAD = [
    ("text", "", "", "missing"),
    ("text", " \n", "", "missing"),
    ("text", "x" * 20_001, "", "too_long"),
    ("text", 5, "", "wrong_type"),
    ("text", None, "", "wrong_type"),
    ("text", "a\0b", "", "text_unclean"),
    ("text", "\ud800", "", "text_unclean"),
    ("text", "words and half a pair \udfff", "", "text_unclean"),
    ("number", -1, "", "too_small"),
    ("number", 10**12 + 1, "", "too_large"),
    ("number", 1.0, "", "wrong_type"),
    ("number", 1.5, "", "wrong_type"),
    ("number", True, "", "wrong_type"),
    ("number", "1", "", "wrong_type"),
    ("yes_no", "yes", "", "wrong_type"),
    ("yes_no", 1, "", "wrong_type"),
    ("choice recommendation decision", "treaty", "", "not_a_choice"),
    ("choice of admissibility", "other", "", "not_a_choice"),
    ("choice recommendation decision", 5, "", "wrong_type"),
    ("country", "UK", "", "not_a_choice"),
    ("country", "nl", "", "not_a_choice"),
    ("theme", "sports", "", "not_a_choice"),
    ("organisation", "NL-GM9999", "", "unknown_organisation"),
    ("organisation", "", "", "missing"),
    ("working_group", "none", "", "unknown_working_group"),
    ("document", "d-9", "", "unknown_document"),
    ("case", "OBS-2026-9999", "", "unknown_case"),
    ("case", CASE, "", "the_case_itself"),
    ("date", "2026-02-29", "", "no_date"),
    ("date", "2026-3-1", "", "no_date"),
    ("date", "20260301", "", "no_date"),
    ("date", "2026-W10-1", "", "no_date"),
    ("date", "0000-01-01", "", "no_date"),
    ("date", "2026-03-01T00:00:00Z", "", "no_date"),
    ("date", 20260301, "", "wrong_type"),
    ("date after today", "2026-03-02", "", "must_lie_after_today"),
    ("date after today", "soon", "", "no_date"),
    ("date not after today", "2026-03-03", "", "must_not_lie_after_today"),
    ("optional date not after today", "2026-03-03", "", "must_not_lie_after_today"),
    ("optional date", "soon", "", "no_date"),
    ("optional number", 2.5, "", "wrong_type"),
    ("optional choice web post", "fax", "", "not_a_choice"),
    ("checklist of admissibility", {"hinders": CRITERIA["hinders"]}, "/caused", "missing"),
    ("checklist of admissibility", {**CRITERIA, "more": CRITERIA["hinders"]}, "/more", "unknown_field"),
    ("checklist of admissibility", {**CRITERIA, "caused": {"met": True}}, "/caused/reason", "missing"),
    ("checklist of admissibility", {**CRITERIA, "caused": {"met": 1, "reason": "x"}}, "/caused/met", "wrong_type"),
    (
        "checklist of admissibility",
        {**CRITERIA, "caused": {"met": True, "reason": None}},
        "/caused/reason",
        "wrong_type",
    ),
    ("checklist of admissibility", [], "", "wrong_type"),
    ("provision", {"country": "BE"}, "/text", "missing"),
    ("provision", {"country": "XX", "text": "Art. 3"}, "/country", "not_a_choice"),
    ("text per country", [], "", "too_few"),
    ("text per country", {"country": "BE", "text": "x"}, "", "wrong_type"),
    ("measure per country", [{"country": "BE", "title": "x" * 201}], "/0/title", "too_long"),
    ("measure per country", [{"country": "BE", "title": "x", "due_on": "never"}], "/0/due_on", "no_date"),
    ("answer to questions", [{"question": 1, "text": "Yes."}], "", "question_unanswered"),
    ("answer to questions", [{"question": 1.0, "text": "Yes."}], "/0/question", "wrong_type"),
    ("answer to questions", [{"question": 0, "text": "Yes."}], "/0/question", "too_small"),
    ("entry into force", {"how": "on_date"}, "/on", "missing"),
    ("entry into force", {"how": "none", "on": "2026-07-01"}, "/on", "unknown_field"),
    ("entry into force", {"how": "at_once"}, "/how", "not_a_choice"),
    ("follow_up", {**FOLLOW_UP, "procedure": "treaty"}, "/procedure", "unknown_procedure"),
    ("follow_up", {**FOLLOW_UP, "title": "x" * 201}, "/title", "too_long"),
    ("list of text", [], "", "too_few"),
    ("list of text", ["One", ""], "/1", "missing"),
    ("list of text", "One", "", "wrong_type"),
    ("list of text", ["x"] * 201, "", "too_many"),
    ("list of organisation", ["BE-WAL", "BE-WAL"], "", "stands_twice"),
    ("list of organisation", ["BE-WAL", "NL-GM9999"], "/1", "unknown_organisation"),
]


@pytest.mark.parametrize(("written", "value", "where", "code"), BAD)
def test_a_value_that_does_not_fit_is_refused(written: str, value: Any, where: str, code: str) -> None:
    assert (f"/data/it{where}", code) in faults(written, value)


def values(written: str, value: Any, around: Surroundings = AROUND) -> list[tuple[tuple[str, str], ...]]:
    """What each fault brings along for the sentence that tells it."""
    fields = (parse_field("it", written),)
    wrong = faults_of(validator(schema_of(fields, CHECKLISTS)), {"it": value}, "/data")
    return [fault.values for fault in wrong or misfits(fields, {"it": value}, around, "/data")]


@pytest.mark.parametrize(
    ("written", "value", "said"),
    [
        ("text", "x" * 20_001, [("limit", "20000")]),
        ("list of text", ["x"] * 201, [("limit", "200")]),
        ("measure per country", [{"country": "BE", "title": "x" * 201}], [("limit", "200")]),
        ("number", -1, []),
        ("organisation", "NL-GM9999", [("value", "NL-GM9999")]),
        ("case", CASE, [("value", CASE)]),
        ("follow_up", {**FOLLOW_UP, "procedure": "treaty"}, [("value", "treaty")]),
    ],
)
def test_a_fault_says_what_is_too_long_or_not_known(written: str, value: Any, said: list[tuple[str, str]]) -> None:
    assert values(written, value) == [tuple(said)]


def test_a_fault_says_which_question_and_which_country() -> None:
    given = [{"question": number, "text": "Yes."} for number in (1, 1, 3)]
    assert values("answer to questions", given) == [(("value", number),) for number in ("2", "1", "3")]
    decision = dataclasses.replace(AROUND, binding=True)
    assert values("measure per country", MEASURES[:1], decision) == [(("value", code),) for code in ("LU", "NL")]


def test_what_is_wrong_with_an_optional_value_is_said_once() -> None:
    assert faults("optional text", 5) == [("/data/it", "wrong_type")]
    assert faults("optional text", "x" * 20_001) == [("/data/it", "too_long")]
    assert faults("optional list of provision", [{"country": "BE"}]) == [("/data/it/0/text", "missing")]


def test_a_name_that_cannot_be_kept_or_that_looks_like_a_path_is_told_where_it_stands() -> None:
    assert faults("checklist of admissibility", {"hind\0ers": 1}) == [("/data/it", "text_unclean")]
    assert found((parse_field("it", "text"),), {"it": "x", "a~/b": 1}) == [("/data/a~0~1b", "unknown_field")]


def test_a_schema_says_on_which_side_of_today_a_day_lies() -> None:
    dated = parse_field("it", "date not after today")
    assert schema_of((dated,), {})["properties"]["it"] == {
        "type": "string",
        "format": "date",
        "description": "not after today, in Brussels",
    }


def test_answers_are_given_once_and_to_questions_that_were_asked() -> None:
    given = [{"question": number, "text": "Yes."} for number in (1, 2, 2, 3)]
    assert faults("answer to questions", given) == [
        ("/data/it/2/question", "stands_twice"),
        ("/data/it/3/question", "unknown_question"),
    ]


def test_a_decision_is_carried_out_by_each_party_and_a_recommendation_perhaps_by_none() -> None:
    decision = dataclasses.replace(AROUND, binding=True)
    assert faults("measure per country", MEASURES[:1], decision) == [("/data/it", "country_missing")] * 2
    assert faults("measure per country", MEASURES, decision) == []
    assert faults("entry into force", {"how": "none"}, decision) == [("/data/it/how", "not_a_choice")]
    assert faults("entry into force", {"how": "none"}) == []


def test_what_is_missing_and_what_is_too_much_is_named() -> None:
    fields = (parse_field("kind", "choice recommendation decision"), parse_field("note", "optional text"))
    assert found(fields, {"kind": "decision"}) == []
    assert sorted(found(fields, {"nota": "x"})) == [("/data/kind", "missing"), ("/data/nota", "unknown_field")]


def test_nobody_beside_the_voters_need_be_invited() -> None:
    (invited,) = (f for f in shelf.newest("benelux-obstacle").moves["open_consultation"].asks if f.name == "invited")
    assert found((invited,), {"invited": []}) == []


WRONG = [
    "texts",
    "list text",
    "optional",
    "choice",
    "text of admissibility",
    "checklist",
    "checklist to questions of x",
    "answer",
    "text after today",
    "number per country",
    "measure",
    "date before today",
    "text recommendation decision",
    "",
]


@pytest.mark.parametrize("written", WRONG)
def test_a_field_that_is_written_wrong_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"field type|choice|checklist|lies before|per country"):
        parse_field("it", written)


def test_what_an_answer_names_is_found_whatever_else_is_wrong_with_it() -> None:
    fields = tuple(
        parse_field(name, written)
        for name, written in {"body": "organisation", "all": "list of organisation", "it": "case"}.items()
    )
    assert mentioned(fields, {"body": "SOLVIT", "all": ["BE-WAL", 5, "\0", ""], "it": {"a": 1}}) == {
        ("organisation", "SOLVIT"),
        ("organisation", "BE-WAL"),
    }


def test_free_words_never_count_as_codes() -> None:
    coded = {written for written, _ in GOOD if parse_field("it", written).coded}
    assert not coded & {"text", "list of text", "text per country", "provision", "follow_up", "measure per country"}
    assert {"date", "case", "number", "choice recommendation decision"} <= coded
