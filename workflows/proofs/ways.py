"""Ways: every place at which a case of a procedure can stand, and every move that leads from one to the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflows import machine
from workflows.consequences import WHICHEVER_IS_OPEN
from workflows.errors import MoveNotOpen
from workflows.procedure import Move, Procedure


@dataclass(frozen=True, slots=True)
class Place:
    """A stage, the anchor to which `to: back` leads from there, and the consultation that is open."""

    stage: str
    anchor: str | None
    open: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """A move from a place to the next; `end` is None where it should lead back and there is nowhere to go."""

    move: Move
    start: Place
    end: Place | None

    @property
    def leaves(self) -> bool:
        """Does it lead to another stage?"""
        return self.end is not None and self.end.stage != self.start.stage


def beginnings(procedure: Procedure, imported: bool = True) -> tuple[Place, ...]:
    """Where a case begins: in the first stage, or with `imported` where a plan may put it."""
    stages = (procedure.starts_in, *(procedure.imports.values() if imported else ()))
    return tuple(dict.fromkeys(_at(procedure, stage, None, None) for stage in stages))


def ways(procedure: Procedure, begun: Iterable[Place]) -> tuple[Way, ...]:
    """Every way that can be gone from these places on, whatever the guards say."""
    waiting = list(begun)
    seen = set(waiting)
    found = []
    while waiting:
        place = waiting.pop()
        for move in procedure.moves.values():
            if place.stage in move.sources:
                way = Way(move, place, end_of(procedure, move, place))
                found.append(way)
                if way.end is not None and way.end not in seen:
                    seen.add(way.end)
                    waiting.append(way.end)
    return tuple(found)


def distances(procedure: Procedure, known: Iterable[Way]) -> dict[Place, int]:
    """For each place from which an ending can be reached: by how many moves at least."""
    listed = [(way.start, way.end) for way in known if way.end is not None]
    found = {place: 0 for pair in listed for place in pair if place.stage in procedure.endings}
    near = set(found)
    while near:
        near = {start for start, end in listed if end in near and start not in found}
        found |= dict.fromkeys(near, 1 + max(found.values(), default=0))
    return found


def end_of(procedure: Procedure, move: Move, place: Place) -> Place | None:
    """Where a move leads from a place; None where it should lead back and there is nowhere to go."""
    try:
        stage = machine.target(procedure, place.stage, place.anchor, move.name)
    except MoveNotOpen:
        return None
    done = place.open is not None and (move.closes == place.open or move.cancels in {place.open, WHICHEVER_IS_OPEN})
    return _at(procedure, stage, place.anchor, move.opens or (None if done else place.open))


def _at(procedure: Procedure, stage: str, anchor: str | None, open_one: str | None) -> Place:
    return Place(stage, stage if procedure.is_anchor(stage) else anchor, open_one)
