"""Said: what somebody wrote with a step, field by field, for the line that it left in the history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from service import words
from service.pages.case.answers import Told, changed, told_of
from service.queries.events import History, PastEvent
from workflows import shelf
from workflows.asking import form_schema, move_schema
from workflows.events import EventKind
from workflows.fields import Field
from workflows.filing import form_of
from workflows.procedure import Procedure


def said_with(event: PastEvent, past: History, language: str) -> tuple[Told, ...]:
    """The words that came with a move, in the order in which it asks for them, or what a correction put right; empty
    for who may not read them."""
    if event.private is None:
        return ()
    rules = shelf.procedure(past.procedure, past.version)
    if event.kind == EventKind.CASE_CORRECTED:
        return tuple(_corrected(json.loads(event.private), rules, language))
    if event.kind != EventKind.CASE_MOVED:
        return ()
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


def _corrected(private: Mapping[str, Any], rules: Procedure, language: str) -> Iterator[Told]:
    before, after = private.get("before", {}), private.get("after", {})
    schema = form_schema(rules, rules.form, language)["properties"]
    for name in after:
        if name == "content":
            then, now = (side.get(name, {}) for side in (before, after))
            for field in form_of(rules):
                if field.name in now:
                    was, is_now = (
                        told_of(field, schema[field.name], side.get(field.name), language) for side in (then, now)
                    )
                    yield changed(was.label, was, is_now, language)
        else:
            was, is_now = (_attribute(name, side.get(name), language) for side in (before, after))
            yield changed(was.label, was, is_now, language)


ATTRIBUTES = {"countries": "country", "language": "language", "theme": "theme"}
"""Of what an attribute of a case holds codes."""


def _attribute(name: str, value: Any, language: str) -> Told:
    texts = [] if value is None else [value] if isinstance(value, str) else list(value)
    kind = ATTRIBUTES.get(name)
    label = words.label("attribute", name, language)
    return Told(label, tuple(words.label(kind, one, language) if kind else one for one in texts), True)


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
