"""Moves: a step of a case, kept with its events, its notices and everything that it sets off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from service.store.once import Seen
from service.store.work import Work, check_version
from workflows.advance import Request, advance, needs_of
from workflows.case import Case
from workflows.errors import UnknownMove
from workflows.facts import Facts
from workflows.fields import mentioned


@dataclass(frozen=True, slots=True)
class AskedMove:
    """The move that is asked for. `on` is the day on which it happened; None is today."""

    move: str
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class MoveCase:
    """Move one case a step. `asked` reads what was sent, once it is known that it may be; it raises what is wrong."""

    case: str
    version: int | None
    asked: Callable[[], AskedMove]


def move_case(command: MoveCase, work: Work) -> Seen:
    """Move one case a step; keep the case, its events and its notices together.

    Raises, in this order: NotFound, IdempotencyMismatch, IdempotencyInProgress, VersionMissing, Stale, what `asked`
    raises, UnknownMove, RoleMissing, MoveNotOpen, DataInvalid, GuardRefused.
    """
    with work:
        case = work.case(command.case)
        seen = work.replay()
        if seen is not None:
            return seen
        check_version(case, command.version)
        asked = command.asked()
        facts = _facts(work, case, asked)
        request = Request(
            move=asked.move,
            actor=work.actor,
            data=asked.data,
            reason=asked.reason,
            on=asked.on,
            now=work.now,
        )
        work.keep(advance(case, facts, request), case, facts)
        return work.remember(200, None, "case", case.id)


def _facts(work: Work, case: Case, asked: AskedMove) -> Facts:
    move = case.procedure.moves.get(asked.move)
    if move is None:
        raise UnknownMove(asked.move)
    return work.facts(case, needs_of(case, move), mentioned(move.asks, asked.data))
