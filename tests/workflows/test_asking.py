"""Asking: every field of every procedure has its words in every language, in the schema that a client reads."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from workflows import shelf
from workflows.asking import LABELS, act_schema, form_schema, move_schema
from workflows.fields import schema_of
from workflows.procedures import LANGUAGES

OBSTACLE = shelf.newest("benelux-obstacle")


def without_words(schema: Any) -> Any:
    """A schema as it validates, without what only people read."""
    if isinstance(schema, list):
        return [without_words(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    read = {"title", "description", LABELS}
    return {key: without_words(value) for key, value in schema.items() if key not in read or isinstance(value, dict)}


@pytest.mark.parametrize("name", shelf.names())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_is_told_in_every_language(name: str, language: str) -> None:
    procedure = shelf.newest(name)
    schemas = [move_schema(procedure, move, language) for move in procedure.moves]
    schemas += [act_schema(procedure, act, language) for act in procedure.acts]
    schemas += [form_schema(procedure, form, language) for form in procedure.forms]
    for schema in schemas:
        for field, asked in schema["properties"].items():
            assert asked["title"], field
            assert asked["description"], field


def test_words_change_nothing_of_what_is_valid() -> None:
    for name, move in OBSTACLE.moves.items():
        expected = schema_of(move.asks, OBSTACLE.checklists)
        found = deepcopy(dict(move_schema(OBSTACLE, name, "nl")))
        for schema in (expected, found):
            for asked in schema["properties"].values():
                asked.pop(LABELS, None)
        assert without_words(found) == without_words(expected)


def test_what_can_be_chosen_is_named() -> None:
    kind = move_schema(OBSTACLE, "choose_instrument", "en")["properties"]["kind"]
    assert kind["enum"] == ["recommendation", "decision"]
    assert set(kind["x-labels"]) == {"recommendation", "decision"}
    criteria = move_schema(OBSTACLE, "declare_admissible", "en")["properties"]["criteria"]["properties"]
    assert criteria["no_court_case_pending"]["title"] == "No court case pending"
    failing = move_schema(OBSTACLE, "declare_inadmissible", "en")["properties"]["failing"]
    assert failing["x-labels"]["no_court_case_pending"] == "No court case pending"
    in_force = move_schema(OBSTACLE, "adopt", "en")["properties"]["in_force"]
    assert set(in_force["x-labels"]) == {"on_date", "day_after_publication", "none"}


def test_a_form_says_what_it_is() -> None:
    form = form_schema(OBSTACLE, "filing", "en")
    assert form["title"] == "Report of a cross-border obstacle"
    assert form["required"] == ["situation", "who_is_hindered"]
