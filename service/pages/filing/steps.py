"""Steps: which questions of a form stand together on a page, and at which of them a draft is."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.queries.drafts import Draft
from workflows import shelf
from workflows.fields import Field
from workflows.filing import form_of
from workflows.procedure import Procedure

GROUPS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "situation": (("title", "theme", "language"), ("situation",)),
    "hindered": ((), ("who_is_hindered", "how_many", "how_often")),
    "rules": ((), ("provisions",)),
    "where": (("countries", "regions"), ()),
    "solution": ((), ("proposal",)),
    "others": ((), ("who_else_knows",)),
}
"""Page -> what it asks of every case, and of the answers to the form. What the form asks beside these stands last."""
REST, DOCUMENTS, CHECK = "more", "documents", "check"
CONTENT = "content"
NEEDED = ("title", "countries")
"""What every case must have, beside what its form requires."""


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the form: what it asks of the case itself (`own`), and which fields of the form."""

    name: str
    own: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()

    def missing(self, draft: Draft) -> tuple[str, ...]:
        """What is required here and not there yet, as pointers."""
        own = (f"/{name}" for name in self.own if name in NEEDED and not getattr(draft, name))
        asked = (inside(one).name for one in self.fields if not one.optional and _empty(draft.content.get(one.name)))
        return (*own, *(f"/{name}" for name in asked))

    def unanswered(self, draft: Draft) -> tuple[str, ...]:
        """What may stay open here and does, as pointers."""
        own = (f"/{name}" for name in self.own if name not in NEEDED and not getattr(draft, name))
        asked = (inside(one).name for one in self.fields if one.optional and _empty(draft.content.get(one.name)))
        return (*own, *(f"/{name}" for name in asked))

    def begun(self, draft: Draft) -> bool:
        """Has anything been answered here?"""
        own = any(getattr(draft, name) for name in self.own if name != "language")
        return own or any(not _empty(draft.content.get(field.name)) for field in self.fields)


def steps_of(procedure: Procedure) -> tuple[Step, ...]:
    """The pages of a form in their order, without those that have nothing to ask; the check stands last."""
    fields = {field.name: field for field in form_of(procedure)}
    found = []
    for name, (own, names) in GROUPS.items():
        asked = tuple(fields.pop(one) for one in names if one in fields)
        found.append(Step(name, own, asked))
        if name == "solution":
            found.append(Step(DOCUMENTS))
    kept = [step for step in found if step.own or step.fields or step.name == DOCUMENTS]
    rest = [Step(REST, (), tuple(fields.values()))] if fields else []
    return (*kept, *rest, Step(CHECK))


def rules_of(draft: Draft) -> Procedure:
    """The rules under which a draft was begun."""
    return shelf.procedure(draft.procedure.id, draft.procedure.version)


def inside(field: Field) -> Field:
    """The field as it stands inside the content of a case, where faults name it."""
    return dataclasses.replace(field, name=f"{CONTENT}/{field.name}")


def standing_at(steps: Sequence[Step], draft: Draft, last_typed: str | None) -> int:
    """The index of the step at which somebody goes on.

    Where words were typed that are not saved; else the first step that lacks what is required; else the one after
    the last in which anything was answered.
    """
    names = [step.name for step in steps]
    if last_typed in names:
        return names.index(last_typed)
    lacking = next((index for index, step in enumerate(steps) if step.missing(draft)), len(steps) - 1)
    answered = max((index for index, step in enumerate(steps) if step.begun(draft)), default=-1)
    return min(lacking, answered + 1)


def form_key(step: str) -> str:
    """The key under which the words of a step are kept."""
    return f"{KEPT}{step}"


KEPT = "filing:"


def _empty(value: Any) -> bool:
    return value is None or value in ("", []) or value == ()
