"""Checks: what must hold of every way through a procedure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from workflows.case import Case
from workflows.case_clocks import clock_changes, runs
from workflows.clock import Clock, ClockState
from workflows.consequences import WHICHEVER_IS_OPEN, first_told
from workflows.facts import Facts
from workflows.fields import Field
from workflows.procedure import Move, Procedure
from workflows.proofs.fault import Found
from workflows.proofs.names import INVITATION
from workflows.proofs.ways import Place, Way, beginnings, distances, ways
from workflows.recipients import FILER

_ANY_DAY = date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Walks:
    """A procedure with every way through it: of what is filed, and of that and what is imported."""

    procedure: Procedure
    filed: tuple[Way, ...]
    ways: tuple[Way, ...]

    def of(self, move: Move) -> tuple[Way, ...]:
        return tuple(way for way in self.ways if way.move is move)


def unsound(procedure: Procedure) -> Iterator[Found]:
    """Everything that does not hold. Every name in the procedure is known already."""
    known = Walks(
        procedure,
        ways(procedure, beginnings(procedure, imported=False)),
        ways(procedure, beginnings(procedure)),
    )
    for check in _CHECKS:
        yield from check(known)


def _every_stage_is_reached(known: Walks) -> Iterator[Found]:
    reached = {known.procedure.starts_in, *(way.end.stage for way in known.filed if way.end is not None)}
    for stage in known.procedure.all_stages:
        if stage not in reached:
            section = "endings" if stage in known.procedure.endings else "stages"
            yield f"{section}.{stage}", "no move leads here from the first stage"


def _every_place_leads_to_an_ending(known: Walks) -> Iterator[Found]:
    near = distances(known.procedure, known.ways)
    places = {place for way in known.ways for place in (way.start, way.end) if place is not None}
    for stage in sorted({place.stage for place in (*places, *beginnings(known.procedure)) if place not in near}):
        yield f"stages.{stage}", "no ending can be reached from here"


def _every_way_back_leads_somewhere(known: Walks) -> Iterator[Found]:
    for way in known.ways:
        if way.end is None:
            yield f"moves.{way.move.name}.to", f"leads back from {way.start.stage!r}, but no anchor was passed before"


_RESTS_ON: Mapping[str, tuple[str, Callable[[Procedure], bool]]] = {
    "reply_date_passed": ("a move that asks reply_by", lambda p: _some_move(p, _asks("reply_by"))),
    "analysis_per_voter": ("the act analyse", lambda p: "analyse" in p.acts),
    "agreement_reached": (
        "a move that closes delegations",
        lambda p: _some_move(p, lambda m: m.closes == "delegations"),
    ),
    "texts_final_nl_fr": ("the act write_text", lambda p: "write_text" in p.acts),
    "texts_frozen": ("a move that freezes texts", lambda p: _some_move(p, lambda m: bool(m.freezes))),
    "has_instrument": ("a move that drafts an instrument", lambda p: _some_move(p, lambda m: bool(m.drafts))),
    "published": ("the act publish", lambda p: "publish" in p.acts),
    "review_asked": ("a move that starts the clock review", lambda p: _some_move(p, lambda m: "review" in m.starts)),
}
"""What somebody must be able to do before a guard can ever be met."""
_OPEN_FOR = {"all_answered_or_date_passed": None, "closing_later": None, "vote_adopted": "committee"}
"""Guards that look at an open consultation: of which name, None for whichever."""


def _asks(name: str) -> Callable[[Move], bool]:
    return lambda move: any(field.name == name for field in move.asks)


def _some_move(procedure: Procedure, holds: Callable[[Move], bool]) -> bool:
    return any(holds(move) for move in procedure.moves.values())


def _no_move_is_dead(known: Walks) -> Iterator[Found]:
    for move in known.procedure.moves.values():
        path = f"moves.{move.name}"
        gone = known.of(move)
        open_ones = {way.start.open for way in gone}
        if not any(way.end is not None for way in gone):
            yield path, "can never be made"
        for guard in move.guards:
            if guard in _RESTS_ON and not _RESTS_ON[guard][1](known.procedure):
                yield f"{path}.if", f"{guard} can never be met without {_RESTS_ON[guard][0]}"
            if guard in _OPEN_FOR and not _found_open(open_ones, _OPEN_FOR[guard]):
                yield f"{path}.if", f"{guard} can never be met: no such consultation is open where the move starts"
        for key, name in (("closes", move.closes), ("cancels", move.cancels)):
            if name and not _found_open(open_ones, None if name == WHICHEVER_IS_OPEN else name):
                yield f"{path}.{key}", f"{name!r} is never open where the move starts"
        if not move.by:
            yield f"{path}.by", "nobody may make it"
        for word in move.by:
            if known.procedure.roles[word].of == INVITATION:
                yield f"{path}.by", f"{word} means whoever is invited; they have acts, but no moves"


def _found_open(open_ones: Iterable[str | None], name: str | None) -> bool:
    return any(one is not None and name in (None, one) for one in open_ones)


def _nothing_else_is_dead(known: Walks) -> Iterator[Found]:
    procedure = known.procedure
    for name, rule in procedure.clocks.items():
        if not rule.restarted_by and not any(name in move.starts for move in procedure.moves.values()):
            yield f"clocks.{name}", "no move starts it"
    for name in procedure.consultations:
        if not any(move.opens == name for move in procedure.moves.values()):
            yield f"consultations.{name}", "no move opens it"


def _whoever_is_waited_for_can_act(known: Walks) -> Iterator[Found]:
    """An act that is open in every stage (a comment, a correction) takes no case further, so it does not count."""
    procedure = known.procedure
    for stage in procedure.stages.values():
        path = f"stages.{stage.name}"
        moves = [move for move in procedure.moves.values() if stage.name in move.sources]
        acts = [
            act
            for act in procedure.acts.values()
            if stage.name in act.stages and not set(procedure.open_stages) <= set(act.stages)
        ]
        if not moves:
            yield path, "nobody can move a case on from here"
        able = {word for by in (*(move.by for move in moves), *(act.by for act in acts)) for word in by}
        if stage.waits_for is None:
            yield path, "waits for nobody; say whom with `waits_for`"
        elif stage.waits_for not in able:
            yield f"{path}.waits_for", f"{stage.waits_for} has neither a move nor an act here"
    for ending in procedure.endings:
        if not any(way.leaves for way in known.ways if way.start.stage == ending):
            yield f"endings.{ending}", "nobody can reopen a case from here"


def _whoever_is_left_can_go_on(known: Walks) -> Iterator[Found]:
    """Once the last one has acted, the case waits for the first who is told: she must have a way on."""
    for act in known.procedure.acts.values():
        for stage, tells in act.when_all.items():
            word = first_told(tells)
            ways_on = (way for way in known.ways if way.leaves and way.start.stage == stage)
            if not any(word in way.move.by for way in ways_on):
                yield f"acts.{act.name}.when_all.{stage}", f"then it waits for {word}, who has no move from there"


def _a_way_without_guard_remains(known: Walks) -> Iterator[Found]:
    for stage in known.procedure.all_stages:
        gone = [way.move for way in known.ways if way.leaves and way.start.stage == stage]
        if stage != known.procedure.starts_in and gone and all(move.guards for move in gone):
            section = "endings" if stage in known.procedure.endings else "stages"
            yield f"{section}.{stage}", "every way on has a condition; leave one without"


def _whoever_must_act_hears_of_it(known: Walks) -> Iterator[Found]:
    procedure = known.procedure
    for way in known.ways:
        if way.end is None:
            continue
        told = {word for words in way.move.tells.values() for word in words}
        for word in sorted(_awaited(procedure, way)):
            if word not in told and set(way.move.by) != {word}:
                yield f"moves.{way.move.name}.tells", f"{word}, who must act in {way.end.stage!r}, does not hear of it"


def _the_filer_hears_of_every_step(known: Walks) -> Iterator[Found]:
    if FILER not in known.procedure.roles:
        return
    for way in known.ways:
        told = {word for words in way.move.tells.values() for word in words}
        if way.leaves and FILER not in told and set(way.move.by) != {FILER}:
            yield f"moves.{way.move.name}.tells", "the filer does not hear that the case has moved"


def _awaited(procedure: Procedure, way: Way) -> set[str]:
    """Who may have to act after a move to another stage, or after one that starts a review of an ending."""
    stage = way.end.stage if way.end is not None else ""
    if not way.leaves:
        return {procedure.clocks[name].of for name in way.move.starts} if stage in procedure.endings else set()
    record = procedure.acts.get("record_measure")
    words = {procedure.waits_for(stage)}
    if record is not None and stage in record.when_all:
        words.add(first_told(record.when_all[stage]))
    return {word for word in words if word is not None}


def _no_consultation_is_left_open(known: Walks) -> Iterator[Found]:
    for way in known.ways:
        left = way.start.open is not None and way.end is not None and way.end.open == way.start.open
        if left and way.leaves and not way.move.opens:
            yield f"moves.{way.move.name}", f"leaves {way.start.stage!r} with the consultation {way.start.open!r} open"
        if way.move.opens and way.start.open is not None and not (way.move.closes or way.move.cancels):
            yield f"moves.{way.move.name}.opens", f"{way.start.open!r} is still open then"


def _every_ending_is_told_and_stops_the_clocks(known: Walks) -> Iterator[Found]:
    procedure = known.procedure
    for way in known.ways:
        if way.end is None or not way.leaves or way.end.stage not in procedure.endings:
            continue
        path = f"moves.{way.move.name}"
        if not way.move.tells.get("ending"):
            yield f"{path}.tells", "ends the case and tells nobody of the `ending`"
        if not (way.move.reason_required or any(_says_why(field) for field in way.move.asks)):
            yield path, "ends the case without a reason; write `reason: required`"
        for name in _still_running(procedure, way.start, way.move, way.end.stage):
            yield path, f"the clock {name!r} still runs after the ending"


def _says_why(field: Field) -> bool:
    return field.type == "text" and not (field.optional or field.many or field.per_country)


def _still_running(procedure: Procedure, place: Place, move: Move, stage: str) -> list[str]:
    """Which clocks run on when all run, and the move is made."""
    case = Case(
        id="", procedure=procedure, stage=place.stage, anchor=place.anchor, organisation="", begun_by="", title=""
    )
    running = tuple(
        Clock(name=name, state=ClockState.RUNNING, starts_on=_ANY_DAY, due_on=_ANY_DAY) for name in procedure.clocks
    )
    changed = clock_changes(case, Facts(clocks=running), move, stage, {}, _ANY_DAY)
    after = {clock.name: clock for clock in running} | {
        change.name: change.clock for change in changed if change.clock is not None
    }
    return [name for name, clock in after.items() if runs(clock)]


def _the_first_move_gives_the_number(known: Walks) -> Iterator[Found]:
    procedure = known.procedure
    for way in known.ways:
        first = way.start.stage == procedure.starts_in
        if first and way.leaves and way.move.name != procedure.numbered_by:
            yield f"moves.{way.move.name}", f"leaves the first stage without a number; only {procedure.numbered_by} may"
        if not first and way.move.name == procedure.numbered_by:
            yield f"moves.{way.move.name}.from", "would number a case again"


_CHECKS: tuple[Callable[[Walks], Iterator[Found]], ...] = (
    _every_stage_is_reached,
    _every_place_leads_to_an_ending,
    _every_way_back_leads_somewhere,
    _no_move_is_dead,
    _nothing_else_is_dead,
    _whoever_is_waited_for_can_act,
    _whoever_is_left_can_go_on,
    _a_way_without_guard_remains,
    _whoever_must_act_hears_of_it,
    _the_filer_hears_of_every_step,
    _no_consultation_is_left_open,
    _every_ending_is_told_and_stops_the_clocks,
    _the_first_move_gives_the_number,
)
