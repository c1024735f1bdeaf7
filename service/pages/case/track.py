"""The track of a case: the phases of its procedure, those behind it, the one it is in, those to come."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from service.queries.cases import CaseShown
from service.queries.events import PastEvent
from workflows.actor import Actor
from workflows.procedure import Procedure


@dataclass(frozen=True, slots=True)
class Step:
    """A phase on the track. `state`: passed, here, ahead, skipped."""

    phase: str
    state: str


def track_of(procedure: Procedure, case: CaseShown, history: Iterable[PastEvent]) -> list[Step]:
    """Every phase in the order of the procedure. What an ended case never came to is left out."""
    stood = {str(event.facts[end]) for event in history for end in ("from", "to") if end in event.facts}
    been = {procedure.phase_of(stage) for stage in stood if stage in procedure.all_stages}
    phases = list(dict.fromkeys(stage.phase for stage in procedure.stages.values()))
    here = phases.index(case.phase) if case.phase in phases else len(phases)
    steps = [Step(phase, _state(index, here, phase, been)) for index, phase in enumerate(phases)]
    return [step for step in steps if not (case.ended and step.state == "skipped")]


def _state(index: int, here: int, phase: str, been: Collection[str]) -> str:
    if index == here:
        return "here"
    if index > here:
        return "ahead"
    return "passed" if phase in been else "skipped"


def lies_with(case: CaseShown, procedure: Procedure, actor: Actor) -> bool:
    """Does the case wait for the very organisation in whose name the actor speaks?"""
    rule = procedure.roles.get(case.waits_for or "")
    if rule is None or rule.of != "case.organisation":
        return False
    return any(case.organisation in mandate.voices for mandate in actor.holding(rule.role))
