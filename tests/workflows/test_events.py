"""Events: one text for one fact, and what can be recomputed from them."""

from __future__ import annotations

import unicodedata
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.events import SCHEMAS, EventKind, canonical, replay


def test_keys_are_sorted_and_nothing_is_spaced() -> None:
    assert canonical({"b": [1, True, None], "a": {"d": "x", "c": -2}}) == '{"a":{"c":-2,"d":"x"},"b":[1,true,null]}'


def test_letters_stand_as_they_are_in_one_form() -> None:
    assert canonical({"x": "Zoë €"}) == '{"x":"Zoë €"}'
    decomposed = unicodedata.normalize("NFD", "Zoë")
    assert canonical({"x": decomposed}) == canonical({"x": "Zoë"})


def test_a_mapping_of_any_kind_is_an_object() -> None:
    assert canonical(MappingProxyType({"a": MappingProxyType({"b": (1, 2)})})) == '{"a":{"b":[1,2]}}'


FRACTION, NOTHING = r"^a number with a fraction has no place in an event$", r"^U\+0000 has no place in an event$"
BAD: list[tuple[Any, str]] = [
    ({"x": 1.0}, FRACTION),
    ({"x": [{"y": 0.5}]}, FRACTION),
    ({"x": float("nan")}, "not JSON compliant"),
    ({"x": "a\0b"}, NOTHING),
    ({"a\0": 1}, NOTHING),
    ({"x": [1, ("a", {"y": "b\0"})]}, NOTHING),
    ({"x": {1, 2}}, "^set has no canonical form"),
    ({"x": object()}, "^object has no canonical form"),
    ({"x": b"bytes"}, "^bytes has no canonical form"),
]


@pytest.mark.parametrize(("value", "why"), BAD)
def test_what_has_no_canonical_form_is_refused(value: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        canonical(value)


def test_a_backslash_that_looks_like_nothing_is_kept() -> None:
    assert canonical({"x": r"\u0000"}) == '{"x":"\\\\u0000"}'


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=8)
KEYS = st.text("abcdef_", max_size=4)
FACTS = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from("abc"), FACTS))
def test_the_order_in_which_facts_are_given_does_not_matter(facts: dict[str, Any]) -> None:
    assert canonical(facts) == canonical(dict(reversed(facts.items())))


def test_every_kind_has_a_schema_and_is_in_the_past_tense() -> None:
    assert set(SCHEMAS) == set(EventKind)
    for kind in EventKind:
        assert kind.endswith(("ed", "Written", "Given", "Made", "Rang", "Over")), kind


def a_body(**facts: Any) -> dict[str, Any]:
    return {"on": "2026-03-02", **facts}


def test_stage_anchor_and_clocks_come_from_the_bodies() -> None:
    quiet = {"clock": "quiet", "due_on": "2026-06-02"}
    later = {"clock": "quiet", "due_on": "2026-06-03"}
    check = {"clock": "admissibility", "due_on": "2026-05-04"}
    bodies = [
        a_body(to="submitted", anchor="submitted", clocks=[{"change": "starts", **quiet}]),
        a_body(comment="c-1"),
        a_body(
            to="admissibility",
            anchor="admissibility",
            clocks=[{"change": "restarts", **later}, {"change": "starts", **check}],
        ),
        a_body(clocks=[{"change": "rings", **check, "rung": ["at:80%"]}]),
        a_body(to="information_requested", anchor="admissibility", clocks=[]),
        a_body(comment="c-2"),
    ]
    again = replay(bodies)
    assert (again.stage, again.anchor) == ("information_requested", "admissibility")
    assert again.clocks == {"quiet": later, "admissibility": {**check, "rung": ["at:80%"]}}


def test_a_case_without_events_is_nowhere() -> None:
    again = replay([])
    assert (again.stage, again.anchor, dict(again.clocks)) == (None, None, {})
