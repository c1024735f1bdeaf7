"""Retold: a case and everything that hangs on it, as its events tell it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from workflows.case import Case
from workflows.consultation import Consultation
from workflows.facts import Measure
from workflows.guards import RECOMMENDATION
from workflows.procedure import Procedure


class Untold:
    """What the events do not say, or no longer: their words may have been erased."""

    def __repr__(self) -> str:
        return "untold"


UNTOLD: Final = Untold()


class OutOfPlace(ValueError):
    """An event that no step by the rules could have left after those before it. `position`: of the event."""

    def __init__(self, entry: Entry, what: str) -> None:
        super().__init__(what)
        self.position, self.what = entry.position, what


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event as it is read back: `at` as its body writes it; `private` is empty where there is none.

    `erased`: there were names and words, and they are gone.
    """

    position: int
    kind: str
    at: str
    body: Mapping[str, Any]
    private: Mapping[str, Any] = field(default_factory=dict)
    erased: bool = False

    def told(self, name: str) -> Any:
        """Something of the private part; None where it was not said, UNTOLD where it was erased."""
        return UNTOLD if self.erased else self.private.get(name)


@dataclass(slots=True)
class Thing:
    """One thing of a case, by the names under which it is kept. `position`: of the event that spoke of it last.

    Days and moments are text, as the events write them.
    """

    values: dict[str, Any]
    position: int

    def change(self, entry: Entry, **values: Any) -> None:
        """What a later event says of it."""
        self.values.update(values)
        self.position = entry.position


@dataclass(slots=True)
class Retold:
    """What is told so far. The things of a kind stand under what names each; positions and measures in their order.

    `case` carries stage and whom it waits for; `columns` the rest of what is said of the case itself.
    """

    procedure: Procedure
    case: Case
    columns: Thing
    events: list[Thing] = field(default_factory=list)
    consultations: dict[str, Thing] = field(default_factory=dict)
    invitations: dict[tuple[str, str], Thing] = field(default_factory=dict)
    positions: list[Thing] = field(default_factory=list)
    instrument: Thing | None = None
    texts: dict[str, Thing] = field(default_factory=dict)
    measures: list[Thing] = field(default_factory=list)
    recorded: dict[str, Thing] = field(default_factory=dict)
    analyses: dict[str, Thing] = field(default_factory=dict)
    comments: dict[str, Thing] = field(default_factory=dict)
    documents: dict[str, Thing] = field(default_factory=dict)
    links: dict[tuple[str, str, str], Thing] = field(default_factory=dict)
    blurred: bool = False  # words were erased from which something else followed
    open_round: Consultation | None = None

    @property
    def sure(self) -> bool:
        """Is it known of every measure how far it has come? Two of one country cannot be told apart here."""
        countries = [thing.values["country"] for thing in self.measures]
        return not self.blurred and len(set(countries)) == len(countries)

    def measures_now(self) -> tuple[Measure, ...]:
        """The measures as far as they have come, for the rules that ask whether all is done."""
        kind = self.instrument.values["kind"] if self.instrument is not None else None
        latest = {thing.values["country"]: thing.values["state"] for thing in self.recorded.values()}
        return tuple(
            Measure(
                country=thing.values["country"],
                state=latest.get(thing.values["country"], "planned"),
                due_on=date.fromisoformat(thing.values["due_on"]) if thing.values["due_on"] else None,
                binding=kind != RECOMMENDATION,
            )
            for thing in self.measures
        )

    def standing(self) -> Iterator[Thing]:
        """The positions that were not taken back by a newer one, in the round that is open."""
        for thing in self.positions:
            about = thing.values["consultation_id"]
            if self.open_round is not None and about == self.open_round.id and not thing.values["superseded"]:
                yield thing
