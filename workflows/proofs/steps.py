"""Steps: what may be done in each stage, by whom and where it leads, and the same as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from workflows import texts
from workflows.procedure import SAME, Procedure
from workflows.procedures import drawing_words_text
from workflows.proofs.ways import beginnings, ways
from workflows.wording import Wording


@dataclass(frozen=True, slots=True)
class Step:
    """A move out of one stage (or out of these endings), and every stage to which it may lead from there.

    `ends` is empty after an ending, where a move leads back to wherever that case was.
    """

    move: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    by: tuple[str, ...]

    @property
    def stays(self) -> bool:
        """Does it leave the case where it is?"""
        return self.ends == self.starts


@dataclass(frozen=True, slots=True)
class Passage:
    """A phase, and what is said of it, a sentence a step."""

    phase: str
    steps: tuple[str, ...]


def steps(procedure: Procedure) -> dict[str, tuple[Step, ...]]:
    """What may be done in each stage that is not an ending, in the order of the procedure."""
    found: dict[tuple[str, str], set[str]] = {}
    for way in ways(procedure, beginnings(procedure)):
        if way.end is not None:
            found.setdefault((way.start.stage, way.move.name), set()).add(way.end.stage)
    return {
        stage: tuple(
            Step(
                move=move.name,
                starts=(stage,),
                ends=tuple(end for end in procedure.all_stages if end in found[stage, move.name]),
                by=move.by,
            )
            for move in procedure.moves.values()
            if (stage, move.name) in found
        )
        for stage in procedure.stages
    }


def afterwards(procedure: Procedure) -> dict[tuple[str, ...], tuple[Step, ...]]:
    """What may be done with a case that has ended, by the endings after which it may."""
    found: dict[tuple[str, ...], list[Step]] = {}
    for move in procedure.moves.values():
        after = tuple(ending for ending in procedure.endings if ending in move.sources)
        if after:
            ends = after if move.target == SAME else (move.target,) if move.target in procedure.all_stages else ()
            found.setdefault(after, []).append(Step(move=move.name, starts=after, ends=ends, by=move.by))
    return {after: tuple(moves) for after, moves in found.items()}


@cache
def drawing_words(language: str) -> Wording:
    """The words with which a procedure is drawn and listed."""
    return Wording(texts.read(drawing_words_text(language), f"drawing/words/{language}.yaml"))


def said(language: str, *path: str, **filled: Any) -> str:
    """One of these words, filled in."""
    text = drawing_words(language).text(*path)
    if text is None:
        raise KeyError(".".join((language, *path)))
    return text.format(**filled)


def who(roles: Iterable[str], words: Wording, language: str) -> str:
    """Those who may, in words."""
    return said(language, "between").join(words.text("roles", role) or role for role in roles)


def after_which(after: tuple[str, ...], procedure: Procedure, words: Wording, language: str) -> str:
    """The endings after which something may be done: all of them, or their names."""
    if after == procedure.endings:
        return said(language, "any_ending")
    return ", ".join(words.stage(ending) for ending in after)


def outline(procedure: Procedure, words: Wording, language: str) -> tuple[Passage, ...]:
    """All that the drawing shows, as sentences: phase by phase, stage by stage."""
    sentences: dict[str, list[str]] = {}
    first = procedure.phase_of(procedure.starts_in)
    sentences[first] = [said(language, "begun", who=who(procedure.begun_by, words, language))]
    for stage, taken in steps(procedure).items():
        lines = sentences.setdefault(procedure.phase_of(stage), [])
        lines += _of_one_place(words.stage(stage), taken, words, language)
    for ending in procedure.endings:
        name = f"{words.stage(ending)} ({said(language, 'ending')})."
        sentences.setdefault(procedure.phase_of(ending), []).append(name)
    for after, taken in afterwards(procedure).items():
        place = after_which(after, procedure, words, language)
        sentences[procedure.phase_of(after[0])] += _of_one_place(place, taken, words, language)
    return tuple(Passage(words.text("phases", phase) or phase, tuple(lines)) for phase, lines in sentences.items())


def _of_one_place(place: str, taken: tuple[Step, ...], words: Wording, language: str) -> Iterator[str]:
    for step in taken:
        kind = "remains" if step.stays else "leads" if step.ends else "back"
        ends = ", ".join(words.stage(end) for end in step.ends)
        move = words.text("moves", step.move, "label") or step.move
        yield f"{place}: " + said(language, kind, move=move, who=who(step.by, words, language), to=ends)
