"""Answering: a step's questions, what was typed in them, and the change of the draft that comes of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from service import words
from service.languages import LANGUAGES
from service.pages.case.typed import Typed, rows_of
from service.pages.filing.steps import CONTENT, Step, inside, rules_of
from service.pages.questions import NEARBY, Around, Question, answers_of, countries, questions_of, typed_from
from service.pages.sent import Sent
from service.queries.drafts import Draft
from workflows.asking import form_schema
from workflows.fields import THEMES


def before(step: Step, draft: Draft) -> Typed:
    """What the draft says at a step, as if it had been typed."""
    own = {f"/{name}": _texts(name, getattr(draft, name)) for name in step.own}
    return own | typed_from([inside(field) for field in step.fields], _content(draft))


def fingerprint(step: Step, draft: Draft) -> str:
    """What tells whether a step says something else than when its form was opened."""
    said = json.dumps(before(step, draft), sort_keys=True, default=list)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def patch_of(step: Step, draft: Draft, sent: Sent, places: dict[str, str]) -> dict[str, Any]:
    """What was typed, as a merge patch of the draft. What was emptied is taken away.

    `places`: a row of the answer -> the row in which it was typed.
    """
    answered = answers_of([inside(field) for field in step.fields], sent)
    places |= answered.places
    places |= {f"/regions/{index}": "/regions" for index in range(1_000)}
    given = {name.partition("/")[2]: answer for name, answer in answered.data.items()}
    emptied = {field.name: None for field in step.fields if field.name in draft.content and field.name not in given}
    patch: dict[str, Any] = {name: _said(name, sent) for name in step.own if _is_asked(name, sent)}
    return patch | ({CONTENT: {**emptied, **given}} if step.fields else {})


def changes_nothing(patch: Mapping[str, Any], draft: Draft) -> bool:
    """Does the draft say already what is to be said?"""
    own = all(_plain(getattr(draft, name)) == _plain(value) for name, value in patch.items() if name != CONTENT)
    return own and all(draft.content.get(name) == value for name, value in patch.get(CONTENT, {}).items())


def questions(step: Step, draft: Draft, typed: Typed, around: Around) -> list[Question]:
    """The questions of a step, filled with what was typed."""
    schema = _schema(draft, around.language)
    asked = questions_of([inside(field) for field in step.fields], {"properties": schema}, typed, around)
    own = {name: _own(name, typed, around.language) for name in step.own}
    if "title" in own:  # first what it is called and what happens, then where it belongs
        return [own.pop("title"), *asked, *own.values()]
    return [*own.values(), *asked]


def label_of(pointer: str, draft: Draft, language: str) -> str | None:
    """What a question of the form is called; None for what is asked of every case."""
    found: str | None = _schema(draft, language).get(pointer.removeprefix("/"), {}).get("title")
    return found


def _schema(draft: Draft, language: str) -> Mapping[str, Any]:
    rules = rules_of(draft)
    properties: Mapping[str, Any] = form_schema(rules, rules.form, language)["properties"]
    return {f"{CONTENT}/{name}": asked for name, asked in properties.items()}


def _own(name: str, typed: Typed, language: str) -> Question:
    """A question that is asked of every case; its label stands in the template (`label` is its name)."""
    values = typed.get(f"/{name}", ())
    options: Mapping[str, str] = {}
    if name == "theme":
        options = {theme: words.label("theme", theme, language) for theme in THEMES}
    elif name == "language":
        options = {code: words.label("language", code, language) for code in LANGUAGES}
    elif name == "countries":
        wanted = {*NEARBY, *values}
        options = {code: called for code, called in countries(language).items() if code in wanted}
    return Question(name=f"/{name}", kind=KINDS[name], label=name, options=options, values=values)


KINDS = {"title": "line", "theme": "choice", "language": "choice", "countries": "choices", "regions": "text"}


def _texts(name: str, value: Any) -> Sequence[str]:
    if name == "regions":
        return ["\n".join(value)]
    return list(value) if isinstance(value, list | tuple) else [value or ""]


def _is_asked(name: str, sent: Sent) -> bool:
    return name != "language" or bool(sent.one("/language"))  # a case always has one


def _said(name: str, sent: Sent) -> Any:
    if name == "regions":
        return list(dict.fromkeys(rows_of(sent.one("/regions"))))
    if name == "countries":
        return list(dict.fromkeys(sent.all("/countries")))
    return sent.one(f"/{name}").strip() or None


def _content(draft: Draft) -> Mapping[str, Any]:
    return {f"{CONTENT}/{name}": value for name, value in draft.content.items()}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, list | tuple) else value or None
