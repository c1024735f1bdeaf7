"""Filing: what is said of a case by whoever begins it, and how that is changed and corrected later."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from workflows.actor import Actor
from workflows.case import Case
from workflows.errors import DataInvalid, Fault
from workflows.fields import (
    CODE,
    COUNTRY,
    LONGEST_LIST,
    TEXT,
    THEMES,
    TITLE,
    Field,
    Surroundings,
    Validator,
    escaped,
    faults_of,
    is_blank,
    mentioned,
    misfits,
    schema_of,
    validator,
)
from workflows.procedure import Procedure
from workflows.standing import standing

LANGUAGES = ("nl", "fr", "de", "en")
EDITED = ("title", "language", "organisation", "theme", "countries", "regions", "content")
"""What can be changed in a draft."""
CORRECTED = ("title", "language", "theme", "countries", "regions", "content")
"""What can be corrected once the case is filed."""

_LISTS = ("countries", "regions")
_REGION = {**TEXT, "maxLength": 100}


def word_to_begin(case: Case, actor: Actor) -> str | None:
    """The first role word of those who may begin such a case that the actor has with its organisation."""
    words = case.procedure.begun_by
    return next((word for word in words if standing(dataclasses.replace(case, begun_by=word), actor, (word,))), None)


def organisations_to_file_for(procedure: Procedure, actor: Actor) -> tuple[str, ...]:
    """The organisations at which the actor holds a mandate that may begin a case of this procedure."""
    rules = [procedure.roles[word] for word in procedure.begun_by]
    found = (
        mandate.organisation
        for rule in rules
        for mandate in actor.holding(rule.role)
        if "." in rule.of or rule.of in mandate.voices
    )
    return tuple(dict.fromkeys(found))


def form_of(procedure: Procedure) -> tuple[Field, ...]:
    """What the form asks of whoever files a case of this procedure."""
    return procedure.forms[procedure.form]


def named_in(case: Case, patch: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """The organisations and other things that a patch names, as (type, code)."""
    content = patch.get("content")
    answers = mentioned(form_of(case.procedure), content) if isinstance(content, Mapping) else frozenset()
    return answers | mentioned((_ORGANISATION,), patch)


_ORGANISATION = Field(name="organisation", type="organisation")


def patched(case: Case, patch: Mapping[str, Any], fields: Collection[str], around: Surroundings) -> Case:
    """The case after a JSON merge patch (RFC 7396) of what its filer says of it. Raises DataInvalid.

    A draft may lack everything but its language and organisation, and blank text is the same as none. Later, what
    the form requires can be corrected but not taken away.
    """
    faults = [Fault(f"/{escaped(name)}", "unknown_field") for name in patch if name not in fields]
    given = _given(case, {name: patch[name] for name in fields if name in patch})
    faults += faults_of(_validator(case.procedure, case.draft), given)
    if not faults:
        faults += _misfits(case, given, around)
    if faults:
        raise DataInvalid(faults)
    return dataclasses.replace(case, **{name: _kept(case, name, value) for name, value in given.items()})


def changes(before: Case, after: Case) -> tuple[dict[str, Any], dict[str, Any]]:
    """What differs between two states of a case, as it was and as it is; of the content only what changed."""
    then: dict[str, Any] = {}
    now: dict[str, Any] = {}
    for name in EDITED:
        old, new = getattr(before, name), getattr(after, name)
        if name == "content":
            differing = [key for key in {**old, **new} if old.get(key) != new.get(key)]
            old, new = ({key: content.get(key) for key in differing} for content in (old, new))
        if old != new:
            then[name], now[name] = _plain(old), _plain(new)
    return then, now


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def merged(under: Any, patch: Any) -> Any:
    """A JSON merge patch applied (RFC 7396); what it takes away becomes null."""
    if not isinstance(patch, Mapping):
        return patch
    base = under if isinstance(under, Mapping) else {}
    return {**base, **{key: merged(base.get(key), value) for key, value in patch.items()}}


def _given(case: Case, patch: Mapping[str, Any]) -> dict[str, Any]:
    """The new values that a patch gives, without what it repeats of the content beside the form."""
    given = dict(patch)
    content = given.get("content", {})
    if content is None and case.draft:
        given["content"] = dict.fromkeys(case.content)
    elif "content" in given and isinstance(content, Mapping):
        asked = {field.name for field in form_of(case.procedure)}
        answers = {name: merged(case.content.get(name), value) for name, value in content.items()}
        given["content"] = {
            name: value
            for name, value in answers.items()
            if name in asked or name not in case.content or value != case.content[name]
        }
        if case.draft:
            given["content"] = _without_blanks(given["content"])
    return given | _without_blanks({name: given[name] for name in given if name != "content"}) if case.draft else given


def _without_blanks(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if _blank(value) else value for name, value in given.items()}


def _blank(value: Any) -> bool:
    return value == [] or (isinstance(value, str) and is_blank(value))


def _kept(case: Case, name: str, value: Any) -> Any:
    if name == "content":
        return {**case.content, **value}
    if name in _LISTS:
        return tuple(value or ())
    return (value or "").strip() if name == "title" else value


@lru_cache(maxsize=64)
def _validator(procedure: Procedure, draft: bool) -> Validator:
    """What holds a patch against the form: in a draft everything may be missing."""
    form = form_of(procedure)
    asked = tuple(dataclasses.replace(field, optional=True) for field in form) if draft else form
    content = {**schema_of(asked, procedure.checklists), "required": []}
    properties: dict[str, Any] = {
        "title": TITLE,
        "language": {"enum": list(LANGUAGES)},
        "organisation": CODE,
        "theme": {"enum": list(THEMES)},
        "countries": {"type": "array", "items": COUNTRY, "minItems": 1, "maxItems": LONGEST_LIST},
        "regions": {"type": "array", "items": _REGION, "maxItems": LONGEST_LIST},
        "content": content,
    }
    nullable = {"title", "theme", "countries", "regions"} if draft else {"regions"}
    schemas = {
        name: {"anyOf": [schema, {"type": "null"}]} if name in nullable else schema
        for name, schema in properties.items()
    }
    return validator({"type": "object", "properties": schemas})


def _misfits(case: Case, given: Mapping[str, Any], around: Surroundings) -> Iterator[Fault]:
    yield from misfits((_ORGANISATION,), given, around)
    for name in _LISTS:
        listed = given.get(name) or ()
        if len(set(listed)) < len(listed):
            yield Fault(f"/{name}", "stands_twice")
    yield from misfits(form_of(case.procedure), given.get("content") or {}, around, "/content")
