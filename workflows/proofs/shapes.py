"""Shapes: what a drawing is made of, in whole pixels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workflows.proofs.lettering import width


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Where it ends."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """Where it ends."""
        return self.y + self.height

    def meets(self, other: Area) -> bool:
        """Do the two have any room in common?"""
        across = self.x < other.right and other.x < self.right
        return across and self.y < other.bottom and other.y < self.bottom

    def holds(self, other: Area) -> bool:
        """Does the other lie inside?"""
        across = self.x <= other.x and other.right <= self.right
        return across and self.y <= other.y and other.bottom <= self.bottom


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `y` is the line on which it stands."""

    x: int
    y: int
    text: str
    size: int
    bold: bool = False

    @property
    def area(self) -> Area:
        """The room that it takes."""
        return Area(self.x, self.y - self.size, width(self.text, self.size, self.bold), self.size + self.size // 4)


class Kind(StrEnum):
    """What a box is, told by its form: a lane, a stage, the name of a stage further on, an ending."""

    LANE = "lane"
    STAGE = "stage"
    NAME = "name"
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that is drawn."""

    area: Area
    kind: Kind


@dataclass(frozen=True, slots=True)
class Line:
    """A line through these points; `back`: it leads to an earlier stage; `arrow`: it arrives at its last point."""

    points: tuple[tuple[int, int], ...]
    back: bool = False
    arrow: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """Where lines meet, or where a case begins."""

    x: int
    y: int
    radius: int


Shape = Text | Box | Line | Dot


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing with its name and what it shows, in one language; what comes first lies below."""

    name: str
    language: str
    title: str
    description: str
    width: int
    height: int
    shapes: tuple[Shape, ...]
