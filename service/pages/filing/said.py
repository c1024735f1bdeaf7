"""Said: what a draft says so far, question by question, and what it does not say yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service import words
from service.pages.case.answers import answers_told
from service.pages.filing.answering import label_of
from service.pages.filing.steps import CONTENT, Step, inside, rules_of
from service.queries.drafts import Draft


@dataclass(frozen=True, slots=True)
class Said:
    """A question and what is answered to it; no texts where nothing is.

    `label` is empty for what is asked of every case: `name` says what that is. `free`: people's own words.
    """

    pointer: str
    name: str
    label: str
    texts: Sequence[str]
    free: bool
    missing: bool


def said(step: Step, draft: Draft, language: str) -> list[Said]:
    """Every question of a step."""
    missing = step.missing(draft)
    found = [
        Said(f"/{name}", name, "", _own(name, getattr(draft, name), language), name in FREE, f"/{name}" in missing)
        for name in step.own
    ]
    for field in step.fields:
        pointer = f"/{inside(field).name}"
        told = answers_told(rules_of(draft), {field.name: draft.content.get(field.name)}, language)
        found.append(
            Said(
                pointer,
                field.name,
                label_of(f"/{CONTENT}/{field.name}", draft, language) or field.name,
                told[0].said if told else (),
                told[0].free if told else False,
                pointer in missing,
            )
        )
    # As the page asks: what it is called and what happens first, then where it belongs.
    return sorted(found, key=lambda one: one.name in ("theme", "language"))


FREE = ("title", "regions")


def _own(name: str, value: Any, language: str) -> Sequence[str]:
    if not value:
        return ()
    if name == "theme":
        return (words.label("theme", value, language),)
    if name == "language":
        return (words.label("language", value, language),)
    if name == "countries":
        return (words.listed([words.label("country", code, language) for code in value], language),)
    return (value,) if isinstance(value, str) else tuple(value)
