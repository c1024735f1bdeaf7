"""Drawing: where everything of a procedure stands when it is drawn, phase below phase.

The way ahead runs down on the left, from stage to stage. Every other step is a row to the right of its stage: to the
name of an ending, or past the name of a stage to the track that leads to it. Each stage has one track of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from workflows.procedure import Procedure
from workflows.proofs.rows import (
    ENTRY,
    NAME_X,
    STAGE_WIDTH,
    STAGE_X,
    Pen,
    block,
    lettered,
    names_of,
)
from workflows.proofs.shapes import Area, Box, Dot, Drawing, Kind, Line, Shape, Text
from workflows.proofs.steps import Step, after_which, afterwards, said, steps, who
from workflows.wording import Wording

WIDTH = 1280
MARGIN = 16
LANE_X, LANE_NAME = 24, 152
SPINE = STAGE_X + 40
TRACKS, LAST_TRACK = 1030, 1250
FURTHEST_APART = 24
TOP = 20


def drawing(procedure: Procedure, words: Wording, language: str) -> Drawing:
    """The procedure as it is drawn, in the language of the words."""
    pen = Pen(procedure, words, language)
    bottom = _head(pen)
    ahead, aside = _apart(procedure)
    reached = {end for rows in aside.values() for step in rows if not step.stays for end in step.ends}
    lanes: list[Area] = []
    for phase in dict.fromkeys(procedure.phase_of(stage) for stage in procedure.all_stages):
        top, bottom = bottom, bottom + TOP
        for stage in (one for one in procedure.stages if procedure.phase_of(one) == phase):
            if stage == procedure.starts_in:
                bottom = _beginning(pen, bottom)
            _arrive(pen, stage, bottom)
            bottom = block(pen, (stage,), words.stage(stage), aside[stage], bottom, entered=stage in reached)
            bottom = _onward(pen, ahead[stage], bottom)
        if phase == procedure.phase_of(procedure.endings[0]):
            bottom = _ended(pen, bottom)
        lanes.append(Area(MARGIN, top, WIDTH - 2 * MARGIN, bottom - top))
        name = words.text("phases", phase) or phase
        pen.shapes += lettered(name, LANE_X, top + TOP, 14, LANE_NAME, bold=True)
    _tracks(pen)
    under: list[Shape] = [Box(lane, Kind.LANE) for lane in lanes]
    label = words.text("label") or procedure.id
    return Drawing(
        name=f"{procedure.id}-{procedure.version}-{language}",
        language=language,
        title=said(language, "title", label=label),
        description=said(language, "about", about=words.text("about") or ""),
        width=WIDTH,
        height=bottom + MARGIN,
        shapes=(*under, *pen.shapes),
    )


def _apart(procedure: Procedure) -> tuple[dict[str, tuple[Step, ...]], dict[str, tuple[Step, ...]]]:
    """The steps to the very next stage, and all the others."""
    after = dict(pairwise(procedure.stages))
    every = steps(procedure)
    ahead = {stage: tuple(one for one in every[stage] if one.ends == (after.get(stage),)) for stage in every}
    return ahead, {stage: tuple(one for one in every[stage] if one not in ahead[stage]) for stage in every}


def _head(pen: Pen) -> int:
    """Title, version and the key to the lines; gives where the lanes begin."""
    procedure, language = pen.procedure, pen.language
    status = said(language, "status", procedure.status)
    version = said(language, "version", id=procedure.id, version=procedure.version, status=status)
    label = pen.words.text("label") or procedure.id
    pen.shapes += lettered(label[:1].upper() + label[1:], MARGIN, 36, 22, WIDTH - 2 * MARGIN, bold=True)
    pen.shapes.append(Text(MARGIN, 60, version, 13))
    x = MARGIN
    for key, back in (("onward", False), ("backward", True)):
        text = Text(x + 58, 86, said(language, key), 13)
        pen.shapes += [Line(((x, 82), (x + 48, 82)), back=back, arrow=True), text]
        x = text.area.right + 32
    stays = Text(x + 58, 86, said(language, "stays"), 13)
    pen.shapes += [Line(((x, 75), (x + 40, 75), (x + 40, 90), (x, 90)), arrow=True), stays]
    x = stays.area.right + 32
    name = Text(x + 34, 86, said(language, "ending"), 13)
    pen.shapes += [Box(Area(x, 70, 34 + name.area.width + 10, 24), Kind.ENDING), name]
    return 108


def _beginning(pen: Pen, top: int) -> int:
    text = said(pen.language, "begins")
    pen.shapes += [Dot(SPINE, top + 6, 7), *_told(pen, text, pen.procedure.begun_by, top - 8)]
    bottom = pen.shapes_bottom(top) + 12
    pen.coming.append(top + 6)
    return bottom


def _arrive(pen: Pen, stage: str, top: int) -> None:
    """Draw the way ahead down to the stage, where there is one."""
    if pen.coming:
        pen.shapes.append(Line(((SPINE, pen.coming.pop()), (SPINE, top)), arrow=True))
    pen.entries[stage] = top + ENTRY // 2


def _onward(pen: Pen, taken: Iterable[Step], top: int) -> int:
    """The steps to the next stage, beside the line that leads there."""
    bottom = top
    for step in taken:
        pen.coming[:] = [top]
        pen.shapes += _told(pen, pen.move(step), step.by, bottom + 2)
        bottom = pen.shapes_bottom(bottom) + 4
    return bottom + TOP


def _told(pen: Pen, text: str, by: Iterable[str], top: int) -> list[Shape]:
    """A step beside the way ahead: what it is called, and below it who may take it."""
    x, room = SPINE + 16, NAME_X - SPINE - 40
    called = lettered(text, x, top + 14, 13, room, bold=True)
    return [*called, *lettered(who(by, pen.words, pen.language), x, top + 14 + 17 * len(called) - 1, 12, room)]


def _ended(pen: Pen, top: int) -> int:
    """Every ending, and what may be done with a case that has ended."""
    bottom, x = top, STAGE_X
    for ending in pen.procedure.endings:
        box, texts = names_of(pen.words.stage(ending), x, bottom, Kind.ENDING)
        if box.area.right > TRACKS + 200:
            x, bottom = STAGE_X, bottom + 44
            box, texts = names_of(pen.words.stage(ending), x, bottom, Kind.ENDING)
        pen.shapes += [box, *texts]
        x = box.area.right + 16
    bottom += 54
    for after, taken in afterwards(pen.procedure).items():
        name = after_which(after, pen.procedure, pen.words, pen.language)
        bottom = block(pen, after, name, taken, bottom, entered=False) + TOP
    return bottom


def _tracks(pen: Pen) -> None:
    """Lead every row that goes to another stage to its track, and every track to its stage."""
    order = _ordered(pen)
    pitch = min(FURTHEST_APART, (LAST_TRACK - TRACKS) // max(1, len(order) - 1))
    places = {stage: TRACKS + pitch * number for number, stage in enumerate(order)}
    for fork in pen.forks:
        back = all(pen.entries[end] < fork.y for end in fork.ends)
        furthest = max(places[end] for end in fork.ends)
        pen.shapes.append(Line(((fork.x, fork.y), (furthest, fork.y)), back=back))
        pen.shapes += [Dot(places[end], fork.y, 4) for end in fork.ends]
    for stage, x in places.items():
        entry, joined = pen.entries[stage], [fork.y for fork in pen.forks if stage in fork.ends]
        above, below = [y for y in joined if y < entry], [y for y in joined if y > entry]
        if above:
            pen.shapes.append(Line(((x, min(above)), (x, entry))))
        if below:
            pen.shapes.append(Line(((x, max(below)), (x, entry)), back=True))
        if above and below:
            pen.shapes.append(Dot(x, entry, 4))
        pen.shapes.append(Line(((x, entry), (STAGE_X + STAGE_WIDTH, entry)), back=not above, arrow=True))


def _ordered(pen: Pen) -> list[str]:
    """The stages that have a track, the shortest track first: so the fewest lines cross."""
    reach: dict[str, list[int]] = {}
    for fork in pen.forks:
        for end in fork.ends:
            reach.setdefault(end, [pen.entries[end]]).append(fork.y)
    return sorted(reach, key=lambda stage: (max(reach[stage]) - min(reach[stage]), pen.entries[stage]))
