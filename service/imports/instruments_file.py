"""The file of instruments beside a plan: numbers, dates, what amends what, and acts of the European Union."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import Field

from service.commands.imports import ImportInstrument
from service.imports.kinds import Code, Codes, Entry, Lines, Text
from service.imports.reading import Source, each_once, listed


class BeneluxInstrument(Entry):
    """An instrument that the plan names. `number` is None where it names it without one; `id` is then a key."""

    id: Code
    number: Code | None = None
    type: str = Field(pattern=r"^[a-z][a-z_]{0,63}$")
    status: str = Field(pattern=r"^[a-z][a-z_]{0,63}$")
    title_nl: Text
    date: Code | None = None
    amends: Codes = Field(default_factory=list)
    amended_by: Codes = Field(default_factory=list)
    source_lines: list[Lines] = Field(default_factory=list)


class OuterAct(Entry):
    """An act of the Union, or another norm. `number_in_seed` is False where the plan does not give the number."""

    key: Text
    number: Text | None = None
    number_in_seed: bool
    type: Text
    title_nl: Text


@dataclass(frozen=True, slots=True)
class Instruments:
    """What stands in the file. `plan`: the plan that it was made for; `faults`: sentences about what does not fit,
    `left_out`: how many instruments those took along."""

    plan: str
    benelux: tuple[BeneluxInstrument, ...]
    acts: Mapping[str, OuterAct]
    faults: tuple[str, ...]
    left_out: int


def read_instruments(source: Source, plan: str) -> Instruments:
    """The instruments in a file; `plan` is the plan it belongs to where it does not say. Raises ImportFaulty."""
    document = source.parsed()
    values = listed(source, document, "benelux_instruments")
    benelux, faults = each_once(values, BeneluxInstrument, "id", "instrument")
    acts: dict[str, OuterAct] = {}
    for name in ("eu_acts", "other_norms"):
        found, more = each_once(listed(source, document, name) if name in document else [], OuterAct, "key", name)
        acts, faults = acts | found, faults + more
    written = document.get("plan_id")
    return Instruments(
        plan=written if isinstance(written, str) and written else plan,
        benelux=tuple(benelux.values()),
        acts=acts,
        faults=tuple(faults),
        left_out=len(values) - len(benelux),
    )


def command_of(instrument: BeneluxInstrument, plan: str) -> ImportInstrument:
    """The command that takes an instrument over. A date that is not one day stays text."""
    adopted_on = _day(instrument.date)
    return ImportInstrument(
        key=f"{plan}/{instrument.id}",
        kind=instrument.type,
        number=instrument.number,
        title=instrument.title_nl,
        language="nl",
        state=instrument.status,
        adopted_on=adopted_on,
        adopted_on_text=instrument.date if adopted_on is None else None,
        source={"plan": plan, **instrument.model_dump(mode="json")},
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text and len(text) == 10 else None
    except ValueError:
        return None
