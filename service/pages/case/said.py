"""Said: what somebody wrote with a step, field by field, for the line that it left in the history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from service import words
from service.pages.case.answers import Told, told_of
from service.queries.events import History, PastEvent
from workflows import shelf
from workflows.asking import move_schema
from workflows.events import EventKind
from workflows.fields import Field


def said_with(event: PastEvent, past: History, language: str) -> tuple[Told, ...]:
    """The words that came with a move, in the order in which it asks for them; empty for who may not read them."""
    if event.kind != EventKind.CASE_MOVED or event.private is None:
        return ()
    rules = shelf.procedure(past.procedure, past.version)
    private: Mapping[str, Any] = json.loads(event.private)
    schema = move_schema(rules, event.facts["move"], language)["properties"]
    data = private.get("data", {})
    fields = [field for field in rules.moves[event.facts["move"]].asks if field.name in data]
    return tuple(one for field in fields for one in _told(field, schema[field.name], private, language))


def answers_given(past: History) -> list[Told]:
    """Every question that was answered, with its answer, the oldest first; empty for who may not read them."""
    found: list[Told] = []
    for event in past.page.items:
        private: Mapping[str, Any] = json.loads(event.private) if event.private is not None else {}
        if event.kind == EventKind.CASE_MOVED and "questions" in private and "answers" in private.get("data", {}):
            found += _answers(private["data"]["answers"], private)
    return found


def _told(field: Field, schema: Mapping[str, Any], private: Mapping[str, Any], language: str) -> Iterator[Told]:
    value = private["data"][field.name]
    if field.type == "answer":
        yield from _answers(value, private)
    elif field.type == "checklist":
        for name, criterion in schema["properties"].items():
            if name in value:
                yield _criterion(criterion.get("title", name), value[name], language)
    else:
        yield told_of(field, schema, value, language)


def _answers(given: Iterable[Mapping[str, Any]], private: Mapping[str, Any]) -> Iterator[Told]:
    asked = {one["question"]: one["text"] for one in private.get("questions", ())}
    for one in given:
        yield Told(asked.get(one["question"], str(one["question"])), (one["text"],), True)


def _criterion(name: str, found: Mapping[str, Any], language: str) -> Told:
    met = words.label("part", "yes" if found["met"] else "no", language)
    return Told(f"{name} ({met})", (found["reason"],), True)
