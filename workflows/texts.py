"""YAML: the one reader of the files that procedures, words and calendars are written in.

Plain scalars stay text except integers and true/false (`NO` is Norway, `on` is a key); repeated keys, aliases and
tags are refused, as is a text over 256 kB.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from workflows.errors import ProcedureFaulty

LARGEST = 256 * 1024  # bytes
DEEPEST = 40


# libyaml where the wheel has it: the same rules, ten times as fast.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):  # type: ignore[misc]  # either of two classes, known only here
    """A safe loader that resolves nothing but integers, true and false."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (PyYAML's own protocol)


for _first in "-0123456789":
    _Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9][0-9]*)\Z"), [_first])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), ["t", "f"])
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:null|~)\Z"), ["n", "~"])


def read(text: str, name: str) -> dict[str, Any]:
    """The mapping that a YAML text holds. `name` is how the file is called in an error.

    Raises ProcedureFaulty with the line and what to mend.
    """
    if len(text.encode(errors="surrogatepass")) > LARGEST:
        raise ProcedureFaulty(name, "", f"is larger than {LARGEST // 1024} kB; split it")
    try:
        _refuse_tricks(text, name)
        loaded = yaml.load(text, Loader=_Loader)  # noqa: S506 (a safe loader, narrowed further)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark is not None else ""
        raise ProcedureFaulty(name, where, getattr(error, "problem", None) or "is not YAML") from error
    except (ValueError, RecursionError) as error:
        raise ProcedureFaulty(name, "", f"cannot be read as YAML: {error}") from error
    if not isinstance(loaded, dict):
        raise ProcedureFaulty(name, "", "must be a mapping of names to values")
    return loaded


def _refuse_tricks(text: str, name: str) -> None:
    """Aliases (bombs), tags (code), deep nesting and repeated keys are never needed here."""
    depth = 0
    keys: list[set[str] | None] = []
    expecting: list[bool] = []
    for event in yaml.parse(text, Loader=_Loader):
        where = f"line {event.start_mark.line + 1}" if event.start_mark is not None else ""
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ProcedureFaulty(name, where, "anchors and aliases (&, *) are not allowed; write the value out")
        if getattr(event, "tag", None):
            raise ProcedureFaulty(name, where, "tags (!) are not allowed; write a plain value")
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            keys.pop()
            expecting.pop()
            continue
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            continue
        if keys and keys[-1] is not None:
            if expecting[-1]:
                _check_key(event, keys[-1], name, where)
            expecting[-1] = not expecting[-1]
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise ProcedureFaulty(name, where, f"is nested more than {DEEPEST} deep")
            keys.append(set() if isinstance(event, yaml.MappingStartEvent) else None)
            expecting.append(True)


def _check_key(event: yaml.Event, known: set[str], name: str, where: str) -> None:
    if not isinstance(event, yaml.ScalarEvent):
        raise ProcedureFaulty(name, where, "a key must be a word")
    if event.value in known:
        raise ProcedureFaulty(name, where, f"the key {event.value!r} stands twice; keep one")
    known.add(event.value)
