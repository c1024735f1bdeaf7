"""Filing: who may begin a case, what a draft may lack, and what can be corrected but not taken away."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.builders import KNOWN, MUNICIPALITY, TODAY, a_case, a_mandate, an_actor, somebody
from workflows import shelf
from workflows.actor import Actor
from workflows.errors import DataInvalid
from workflows.fields import Surroundings, parse_field
from workflows.filing import (
    CORRECTED,
    EDITED,
    changes,
    merged,
    named_in,
    organisations_to_file_for,
    patched,
    word_to_begin,
)
from workflows.procedure import Procedure

AROUND = Surroundings(today=TODAY, known=KNOWN)


def faults(stage: str, patch: dict[str, Any], **changed: Any) -> list[tuple[str, str]]:
    case = a_case(stage, **changed)
    with pytest.raises(DataInvalid) as refusal:
        patched(case, patch, EDITED if case.draft else CORRECTED, AROUND)
    return [(fault.pointer, fault.code) for fault in refusal.value.faults]


def test_an_officer_begins_as_filer_and_a_secretary_as_intake() -> None:
    case = a_case("draft")
    assert word_to_begin(case, somebody("filer")) == "filer"
    assert word_to_begin(case, somebody("intake")) == "intake"
    assert word_to_begin(case, somebody("secretary_general")) is None
    assert word_to_begin(a_case("draft", organisation="BE-WAL"), somebody("filer")) is None
    assert word_to_begin(a_case("draft", "benelux-project"), somebody("filer")) is None


def test_the_organisation_is_known_where_only_one_mandate_can_begin() -> None:
    obstacle = shelf.newest("benelux-obstacle")
    assert organisations_to_file_for(obstacle, somebody("filer")) == (MUNICIPALITY,)
    assert organisations_to_file_for(obstacle, somebody("intake")) == ("BENELUX-SG",)
    assert organisations_to_file_for(obstacle, somebody("delegate")) == ()
    two = Actor(person="p", name="P", language="nl", mandates=(a_mandate("officer", "A"), a_mandate("officer", "B")))
    assert organisations_to_file_for(obstacle, two) == ("A", "B")
    assert organisations_to_file_for(shelf.newest("benelux-project"), an_actor("officer")) == ()


def test_a_draft_may_lack_almost_everything() -> None:
    patch = {
        "title": None, "theme": None, "countries": [], "regions": None,
        "content": {"situation": "  ", "provisions": [], "how_many": None},
    }  # fmt: skip
    case = patched(a_case("draft"), patch, EDITED, AROUND)
    assert (case.title, case.countries, case.regions, case.theme) == ("", (), (), None)
    assert (case.content["situation"], case.content["provisions"]) == (None, None)
    assert case.content["who_is_hindered"]
    assert patched(case, {"content": {}}, EDITED, AROUND).content == case.content
    assert patched(case, {"title": "New"}, EDITED, AROUND).content == case.content
    assert not any(patched(case, {"content": None}, EDITED, AROUND).content.values())


def test_what_a_draft_says_has_the_form_that_is_asked_for() -> None:
    patch: dict[str, Any] = {
        "title": "x" * 201, "language": "es", "countries": ["BE", "XX"], "stage": "council",
        "content": {"how_many": "many", "provisions": [{"country": "BE"}], "colour": "red"},
    }  # fmt: skip
    assert sorted(faults("draft", patch)) == [
        ("/content/colour", "unknown_field"),
        ("/content/how_many", "wrong_type"),
        ("/content/provisions/0/text", "missing"),
        ("/countries/1", "not_a_choice"),
        ("/language", "not_a_choice"),
        ("/stage", "unknown_field"),
        ("/title", "too_long"),
    ]
    assert faults("draft", {"countries": ["BE", "BE"], "organisation": "NOWHERE"}) == [
        ("/organisation", "unknown_organisation"),
        ("/countries", "stands_twice"),
    ]
    assert sorted(faults("draft", {"title": 5, "theme": "sports", "countries": "BE", "regions": "Kempen"})) == [
        ("/countries", "wrong_type"),
        ("/regions", "wrong_type"),
        ("/theme", "not_a_choice"),
        ("/title", "wrong_type"),
    ]
    assert faults("draft", {"organisation": 5}) == [("/organisation", "wrong_type")]
    assert faults("draft", {"regions": ["x" * 101]}) == [("/regions/0", "too_long")]
    assert faults("draft", {"regions": [f"Region {n}" for n in range(201)]}) == [("/regions", "too_many")]
    assert faults("draft", {"countries": ["BE"] * 201}) == [("/countries", "too_many")]
    assert faults("draft", {"content": {"situation": "a\0b"}}) == [("/content/situation", "text_unclean")]
    assert faults("draft", {"content": [1]}) == [("/content", "wrong_type")]
    assert faults("draft", {"language": None}) == [("/language", "not_a_choice")]


def test_what_is_filed_can_be_corrected_but_not_taken_away() -> None:
    assert faults("admissibility", {"title": " "}) == [("/title", "missing")]
    assert faults("admissibility", {"countries": []}) == [("/countries", "too_few")]
    assert faults("admissibility", {"content": {"situation": None}}) == [("/content/situation", "wrong_type")]
    assert faults("admissibility", {"title": None}) == [("/title", "wrong_type")]
    assert faults("admissibility", {"countries": None}) == [("/countries", "wrong_type")]
    assert patched(a_case(), {"regions": None}, CORRECTED, AROUND).regions == ()
    assert faults("admissibility", {"organisation": "BE-WAL"}) == [("/organisation", "unknown_field")]
    case = patched(a_case(), {"title": " New ", "content": {"how_many": 3, "proposal": None}}, CORRECTED, AROUND)
    assert (case.title, case.content["how_many"], case.content["proposal"]) == ("New", 3, None)


def test_what_an_annual_plan_brought_stays_as_it_is() -> None:
    plan = {"id": "2023-1.1-04", "section": "1.1"}
    imported = a_case(content={"situation": "x", "plan": plan})
    changed = patched(imported, {"content": {"plan": {"id": "2023-1.1-04"}, "situation": "y"}}, CORRECTED, AROUND)
    assert changed.content == {"situation": "y", "plan": plan}
    patch: dict[str, Any] = {"content": {"plan": {"id": "other"}}}
    assert faults("admissibility", patch, content=imported.content) == [("/content/plan", "unknown_field")]


def test_a_patch_is_merged_as_rfc_7396_says() -> None:
    assert merged({"a": {"b": 1, "c": 2}, "d": [1]}, {"a": {"c": None}, "d": [2]}) == {
        "a": {"b": 1, "c": None},
        "d": [2],
    }
    assert merged("text", {"a": 1}) == {"a": 1}


def test_a_change_is_told_as_it_was_and_as_it_is() -> None:
    before = a_case()
    after = patched(before, {"title": "New", "countries": ["LU"], "content": {"how_many": 3}}, CORRECTED, AROUND)
    assert changes(before, after) == (
        {"title": before.title, "countries": ["BE", "NL"], "content": {"how_many": None}},
        {"title": "New", "countries": ["LU"], "content": {"how_many": 3}},
    )
    assert changes(before, before) == ({}, {})


def test_a_patch_names_the_organisation_to_look_up() -> None:
    assert named_in(a_case("draft"), {"organisation": "BE-WAL", "content": {}}) == {("organisation", "BE-WAL")}


def asking(written: str) -> Procedure:
    """The rules of an obstacle, with one more question in the form."""
    rules = shelf.newest("benelux-obstacle")
    form = (*rules.forms["filing"], parse_field("more", written))
    return dataclasses.replace(rules, forms={**rules.forms, "filing": form}, fingerprint=f"with {written}")


def test_what_the_answers_name_is_looked_up_and_told_where_it_stands() -> None:
    case = dataclasses.replace(a_case(), procedure=asking("list of organisation"))
    patch = {"content": {"more": ["BE-WAL", "NOWHERE"]}}
    assert named_in(case, patch) == {("organisation", "BE-WAL"), ("organisation", "NOWHERE")}
    assert named_in(case, {"content": ["BE-WAL"]}) == frozenset()
    with pytest.raises(DataInvalid) as refusal:
        patched(case, patch, CORRECTED, AROUND)
    assert [(fault.pointer, fault.code) for fault in refusal.value.faults] == [
        ("/content/more/1", "unknown_organisation")
    ]


def test_a_form_may_ask_for_one_of_a_checklist() -> None:
    case = dataclasses.replace(a_case(), procedure=asking("choice of admissibility"))
    chosen = {"content": {"more": "no_court_case_pending"}}
    assert patched(case, chosen, CORRECTED, AROUND).content["more"] == "no_court_case_pending"


def test_blank_words_in_a_draft_are_as_good_as_none() -> None:
    case = patched(a_case("draft", theme="energy"), {"title": " ", "theme": "", "regions": []}, EDITED, AROUND)
    assert (case.title, case.theme, case.regions) == ("", None, ())
