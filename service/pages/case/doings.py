"""Doings: what somebody can do on a case now; what brings it nearer to its end stands first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service import words
from service.queries.acts import ActShown
from service.queries.cases import CaseShown
from service.queries.moves import StepShown
from workflows.actor import Actor, Role
from workflows.first_step import leads_on
from workflows.guards import GUARDS
from workflows.procedure import Procedure
from workflows.wording import wording

ELSEWHERE = frozenset({"discard", "comment", "attach"})
"""Acts that have their place on the page itself, beside what they add to."""


OWN_PAGES = {"correct": "correct", "assign": "assign", "link": "links/new"}
AHEAD = frozenset({"analyse", "write_text"})
"""Acts that are the work of a stage itself; on the others somebody else is waited for."""


@dataclass(frozen=True, slots=True)
class Doing:
    """Something that can be done beside moving the case on, and where. `notes`: what others said is noted."""

    label: str
    help: str
    address: str
    notes: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """What has to be done first for the step ahead (`move`) to open, and what that still lacks."""

    doing: Doing
    move: str
    lacking: str


@dataclass(frozen=True, slots=True)
class Shut:
    """A step that is not open now, and why."""

    label: str
    why: str


def open_ones(moves: Sequence[StepShown], case: CaseShown, procedure: Procedure) -> list[StepShown]:
    """The steps that are open: those that lead on before the others."""
    found = [one for one in moves if one.open]
    return sorted(found, key=lambda one: not leads_on(procedure, case.stage, procedure.moves[one.move]))


def shut_ones(moves: Sequence[StepShown], case: CaseShown, language: str) -> list[Shut]:
    """The steps that are not, each with why."""
    known = wording(case.procedure.id, case.procedure.version, language).words
    return [
        Shut(one.label, words.guard(one.refused.guard, one.refused.needs, language, known) if one.refused else "")
        for one in moves
        if not one.open
    ]


def opening(
    moves: Sequence[StepShown], acts: Sequence[ActShown], case: CaseShown, procedure: Procedure, language: str
) -> Opening | None:
    """The act that opens the step ahead, where that is shut and the person may do the act."""
    known = wording(case.procedure.id, case.procedure.version, language).words
    allowed = {one.act: one for one in acts}
    for one in moves:
        if one.refused is None or not leads_on(procedure, case.stage, procedure.moves[one.move]):
            continue
        act = allowed.get(GUARDS[one.refused.guard].act or "")
        address = address_of_act(act.act, case) if act is not None else None
        if act is not None and act.act in AHEAD and address is not None:
            lacking = words.lacking(one.refused.guard, one.refused.needs, language, known)
            return Opening(Doing(act.label, act.help, address), one.label, lacking)
    return None


def doings(acts: Sequence[ActShown], case: CaseShown, actor: Actor) -> Iterator[Doing]:
    """What can be done beside moving it on, in the order of the procedure."""
    speaks = actor.has(Role.DELEGATE) or actor.has(Role.MINISTER_OFFICE)
    for act in acts:
        address = address_of_act(act.act, case)
        if address is not None:
            yield Doing(act.label, act.help, address, notes=act.act == "give_position" and not speaks)


def address_of_act(act: str, case: CaseShown) -> str | None:
    """The page on which an act is done; None where it stands elsewhere on the page of the case."""
    here = f"/cases/{case.id}"
    asked = next((one.id for one in case.consultations if one.open), None)
    own = next((one.id for one in case.instruments if one.relation == "produces"), None)
    if act in ELSEWHERE:
        return None
    match act:
        case "edit":
            return f"/filing/{case.id}/check"
        case "analyse":
            return "#analysis"
        case "give_position":
            return f"/consultations/{asked}/position" if asked else None
        case "write_text" | "record_measure":
            return f"/instruments/{own}{'#measures' if act == 'record_measure' else ''}" if own else None
        case _:
            return f"{here}/{OWN_PAGES.get(act, f'acts/{act}')}"
