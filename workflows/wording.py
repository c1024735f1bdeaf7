"""Wording: the words of a procedure in one language: labels, help, history lines and refusals."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from workflows import procedures, texts
from workflows.source import parts_included


class Wording:
    """The merged words of a procedure and of the parts that it includes."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self.words = words

    def section(self, *path: str) -> Mapping[str, Any]:
        """Everything under a path of names; empty where there is nothing."""
        found: Any = self.words
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    def text(self, *path: str) -> str | None:
        """The text at a path of names, None where there is none."""
        found = self.section(*path[:-1]).get(path[-1])
        return found if isinstance(found, str) else None

    def stage(self, stage: str) -> str:
        """The label of a stage or an ending; its code where it has none."""
        return self.text("stages", stage, "label") or self.text("endings", stage, "label") or stage


@lru_cache(maxsize=256)
def wording(procedure: str, version: int, language: str) -> Wording:
    """The words of a version of a procedure in one of `procedures.LANGUAGES`."""
    own = texts.read(procedures.words_text(procedure, language), f"{procedure}/words/{language}.yaml")
    rules = procedures.procedure_text(procedure, version)
    if parts_included(rules, f"{procedure}/{version}.yaml"):
        own = _merged(texts.read(procedures.part_words_text(language), f"parts/words/{language}.yaml"), own)
    return Wording(own)


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Both mappings as one; where both say something, the second one is heard."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
