"""The source of a procedure: its YAML merged with the parts it includes, and read with a path for every fault."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Mapping
from typing import Any

from workflows import texts
from workflows.errors import ProcedureFaulty
from workflows.fields import Field, parse_field

MERGED = ("stages", "acts", "moves", "clocks", "consultations", "rules", "forms", "checklists")
"""What a part may bring, name by name; endings are listed one after the other."""


def merged(text: str, name: str, parts: Mapping[str, str]) -> dict[str, Any]:
    """The rules of a procedure with those of its parts. A name that stands in both is refused."""
    rules = texts.read(text, name)
    rules.pop("include", None)
    for part in parts_included(text, name):
        if part not in parts:
            raise ProcedureFaulty(name, "include", f"there is no part {part!r}; known: {', '.join(sorted(parts))}")
        brought = texts.read(parts[part], part)
        if brought.pop("part", None) != part:
            raise ProcedureFaulty(part, "part", f"must say `part: {part}`")
        unknown = set(brought) - {*MERGED, "endings"}
        if unknown:
            raise ProcedureFaulty(part, min(unknown), f"a part may bring {', '.join(MERGED)} and endings")
        for section in MERGED:
            rules[section] = _joined(rules.get(section) or {}, brought.get(section) or {}, section, name)
        rules["endings"] = [*_listed(rules, name), *_listed(brought, part)]
    _check_names(rules, name)
    return rules


def parts_included(text: str, name: str) -> tuple[str, ...]:
    """The names of the parts that a procedure includes."""
    included = texts.read(text, name).get("include", [])
    listed = included if isinstance(included, list) else [included]
    if not all(isinstance(part, str) and part for part in listed):
        raise ProcedureFaulty(name, "include", "must be a list of names of parts")
    return tuple(listed)


def _listed(rules: Mapping[str, Any], name: str) -> list[Any]:
    endings = rules.get("endings", [])
    if not isinstance(endings, list):
        raise ProcedureFaulty(name, "endings", "must be a list of words")
    return endings


def _check_names(rules: Any, name: str, path: str = "") -> None:
    """A key that YAML reads as a number or as true is no name."""
    values = rules.items() if isinstance(rules, dict) else enumerate(rules) if isinstance(rules, list) else ()
    for key, value in values:
        where = f"{path}.{key}".lstrip(".")
        if isinstance(rules, dict) and not isinstance(key, str):
            raise ProcedureFaulty(name, where, f"the name {key!r} must be a word; put it in quotes if it is one")
        _check_names(value, name, where)


def _joined(own: Any, brought: Any, section: str, name: str) -> dict[str, Any]:
    if not isinstance(own, dict) or not isinstance(brought, dict):
        raise ProcedureFaulty(name, section, "must be a mapping of names to rules")
    twice = set(own) & set(brought)
    if twice:
        raise ProcedureFaulty(name, f"{section}.{min(twice)}", "stands in the procedure and in a part; keep one")
    return {**own, **brought}


class Source:
    """Reads values out of the merged rules; each complaint names the file and the path."""

    def __init__(self, rules: dict[str, Any], name: str) -> None:
        self.rules, self.name = rules, name
        self.canonical = json.dumps(rules, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def at(self, path: str) -> Any:
        """The value at a path of names, None where there is none."""
        value: Any = self.rules
        for part in path.split(".") if path else ():
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def faulty(self, path: str, mend: str) -> ProcedureFaulty:
        """The error to raise for what stands at a path."""
        return ProcedureFaulty(self.name, path, mend)

    def mapping(self, path: str, required: Collection[str] = (), optional: Collection[str] = ()) -> dict[str, Any]:
        """A mapping that has the required keys and none but the named ones."""
        value = self.at(path)
        if not isinstance(value, dict):
            raise self.faulty(path, f"must be a mapping with {', '.join(required)}")
        for key in required:
            if key not in value:
                raise self.faulty(path, f"lacks the key `{key}`")
        for key in value:
            if key not in required and key not in optional:
                raise self.faulty(
                    f"{path}.{key}".lstrip("."), f"is not known here; known: {', '.join([*required, *optional])}"
                )
        return value

    def names(self, path: str) -> tuple[str, ...]:
        """The keys of a mapping; none where there is no such section."""
        value = self.at(path)
        if value is None:
            return ()
        if not isinstance(value, dict):
            raise self.faulty(path, "must be a mapping of names to rules")
        return tuple(str(key) for key in value)

    def word(self, path: str) -> str:
        """One text."""
        value = self.at(path)
        if not isinstance(value, str) or not value:
            raise self.faulty(path, "must be a word")
        return value

    def integer(self, path: str) -> int:
        """A whole number from 1."""
        value = self.at(path)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.faulty(path, "must be a whole number from 1")
        return value

    def flag(self, path: str) -> bool:
        """true or false; false where it is left out."""
        value = self.at(path)
        if value is not None and not isinstance(value, bool):  # 1 == True
            raise self.faulty(path, "must be true or false")
        return bool(value)

    def choice(self, path: str, choices: Collection[str]) -> str:
        """One of a few words."""
        value = self.word(path)
        if value not in choices:
            raise self.faulty(path, f"must be one of {', '.join(choices)}")
        return value

    def words(self, path: str) -> tuple[str, ...]:
        """A list of words, or one word alone; none where it is left out."""
        value = self.at(path)
        if value is None:
            return ()
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) and one for one in listed):
            raise self.faulty(path, "must be a word or a list of words")
        if len(set(listed)) < len(listed):
            raise self.faulty(path, "names one thing twice")
        return tuple(listed)

    def texts(self, path: str) -> dict[str, str]:
        """A mapping of names to texts; empty where it is left out."""
        value = self.at(path)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise self.faulty(path, "must be a mapping of names to texts")
        return {str(key): one for key, one in value.items()}

    def stages(self, path: str, groups: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        """A list of stages, or the name of a group of them: any, open, endings."""
        value = self.at(path)
        if isinstance(value, str) and value in groups:
            return groups[value]
        named = self.words(path)
        if not named:
            raise self.faulty(path, "must name at least one stage")
        return named

    def required(self, path: str) -> bool:
        """`reason: required`, or nothing."""
        return self.at(path) is not None and self.choice(path, ("required", "optional")) == "required"

    def tells(self, path: str) -> dict[str, tuple[str, ...]]:
        """Notices with the role words that get them."""
        return {notice: self.words(f"{path}.{notice}") for notice in self.names(path)}

    def fields(
        self, path: str, checklists: Mapping[str, tuple[str, ...]], may_be_empty: Collection[str] = ()
    ) -> tuple[Field, ...]:
        """What is asked, field by field."""
        found = []
        for name in self.names(path):
            try:
                field = parse_field(name, self.word(f"{path}.{name}"))
            except ValueError as error:
                raise self.faulty(f"{path}.{name}", str(error)) from error
            if field.type in {"checklist", "choice"} and field.of is not None and field.of not in checklists:
                raise self.faulty(f"{path}.{name}", f"there is no checklist {field.of!r}")
            found.append(dataclasses.replace(field, may_be_empty=name in may_be_empty))
        return tuple(found)
