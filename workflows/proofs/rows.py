"""Rows: a stage as a box, and to the right of it a row for every step that is not the way ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from workflows.procedure import Procedure
from workflows.proofs.lettering import wrapped
from workflows.proofs.shapes import Area, Box, Kind, Line, Shape, Text
from workflows.proofs.steps import Step, said, who
from workflows.wording import Wording

STAGE_X, STAGE_WIDTH = 176, 212
TEXT_X, TEXT_WIDTH = 400, 368
NAME_X, NAME_WIDTH = 788, 216
ENTRY = 28
"""The height of the line by which a track arrives; there are no steps on it."""
GAP = 5


@dataclass(frozen=True, slots=True)
class Fork:
    """From here a row goes on to the tracks of these stages."""

    x: int
    y: int
    ends: tuple[str, ...]


@dataclass(slots=True)
class Pen:
    """What is drawn so far, and what of it has yet to be joined."""

    procedure: Procedure
    words: Wording
    language: str
    shapes: list[Shape] = field(default_factory=list)
    forks: list[Fork] = field(default_factory=list)
    entries: dict[str, int] = field(default_factory=dict)
    coming: list[int] = field(default_factory=list)
    """Where the line begins that leads down to the next stage; nothing where no step leads there."""

    def move(self, step: Step) -> str:
        """What a step is called."""
        return self.words.text("moves", step.move, "label") or step.move

    def shapes_bottom(self, least: int) -> int:
        """Where the text that was written last ends."""
        last = self.shapes[-1]
        return max(least, last.area.bottom) if isinstance(last, Text) else least


def lettered(text: str, x: int, y: int, size: int, room: int, *, bold: bool = False) -> list[Shape]:
    """A text in lines, of which the first stands on `y`."""
    lines = wrapped(text, size, room, bold)
    return [Text(x, y + number * (size + 4), line, size, bold) for number, line in enumerate(lines)]


def names_of(text: str, x: int, top: int, kind: Kind) -> tuple[Box, list[Shape]]:
    """The name of a stage or an ending in a box that fits it; an ending leaves room for its sign."""
    left = 34 if kind is Kind.ENDING else 10
    lines = lettered(text, x + left, top + 18, 13, NAME_WIDTH - left - 10)
    wide = max(line.area.width for line in lines if isinstance(line, Text))
    return Box(Area(x, top, left + wide + 10, 10 + 17 * len(lines)), kind), lines


def block(pen: Pen, places: tuple[str, ...], name: str, taken: Sequence[Step], top: int, *, entered: bool) -> int:
    """A stage with its rows; gives where it ends."""
    label = lettered(name, STAGE_X + 10, top + 20, 14, STAGE_WIDTH - 16, bold=True)
    bottom = top + (ENTRY if entered else GAP)
    rows: list[Shape] = []
    for step in taken:
        bottom = _row(pen, step, bottom, rows) + GAP
    bottom = max(bottom + 2, top + 14 + 18 * len(label))
    ended = places[0] in pen.procedure.endings
    box = Box(Area(STAGE_X, top, STAGE_WIDTH, bottom - top), Kind.ENDING if ended else Kind.STAGE)
    if ended:
        label = lettered(name, STAGE_X + 38, top + 20, 14, STAGE_WIDTH - 48, bold=True)
    pen.shapes += [box, *label, *rows]
    return bottom


def _row(pen: Pen, step: Step, top: int, rows: list[Shape]) -> int:
    if step.stays:
        return _loop(pen, step, top + 4, rows)
    after, kind = _named(pen, step)
    box, name = names_of(after, NAME_X, 0, kind)
    lines = len(wrapped(pen.move(step), 13, TEXT_WIDTH, bold=True))
    y = top + max(17 * lines + 1, box.area.height // 2)
    called = lettered(pen.move(step), TEXT_X, y - 5 - 17 * (lines - 1), 13, TEXT_WIDTH, bold=True)
    by = lettered(who(step.by, pen.words, pen.language), TEXT_X, y + 14, 12, TEXT_WIDTH)
    box, name = names_of(after, NAME_X, y - box.area.height // 2, kind)
    rows += [*called, *by, box, *name]
    further = kind is Kind.NAME and bool(step.ends)
    rows.append(Line(((STAGE_X + STAGE_WIDTH, y), (NAME_X, y)), back=_back(pen, step), arrow=not further))
    if further:
        pen.forks.append(Fork(box.area.right, y, step.ends))
    return max(y + 1 + 16 * len(by), box.area.bottom)


def _named(pen: Pen, step: Step) -> tuple[str, Kind]:
    """What stands where a row leads to."""
    if not step.ends:
        return said(pen.language, "returns"), Kind.NAME
    ended = set(step.ends) <= set(pen.procedure.endings)
    return ", ".join(pen.words.stage(end) for end in step.ends), Kind.ENDING if ended else Kind.NAME


def _back(pen: Pen, step: Step) -> bool:
    """Does it lead to earlier stages only?"""
    order = pen.procedure.all_stages
    return all(order.index(end) < order.index(step.starts[0]) for end in step.ends)


def _loop(pen: Pen, step: Step, top: int, rows: list[Shape]) -> int:
    """A step that stays: out of the stage and back into it, around what it is called."""
    called = lettered(pen.move(step), TEXT_X, top + 18, 13, TEXT_WIDTH, bold=True)
    by = lettered(who(step.by, pen.words, pen.language), TEXT_X, top + 18 + 17 * len(called), 12, TEXT_WIDTH)
    texts = [*called, *by]
    right = max(text.area.right for text in texts if isinstance(text, Text)) + 12
    bottom = top + 18 + 17 * len(called) + 16 * len(by) - 4
    edge = STAGE_X + STAGE_WIDTH
    rows += [*texts, Line(((edge, top), (right, top), (right, bottom), (edge, bottom)), arrow=True)]
    return bottom
