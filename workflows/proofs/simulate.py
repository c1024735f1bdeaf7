"""Simulate: made-up cases that walk through a procedure, move by move, until they end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any

from workflows.advance import Request, Step, advance
from workflows.case import Case
from workflows.case_clocks import runs
from workflows.clock import Clock
from workflows.errors import GuardRefused
from workflows.events import Event
from workflows.procedure import Move, Procedure
from workflows.proofs.made_up import SENTENCES, Wanted, answers, somebody
from workflows.proofs.ways import Place, beginnings, distances, end_of, ways
from workflows.proofs.world import FOLLOW_UPS, World
from workflows.standing import standing

FIRST_DAY = date(2026, 1, 5)
PAUSES = (*range(26), 70, 120, 200)  # days between two moves: sometimes long enough for every clock to ring
WAY_HOME = 50  # moves at most, once it heads for an ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Stride:
    """One move of a walk: what was made by whom, and how the case and its clocks stand after it."""

    number: int
    on: date
    move: str
    by: str
    case: Case
    clocks: tuple[Clock, ...]
    events: tuple[Event, ...]

    @property
    def stage(self) -> str:
        """The stage after the move."""
        return self.case.stage

    @property
    def waits_for(self) -> str | None:
        """Who must act next, as a role word."""
        return self.case.waits_for

    @property
    def running(self) -> tuple[Clock, ...]:
        """The clocks that are still to be met."""
        return tuple(clock for clock in self.clocks if runs(clock))

    def __str__(self) -> str:
        told = ", ".join(f"{clock.name} {clock.due_on or 'without a date'}" for clock in self.running)
        line = f"{self.number:>3}  {self.on}  {self.by:<17} {self.move:<26} {self.stage:<25}"
        return f"{line} waits for {self.waits_for or 'nobody'}{f'; {told}' if told else ''}"


def simulate(
    procedure: Procedure, seed: int, steps: int = 40, *, reopens: bool = False, starts_on: date = FIRST_DAY
) -> tuple[Stride, ...]:
    """Walk a made-up case through a procedure until it ends; the same seed walks the same way.

    Every move is one that its stage, a role and the guards allow, with valid data. After `steps` moves it takes the
    shortest way to an ending. With `reopens` it goes on from endings, through reviews and reopenings, until then.
    Raises whatever `advance` raises but the refusal of a guard, which only means that another move is made.
    """
    return tuple(_walk(procedure, Random(seed), steps, reopens, starts_on))  # noqa: S311 (a walk is no secret)


def _walk(procedure: Procedure, chance: Random, steps: int, reopens: bool, starts_on: date) -> Iterator[Stride]:
    world = World(case=_begun(procedure, chance, starts_on), day=starts_on, chance=chance)
    near = distances(procedure, ways(procedure, beginnings(procedure)))
    made = Counter[str]()
    for number in range(1, steps + WAY_HOME + 1):
        if world.case.ended and (number > steps or not reopens):
            return
        rang = world.pass_days(chance.choice(PAUSES))
        candidates = [move for move in procedure.moves.values() if world.case.stage in move.sources]
        chance.shuffle(candidates)
        candidates.sort(key=partial(_to_go, world, near) if number > steps else partial(_curiosity, world, made))
        found = next(filter(None, (_made(world, move) for move in candidates)), None)
        if found is None:
            return
        step, request, word = found
        made[request.move] += 1
        world.keep(step)
        yield Stride(
            number=number,
            on=request.on or request.today,
            move=request.move,
            by=word,
            case=world.case,
            clocks=tuple(world.clocks.values()),
            events=(*rang, *step.events),
        )


def _curiosity(world: World, made: Counter[str], move: Move) -> float:
    """What was made least comes first, and an ending late: a walk should see much of its procedure."""
    ends = move.target in world.case.procedure.endings
    return made[move.name] + (0.5 if ends else 0) + 1.5 * world.chance.random()


def _to_go(world: World, near: Mapping[Place, int], move: Move) -> tuple[int, int]:
    """How far from an ending a move leads, and by how many conditions."""
    case = world.case
    here = Place(case.stage, case.anchor, world.consultation.name if world.consultation else None)
    end = end_of(case.procedure, move, here)
    return near.get(end, len(near)) if end is not None else len(near), len(move.guards)


def _begun(procedure: Procedure, chance: Random, today: date) -> Case:
    form = procedure.forms[procedure.form]
    return Case(
        id="made-up-case",
        procedure=procedure,
        stage=procedure.starts_in,
        title=chance.choice(SENTENCES),
        organisation="NL-GM0980",
        countries=("BE", "NL"),
        content=answers(form, procedure.checklists, Wanted(today=today), chance),
        begun_by=chance.choice(procedure.begun_by),
    )


def _made(world: World, move: Move) -> tuple[Step, Request, str] | None:
    """The move, once people have done what its guards wait for; None where that is not in their hands."""
    for guard in move.guards:
        world.meet(guard)
    case, chance = world.case, world.chance
    words = list(move.by)
    chance.shuffle(words)
    for word in words:
        actor = somebody(case, word)
        if actor is not None and standing(case, actor, [word]) is not None:
            request = Request(
                move=move.name,
                actor=actor,
                data=_data(world, move),
                reason=chance.choice(SENTENCES) if move.reason_required or chance.random() < 0.2 else None,
                on=_on(world),
                now=datetime.combine(world.day, time(9), UTC),
            )
            try:
                return advance(case, world.facts(), request), request, word
            except GuardRefused:
                return None
    return None


def _on(world: World) -> date | None:
    """Mostly today, else a day since the last move: what a meeting decided is entered later."""
    if world.chance.random() < 0.7:
        return None
    first = world.case.last_on or world.day - timedelta(days=3)
    return first + timedelta(days=world.chance.randint(0, (world.day - first).days))


def _data(world: World, move: Move) -> dict[str, Any]:
    open_one, instrument = world.consultation, world.instrument
    wanted = Wanted(
        today=world.day,
        questions=[question.question for question in world.case.questions],
        closes_after=open_one.closing_on if open_one is not None and "closing_later" in move.guards else None,
        binding=instrument is not None and instrument.kind == "decision",
        follow_ups=FOLLOW_UPS,
        always=["council_on"] if world.case.stage == "council" else [],
    )
    return answers(move.asks, world.case.procedure.checklists, wanted, world.chance)
