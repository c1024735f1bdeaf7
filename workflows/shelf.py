"""The shelf: the packaged procedures, each version parsed once and checked for names that nothing answers to."""

from __future__ import annotations

from functools import cache, lru_cache

from workflows import procedures
from workflows.errors import ProcedureFaulty
from workflows.guards import GUARDS
from workflows.procedure import Procedure
from workflows.source import parts_included


@lru_cache(maxsize=256)
def procedure(name: str, version: int) -> Procedure:
    """One version of a procedure. Raises KeyError where there is none, ProcedureFaulty where its file is broken."""
    text = procedures.procedure_text(name, version)
    file = f"{name}/{version}.yaml"
    parsed = Procedure.parse(text, file, {part: procedures.part_text(part) for part in parts_included(text, file)})
    for move in parsed.moves.values():
        for guard in move.guards:
            if guard not in GUARDS:
                raise ProcedureFaulty(
                    file, f"moves.{move.name}.if", f"there is no guard {guard!r}; known: {', '.join(GUARDS)}"
                )
    return parsed


@cache
def newest(name: str) -> Procedure:
    """The newest version: the one that new cases begin on. Raises KeyError where there is none."""
    versions = [version for known, version in procedures.versions() if known == name]
    if not versions:
        raise KeyError(name)
    return procedure(name, max(versions))


@cache
def names() -> tuple[str, ...]:
    """The ids of all packaged procedures, sorted."""
    return tuple(sorted({name for name, _ in procedures.versions()}))
