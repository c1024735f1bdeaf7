"""Assigning several cases at once: each by itself, so that one that cannot go keeps no other from going."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service.commands.cases import ChangeCase, change_case
from service.store.work import Work
from workflows.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignCases:
    """Assign these cases (id -> the version that was looked at) to a working group."""

    cases: Mapping[str, int | None]
    working_group: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """What became of one case, or would become of it: it changed, it was there already, or why it stays."""

    case: str
    changed: bool
    refused: Refused | None = None


def assign_cases(command: AssignCases, opened: Callable[[], Work], *, dry_run: bool = False) -> tuple[Assigned, ...]:
    """Assign one case after the other, each in a unit of work of its own. `dry_run`: only say what would become."""
    said: dict[str, Any] = {"working_group": command.working_group}
    if command.reason:
        said["reason"] = command.reason
    return tuple(
        _assign(ChangeCase(case, version, lambda: said), command, opened(), dry_run)
        for case, version in command.cases.items()
    )


def _assign(change: ChangeCase, command: AssignCases, work: Work, dry_run: bool) -> Assigned:
    try:
        with work:
            if dry_run:
                work.discard()
            there = work.case(change.case).working_group == command.working_group
            if not there:
                change_case(change, work)
    except Refused as refusal:
        return Assigned(case=change.case, changed=False, refused=refusal)
    return Assigned(case=change.case, changed=not there)
