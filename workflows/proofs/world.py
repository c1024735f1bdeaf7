"""World: what stands around a made-up case, what people do to it meanwhile, and what each step makes of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from workflows import clock as clocks
from workflows import effects
from workflows.advance import Step
from workflows.case import Case
from workflows.case_clocks import written
from workflows.clock import Clock
from workflows.consultation import Consultation, Position
from workflows.decision_rule import Outcome, Reservation, Stance
from workflows.effects import Effect
from workflows.events import Event, EventKind
from workflows.facts import Facts, Instrument, Measure, Text
from workflows.fields import VOTERS
from workflows.proofs.made_up import KNOWN

FOLLOW_UPS = ("benelux-project", "benelux-proposal")
_FINAL = Text(articles=("1",), final=True)
_STANCES = [
    *[Stance.AGREE] * 6,
    *[Stance.AGREE_WITH_COMMENT] * 2,
    Stance.ABSTAIN,
    Stance.RESERVATION,
    Stance.OBJECT,
]


@dataclass(slots=True, kw_only=True)
class World:
    """A made-up case, its surroundings, and the day. Nothing here is kept anywhere."""

    case: Case
    day: date
    chance: Random
    clocks: dict[str, Clock] = field(default_factory=dict)
    consultation: Consultation | None = None
    rounds: dict[str, int] = field(default_factory=dict)
    agreement: Outcome | None = None
    analyses: frozenset[str] = frozenset()
    instrument: Instrument | None = None
    measures: tuple[Measure, ...] = ()

    def facts(self) -> Facts:
        """What a step may know."""
        return Facts(
            clocks=tuple(self.clocks.values()),
            consultation=self.consultation,
            rounds=dict(self.rounds),
            agreement=self.agreement,
            analyses=self.analyses,
            instrument=self.instrument,
            measures=self.measures,
            known=KNOWN,
            follow_ups=FOLLOW_UPS,
        )

    def pass_days(self, days: int) -> tuple[Event, ...]:
        """Let days go by; the clocks ring when they should."""
        self.day += timedelta(days=days)
        return tuple(event for name in tuple(self.clocks) for event in self._rung(name))

    def _rung(self, name: str) -> list[Event]:
        rule, rang = self.case.procedure.clocks[name], []
        while marks := clocks.ringing(rule, self.clocks[name], self.day):
            clock = self.clocks[name] = clocks.ring(rule, self.clocks[name], marks[0], self.day)
            facts = {"on": self.day.isoformat(), "clocks": [{"change": "rings", **written(clock)}]}
            rang.append(Event(kind=EventKind.CLOCK_RANG, facts=facts))
        return rang

    def meet(self, guard: str) -> None:
        """Let people do what a guard waits for, where it lies in their hands."""
        if guard in _MEANWHILE:
            _MEANWHILE[guard](self)

    def keep(self, step: Step) -> None:
        """Take over what a step makes of the case and its surroundings."""
        self.case = step.case
        for effect in step.effects:
            self._carry_out(effect)

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case effects.KeepClock():
                self.clocks[effect.clock.name] = effect.clock
            case effects.OpenConsultation():
                self._open(effect)
            case effects.ExtendConsultation():
                self.consultation = dataclasses.replace(self._consultation, closing_on=effect.closing_on)
            case effects.CloseConsultation():
                if self._consultation.name == "delegations":
                    self.agreement = effect.finding.outcome
                self.consultation = None
            case effects.CancelConsultation():
                self.consultation = None
            case effects.DraftInstrument():
                drafted = self.instrument or Instrument(id="instrument-1", kind=effect.kind)
                self.instrument = dataclasses.replace(drafted, kind=effect.kind)
            case effects.FreezeTexts() | effects.UnfreezeTexts():
                self._change_instrument(frozen=isinstance(effect, effects.FreezeTexts))
            case effects.AdoptInstrument():
                self._change_instrument(number="M(2026)1", evaluate_on=effect.evaluate_on, in_force=effect.in_force)
            case effects.AddMeasure():
                added = Measure(country=effect.country, state="planned", due_on=effect.due_on)
                self.measures = (*self.measures, added)
            case _:
                pass  # a reference, an opinion, a link or another case: nothing that a rule asks for

    def _open(self, effect: effects.OpenConsultation) -> None:
        assert self.consultation is None, "two consultations at once"  # noqa: S101 (a proof asserts)
        self.rounds[effect.name] = effect.round
        self.consultation = Consultation(
            id=f"{effect.name}-{effect.round}",
            name=effect.name,
            round=effect.round,
            question=effect.question,
            voters=effect.voters,
            advisers=effect.advisers,
            closing_on=effect.closing_on,
        )

    @property
    def _consultation(self) -> Consultation:
        assert self.consultation is not None, "no consultation is open"  # noqa: S101 (a proof asserts)
        return self.consultation

    def _change_instrument(self, **changes: Any) -> None:
        if self.instrument is not None:
            self.instrument = dataclasses.replace(self.instrument, **changes)

    def _positions(self, stances: list[Stance]) -> None:
        """Let every voter give one of these positions."""
        if self.consultation is None:
            return
        given = []
        for voter in self.consultation.voters:
            stance = self.chance.choice(stances)
            reservation = self.chance.choice(list(Reservation)) if stance is Stance.RESERVATION else None
            given.append(Position(delegation=voter, stance=stance, reservation=reservation, on=self.day))
        self.consultation = dataclasses.replace(self.consultation, positions=tuple(given))


def _wait_for_the_reply(world: World) -> None:
    if world.case.reply_by is not None:
        world.day = max(world.day, world.case.reply_by + timedelta(days=1))


def _analyse(world: World) -> None:
    world.analyses = frozenset(VOTERS)


def _consult(world: World) -> None:
    """Either all speak, or the closing date passes while somebody is silent."""
    closing_on = world.consultation.closing_on if world.consultation else None
    if closing_on is not None and world.chance.random() < 0.2:
        world.day = max(world.day, closing_on + timedelta(days=1))
    else:
        world._positions(_STANCES)


def _vote(world: World) -> None:
    world._positions([Stance.AGREE, Stance.AGREE, Stance.AGREE_WITH_COMMENT])


def _write_texts(world: World) -> None:
    world._change_instrument(texts={"nl": _FINAL, "fr": _FINAL})


def _publish(world: World) -> None:
    world._change_instrument(journal="2026-2", published_on=world.day)


def _carry_out_measures(world: World) -> None:
    states = ["in_force", "not_needed"]
    world.measures = tuple(dataclasses.replace(one, state=world.chance.choice(states)) for one in world.measures)


_MEANWHILE: Mapping[str, Callable[[World], None]] = {
    "reply_date_passed": _wait_for_the_reply,
    "analysis_per_voter": _analyse,
    "all_answered_or_date_passed": _consult,
    "vote_adopted": _vote,
    "texts_final_nl_fr": _write_texts,
    "published": _publish,
    "measures_done": _carry_out_measures,
    "measures_done_or_evaluation_due": _carry_out_measures,
}
"""What people do so that a guard is met. The others look at the request, or at what cannot be changed any more."""
