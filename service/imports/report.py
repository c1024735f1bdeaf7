"""What became of an import, told in lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from service.commands.imports import Imported


@dataclass(slots=True)
class Tally:
    """How many entries of one sort went in, by name; `refused` holds sentences, each about one entry."""

    added: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    left_out: int = 0

    def count(self, name: str, kept: Imported) -> str:
        """Note what became of an entry; gives its id."""
        (self.added if kept.added else self.known).append(name)
        if kept.differs:
            self.differing.append(name)
        return kept.id

    def refuse(self, name: str, sentences: Iterable[str]) -> None:
        """Note that an entry was left out, and why."""
        self.left_out += 1
        self.refused += [f"{name}: {sentence}" for sentence in sentences]

    def lines(self, sort: str) -> Iterator[str]:
        """One line with the numbers, then what was refused and what the file now says otherwise."""
        yield f"{sort}: {len(self.added)} added, {len(self.known)} already there, {self.left_out} left out"
        yield from (f"  {sentence}" for sentence in self.refused)
        if self.differing:
            yield f"  {len(self.differing)} differ from what was taken over, and were not changed:"
            yield f"  {', '.join(self.differing)}"


@dataclass(slots=True)
class Report:
    """What became of a file. `remarks`: relations that could not be kept, because one end is not there."""

    title: str
    tallies: dict[str, Tally]
    remarks: list[str] = field(default_factory=list)

    @property
    def left_out(self) -> int:
        """How many entries did not go in."""
        return sum(tally.left_out for tally in self.tallies.values())

    def lines(self) -> Iterator[str]:
        """The report, line by line."""
        yield self.title
        for sort, tally in self.tallies.items():
            yield from tally.lines(sort)
        yield from self.remarks
