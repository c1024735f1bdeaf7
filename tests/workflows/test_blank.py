"""A text in which nothing can be seen is as good as none, whatever it is made of and wherever it stands."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import expressions, fields, findings, statements
from workflows.errors import Fault
from workflows.fields import TEXT, TITLE, faults_of, is_blank, parse_field, schema_of, validator

FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\ufe00\ufe0f\uffa0\U000e0100"
"""Letters, marks and a symbol by their kind, and yet nothing to be seen."""
SHOWN = ("L", "N", "P", "S")

DRAWN = ("ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN")
"""Scripts whose format characters are drawn: signs over the numbers that follow, and frames."""
spaces = st.characters(categories=["Zs", "Zl", "Zp", "Cf", "Cc"], exclude_characters="\0").filter(
    lambda one: not unicodedata.name(one, "").startswith(DRAWN)
)
unseen = st.text(spaces | st.sampled_from(FILLERS), min_size=1, max_size=20)
letters = st.characters(categories=SHOWN, exclude_characters=FILLERS)
TEXTS = [validator(one) for one in (TEXT, TITLE, findings.SOURCE, expressions.HEADING, statements.REFERENCE)]


@given(unseen)
def test_nothing_to_be_seen_is_missing(text: str) -> None:
    assert is_blank(text)
    for schema in TEXTS:
        assert faults_of(schema, text) == (Fault("", "missing"),)


@given(unseen, letters, unseen)
def test_one_letter_is_a_text(before: str, letter: str, after: str) -> None:
    text = before + letter + after
    assert not is_blank(text)
    for schema in TEXTS:
        assert faults_of(schema, text) == ()


def places(schema: Any) -> list[dict[str, Any]]:
    """Every schema of a text without a closed list, wherever it stands inside another."""
    if isinstance(schema, list):
        return [found for one in schema for found in places(one)]
    if not isinstance(schema, dict):
        return []
    here = [schema] if schema.get("type") == "string" and not {"enum", "format"} & set(schema) else []
    return here + [found for one in schema.values() for found in places(one)]


WRITTEN = ("text", "text per country", "list of text", "checklist of points", "provision", "answer to questions",
           "measure per country", "follow_up", "list of provision")  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_every_field_for_words_asks_for_something_to_be_seen(written: str) -> None:
    found = places(schema_of([parse_field("field", written)], {"points": ["one"]}))
    texts = [one for one in found if one != fields.CODE]
    assert texts
    assert all(one["pattern"] == fields.SEEN for one in texts)
