"""Asking: what a move, an act or a form asks, as a JSON Schema in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from workflows.fields import Field, schema_of
from workflows.procedure import Procedure
from workflows.wording import Wording, wording

LABELS = "x-labels"
"""The member of a schema that names its values: value -> label."""


@lru_cache(maxsize=1024)
def move_schema(procedure: Procedure, move: str, language: str) -> Mapping[str, Any]:
    """What a move asks. Shared: not to be changed."""
    return _worded(procedure, procedure.moves[move].asks, language, "asks")


@lru_cache(maxsize=512)
def act_schema(procedure: Procedure, act: str, language: str) -> Mapping[str, Any]:
    """What an act asks. Shared: not to be changed."""
    return _worded(procedure, procedure.acts[act].asks, language, "asks")


@lru_cache(maxsize=128)
def form_schema(procedure: Procedure, form: str, language: str) -> Mapping[str, Any]:
    """What a form asks. Shared: not to be changed."""
    words = wording(procedure.id, procedure.version, language)
    schema = _worded(procedure, procedure.forms[form], language, "forms", form, "fields")
    label = words.text("forms", form, "label")
    return {"title": label, **schema} if label else schema


def _worded(procedure: Procedure, fields: Iterable[Field], language: str, *path: str) -> dict[str, Any]:
    words = wording(procedure.id, procedure.version, language)
    asked = tuple(fields)
    schema = schema_of(asked, procedure.checklists)
    for field in asked:
        schema["properties"][field.name] = _field(field, schema["properties"][field.name], words, *path)
    return schema


def _field(field: Field, schema: dict[str, Any], words: Wording, *path: str) -> dict[str, Any]:
    label, help_ = words.text(*path, field.name, "label"), words.text(*path, field.name, "help")
    worded = {**schema, **({"title": label} if label else {}), **({"description": help_} if help_ else {})}
    if field.type == "checklist":
        inner = worded["anyOf"][0] if field.optional else worded
        inner["properties"] = {
            name: _criterion(one, words, field.of or "", name) for name, one in inner["properties"].items()
        }
    labels = _labels(field, words)
    return {**worded, LABELS: labels} if labels else worded


def _criterion(schema: Mapping[str, Any], words: Wording, checklist: str, name: str) -> dict[str, Any]:
    told = words.section("checklists", checklist, name)
    named = {"title": told.get("label"), "description": told.get("help")}
    return {**{key: text for key, text in named.items() if text}, **schema}


def _labels(field: Field, words: Wording) -> dict[str, str]:
    """What the values that can be chosen are called."""
    if field.type == "choice" and field.of is not None:
        return {name: told["label"] for name, told in words.section("checklists", field.of).items()}
    return dict(words.section("choices", field.name)) if field.type in {"choice", "entry into force"} else {}
