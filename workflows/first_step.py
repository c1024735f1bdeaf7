"""First steps: what somebody does first on a case, so that it comes nearer to its end."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date

from workflows.actor import Actor
from workflows.case import Case
from workflows.facts import Facts, Need
from workflows.guards import GUARDS, Question
from workflows.procedure import Move, Procedure
from workflows.standing import standing


@dataclass(frozen=True, slots=True)
class FirstStep:
    """A move, or an act without which the move ahead stays shut. `ahead`: it leads on; `guard` is what the act brings
    about, and `needs` what that lacks."""

    ahead: bool
    move: str | None = None
    act: str | None = None
    guard: str | None = None
    needs: tuple[str, ...] = ()


def first_step(case: Case, facts: Facts, known: Set[Need], actor: Actor, today: date) -> FirstStep | None:
    """The first move that leads on and is open, or the act that would open it; else the first move that is open.

    `known`: which facts were loaded. A condition that looks at others is taken as met.
    """
    possible = [move for move in _moves_from(case) if standing(case, actor, move.by) is not None]
    ahead = [move for move in possible if leads_on(case.procedure, case.stage, move)]
    for move in (*ahead, *possible):
        shut = _shut(case, facts, known, move, today)
        if shut is None:
            return FirstStep(ahead=move in ahead, move=move.name)
        if move in ahead and (act := opening_act(case, actor, shut[0])) is not None:
            return FirstStep(ahead=True, act=act, guard=shut[0], needs=shut[1])
    return None


def leads_on(procedure: Procedure, stage: str, move: Move) -> bool:
    """Does a move lead to a stage that comes later, and not to a halt on the way?"""
    stages = list(procedure.stages)
    ahead = stages[stages.index(stage) + 1 :] if stage in stages else []
    return move.target in ahead and (move.opens is not None or procedure.stages[move.target].anchor)


def opening_act(case: Case, actor: Actor, guard: str) -> str | None:
    """The act that brings a condition about, if the actor may do it here by the role she has."""
    act = case.procedure.acts.get(GUARDS[guard].act or "")
    if act is None or case.stage not in act.stages:
        return None
    return act.name if standing(case, actor, act.by) is not None else None


def _moves_from(case: Case) -> Iterator[Move]:
    return (move for move in case.procedure.moves.values() if case.stage in move.sources)


def _shut(case: Case, facts: Facts, known: Set[Need], move: Move, today: date) -> tuple[str, tuple[str, ...]] | None:
    """The first condition of a move that is not met, with what it lacks."""
    asked = Question(case=case, facts=facts, data=None, today=today)
    for guard in move.guards:
        missing = GUARDS[guard].check(asked) if GUARDS[guard].needs <= known else None
        if missing is not None:
            return guard, missing
    return None
