"""A secretariat's old register comes in: cases that run already, each in the stage where it stands."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.commands.imports import ImportCase, Works, import_case
from service.imports.annual_plan import Progress
from service.imports.kinds import Code, Codes, Countries, Day, Theme, Title
from service.imports.reading import EntryFaulty, ImportFaulty, Source, entry, fingerprint, said, source_at
from service.imports.report import Report, Tally
from workflows import shelf
from workflows.errors import DataInvalid
from workflows.fields import Validator, faults_of, schema_of, validator
from workflows.procedure import Procedure

FIRST_YEAR = 1958
"""The year of the first Benelux treaty."""


class RegisterEntry(BaseModel):
    """One case of the register. Without `stage` it has just been filed; without `filed_on` that was today."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    procedure: str
    title: Title
    language: Literal["nl", "fr", "de", "en"]
    organisation: Code
    countries: Countries
    regions: Codes = Field(default_factory=list)
    content: dict[str, Any]
    working_group: Code | None = None
    theme: Theme | None = None
    stage: str | None = None
    filed_on: Day | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Register:
    """A register as it was read: its name, and the entries as they stand in it."""

    name: str
    entries: tuple[Any, ...]


def register_at(path: Path) -> Register:
    """Read a register: a JSON list of cases. Raises ImportFaulty."""
    return read_register(source_at(path))


def read_register(source: Source) -> Register:
    """Read a register: a JSON list of cases. Raises ImportFaulty."""
    entries = source.parsed()
    if not isinstance(entries, list):
        raise ImportFaulty(f"{source.name} cannot be used: it is not a list of cases")
    return Register(source.name, tuple(entries))


def import_cases(register: Register, works: Works, progress: Progress = lambda done, of: None) -> Report:
    """Take a register over, a case a transaction. The same entry again is known, so the file may grow."""
    cases, today = Tally(), works().today
    seen: set[str] = set()
    for line, value in enumerate(register.entries, 1):
        name = f"case {line}"
        try:
            command = _command(value, line, today)
            if command.key in seen:
                raise EntryFaulty(["stands twice in the file"])
            seen.add(command.key)
            cases.count(name, import_case(command, works()))
        except EntryFaulty as fault:
            cases.refuse(name, fault.sentences)
        except DataInvalid as refusal:
            cases.refuse(name, said(refusal.faults))
        progress(line, len(register.entries))
    return Report(register.name, {"cases": cases})


def _command(value: Any, line: int, today: date) -> ImportCase:
    """The command that takes an entry over. Raises EntryFaulty with everything that is wrong."""
    read = entry(value, RegisterEntry)
    if read.procedure not in shelf.names():
        raise EntryFaulty([f"procedure: {read.procedure} is none of {', '.join(shelf.names())}"])
    procedure = shelf.newest(read.procedure)
    stage = read.stage or procedure.moves[procedure.numbered_by].target
    filed_on = date.fromisoformat(read.filed_on) if read.filed_on else today
    faults = [*said(faults_of(_form(procedure), read.content, "/content"))]
    if stage not in stages_to_begin_in(procedure):
        faults.append(f"stage: {stage} is none of {', '.join(stages_to_begin_in(procedure))}")
    if filed_on.year < FIRST_YEAR or filed_on > today:
        faults.append(f"filed_on: {filed_on} does not lie between {FIRST_YEAR} and today")
    if faults:
        raise EntryFaulty(faults)
    written = fingerprint(value)
    return ImportCase(
        key=f"register/{written}",
        fingerprint=written,
        procedure=procedure,
        stage=stage,
        title=read.title,
        language=read.language,
        organisation=read.organisation,
        countries=tuple(read.countries),
        regions=tuple(read.regions),
        working_group=read.working_group,
        theme=read.theme,
        content=read.content,
        on=filed_on,
        source={"line": line},
    )


def stages_to_begin_in(procedure: Procedure) -> tuple[str, ...]:
    """The stages in which a case of a register may begin.

    Those to which a case can come back, but where a text of an instrument must be there: a register brings none.
    """
    return tuple(
        name for name, stage in procedure.stages.items() if procedure.is_anchor(name) and stage.phase != "instrument"
    )


@cache
def _form(procedure: Procedure) -> Validator:
    """What the form asks for; what an old register does not know may be left out."""
    fields: Iterable[Any] = (dataclasses.replace(field, optional=True) for field in procedure.forms[procedure.form])
    return validator(schema_of(fields, procedure.checklists))
