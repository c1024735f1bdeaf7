"""Vocabulary: every stage, phase and role word that some version of a procedure knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from workflows import procedures, shelf


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words by which cases of every procedure can be looked for."""

    stages: frozenset[str]
    phases: frozenset[str]
    roles: frozenset[str]


@cache
def vocabulary() -> Vocabulary:
    """The words of every packaged version, the older ones too: cases may still be on them."""
    known = [shelf.procedure(name, version) for name, version in procedures.versions()]
    return Vocabulary(
        stages=frozenset(stage for one in known for stage in one.all_stages),
        phases=frozenset(one.phase_of(stage) for one in known for stage in one.all_stages),
        roles=frozenset(word for one in known for word in one.roles),
    )
