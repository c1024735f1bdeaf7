"""Answers: what a form was filled in with, told field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service import words
from service.listing import day_of
from workflows.asking import LABELS, form_schema
from workflows.fields import Field
from workflows.filing import form_of
from workflows.procedure import Procedure
from workflows.wording import wording

COLON = {"fr": "\u00a0: "}
"""Where a colon is not written against the word before it."""


@dataclass(frozen=True, slots=True)
class Told:
    """One answer: what was asked, and what was said: in people's own words (`free`) or by choosing and counting."""

    label: str
    said: tuple[str, ...]
    free: bool


def answers_told(procedure: Procedure, content: Mapping[str, Any], language: str) -> list[Told]:
    """The answers of a case in the order of its form; then what is known of it beside the form."""
    schema = form_schema(procedure, procedure.form, language)["properties"]
    fields = form_of(procedure)
    found = [
        told_of(field, schema[field.name], content[field.name], language) for field in fields if field.name in content
    ]
    beside = [name for name in content if name not in {field.name for field in fields}]
    names = wording(procedure.id, procedure.version, language)
    # What the importer noted of a plan has no name that a reader would know: it stands in the API alone.
    named = {name: label for name in beside if (label := names.text("asks", name, "label"))}
    more = [Told(label, tuple(_texts(content[name], {}, language)), True) for name, label in named.items()]
    return [one for one in [*found, *more] if any(one.said)]


def told_of(field: Field, schema: Mapping[str, Any], value: Any, language: str) -> Told:
    """What was answered to one question. `schema`: the question as it was asked in the reader's language."""
    free = field.type in ("text", "provision", "measure", "follow_up")
    return Told(schema.get("title", field.name), tuple(_texts(value, schema.get(LABELS, {}), language)), free)


def changed(label: str, before: Told, after: Told, language: str) -> Told:
    """What an answer was, and what it is now."""
    colon = COLON.get(language, ": ")
    both = (("was", before.said), ("now", after.said))
    said = tuple(f"{words.label('part', part, language)}{colon}{'; '.join(texts) or '–'}" for part, texts in both)
    return Told(label, said, True)


def _texts(value: Any, labels: Mapping[str, str], language: str) -> Iterator[str]:
    match value:
        case None:
            return
        case bool():
            yield words.label("part", "yes" if value else "no", language)
        case list() | tuple():
            for one in value:
                yield from _texts(one, labels, language)
        case {"country": str(country), **rest}:
            said = "; ".join(_texts(list(rest.values()), labels, language))
            yield f"{words.label('country', country, language)}{COLON.get(language, ': ')}{said}"
        case dict() as parts:
            yield "; ".join(_texts(list(parts.values()), labels, language))
        case str() if (day := day_of(value)) is not None:
            yield words.day(day, language)
        case str():
            yield labels.get(value, value)
        case _:
            yield str(value)
