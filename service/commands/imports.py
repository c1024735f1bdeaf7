"""Taking over what was kept elsewhere: the cases and instruments of a plan or an old register, each only once."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from service.store import imported
from service.store.numbers import MINISTERS, next_number, record
from service.store.turns import take_turn
from service.store.work import Work
from workflows.actor import Actor
from workflows.acts import after_measure
from workflows.case import Case
from workflows.errors import DataInvalid, Fault
from workflows.events import Event, EventKind
from workflows.procedure import Procedure
from workflows.standing import INTAKE

IMPORTER = Actor(person="", name="import", language="en", mandates=())
"""Who takes over: the house itself. The events name nobody, and no mandate stands behind them."""

Works = Callable[[], Work]
"""Makes a new unit of work of IMPORTER."""

TURN = "imports"
OF_THE_MINISTERS = re.compile(r"M\((?P<year>[0-9]{4})\)(?P<number>[1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """An annual plan itself; `title` in four languages, `source` the rest of what the file says about it."""

    id: str
    year: int
    title: Mapping[str, str]
    source: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportGroup:
    """A working group that a source names."""

    code: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportInstrument:
    """An instrument that a source names. `adopted_on_text`: a date that is not one day, as the source gives it."""

    key: str
    kind: str
    number: str | None
    title: str
    language: str
    state: str
    adopted_on: date | None
    adopted_on_text: str | None
    source: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCase:
    """A case that a source describes.

    `key` makes the import idempotent; `fingerprint` shows whether the source said the same then. `on`: the day as of
    which the source speaks; its year is that of the number. `source`: where it stands there, in codes and lines only.
    """

    key: str
    fingerprint: str
    procedure: Procedure
    stage: str
    title: str
    language: str
    organisation: str
    countries: tuple[str, ...]
    regions: tuple[str, ...] = ()
    working_group: str | None = None
    theme: str | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    on: date
    plan_status: tuple[Mapping[str, str], ...] = ()
    source: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """What has to do with what, by ids: cases with cases, cases with instruments, instruments with instruments."""

    links: tuple[tuple[str, str, str], ...] = ()  # case, kind, other case
    uses: tuple[tuple[str, str, str], ...] = ()  # case, relation, instrument
    amendments: tuple[tuple[str, str, str], ...] = ()  # the amending instrument, `amends`, the amended one


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one thing: its id, whether it is new, and whether the source now says otherwise than it did."""

    id: str
    added: bool
    differs: bool = False


def import_plan(command: ImportPlan, work: Work) -> bool:
    """Keep the plan itself; False when it is there already."""
    with work:
        take_turn(work.connection, TURN)
        row = {"id": command.id, "year": command.year, "title": dict(command.title), "source": dict(command.source)}
        return imported.keep_plan(work.connection, row | {"imported_at": work.now})


def import_groups(groups: Iterable[ImportGroup], work: Work) -> int:
    """Make the working groups that are not there yet; says how many."""
    with work:
        take_turn(work.connection, TURN)
        return imported.keep_groups(work.connection, [dataclasses.asdict(group) | {"version": 1} for group in groups])


def import_instrument(command: ImportInstrument, work: Work) -> Imported:
    """Keep an instrument whose number, if it has one, was given elsewhere; our own series goes on above it."""
    with work:
        take_turn(work.connection, TURN)
        known = imported.instrument_of(work.connection, command.key)
        if known is not None:
            id, source = known
            return Imported(id, added=False, differs=source != command.source)
        ministers = OF_THE_MINISTERS.fullmatch(command.number or "")
        if ministers:  # locks the counter first: nobody gives this number out meanwhile
            record(work.connection, MINISTERS, int(ministers["year"]), int(ministers["number"]))
        registered = command.number and imported.instrument_numbered(work.connection, command.number)
        if registered:  # entered by hand before, or adopted here
            return Imported(registered, added=False)
        id = work.id()
        imported.keep_instrument(work.connection, _row_of(command, id) | _stamps(work))
        return Imported(id, added=True)


def _row_of(command: ImportInstrument, id: str) -> dict[str, Any]:
    return {
        "id": id,
        "plan_key": command.key,
        "kind": command.kind,
        "number": command.number,
        "title": command.title,
        "language": command.language,
        "state": command.state,
        "adopted_on": command.adopted_on,
        "adopted_on_text": command.adopted_on_text,
        "source": dict(command.source),
        "external": True,
    }


def _stamps(work: Work) -> dict[str, Any]:
    return {"version": 1, "created_at": work.now, "updated_at": work.now}


def import_case(command: ImportCase, work: Work) -> Imported:
    """Begin a case in the stage in which its source finds it. No clock starts, and nobody is told.

    Raises DataInvalid when its organisation or its working group is not known here.
    """
    with work:
        take_turn(work.connection, TURN)
        known = imported.case_of_key(work.connection, command.key)
        if known is not None:
            id, then = known
            return Imported(id, added=False, differs=then != command.fingerprint)
        _check_bodies(command, work)
        case = _waiting(_begun(command, work))
        status = [dict(one) for one in command.plan_status]
        work.begin(case, plan_key=command.key, plan_status=status, filed_on=command.on)
        work.record(case, _event(command, case))
        return Imported(case.id, added=True)


def _check_bodies(command: ImportCase, work: Work) -> None:
    faults = []
    if not imported.is_organisation(work.connection, command.organisation):
        faults.append(Fault("/organisation", "unknown_organisation", (("value", command.organisation),)))
    group = command.working_group
    if group is not None and not imported.is_working_group(work.connection, group):
        faults.append(Fault("/working_group", "unknown_working_group", (("value", group),)))
    if faults:
        raise DataInvalid(faults)


def _begun(command: ImportCase, work: Work) -> Case:
    procedure, year = command.procedure, command.on.year
    number = next_number(work.connection, procedure.prefix, year)
    return Case(
        id=work.id(),
        reference=f"{procedure.prefix}-{year}-{number:04d}",
        procedure=procedure,
        stage=command.stage,
        anchor=command.stage if procedure.is_anchor(command.stage) else None,
        title=command.title,
        language=command.language,
        organisation=command.organisation,
        working_group=command.working_group,
        theme=command.theme,
        countries=command.countries,
        regions=command.regions,
        content=command.content,
        begun_by=INTAKE,
        last_on=command.on,
    )


def _waiting(case: Case) -> Case:
    """No measure comes along: where the countries' measures are waited for, whoever goes on after them is to act."""
    record = case.procedure.acts.get("record_measure")
    return case if record is None else after_measure(case, record, (), ())[0]


def _event(command: ImportCase, case: Case) -> Event:
    facts = {
        "procedure": case.procedure.id,
        "procedure_version": case.procedure.version,
        "reference": case.reference,
        "to": case.stage,
        "anchor": case.anchor,
        "on": command.on.isoformat(),
        "on_behalf_of": case.organisation,
        "clocks": [],
        "fingerprint": command.fingerprint,
        "source": dict(command.source),
        "filed": {
            "organisation": case.organisation,
            "working_group": case.working_group,
            "theme": case.theme,
            "countries": list(case.countries),
            "plan_key": command.key,
            "plan_status": [dict(one) for one in command.plan_status],
        },
    }
    filed = {
        "title": case.title,
        "language": case.language,
        "regions": list(case.regions),
        "content": dict(case.content),
    }
    return Event(kind=EventKind.CASE_IMPORTED, facts=facts, private={"filed": filed})


def relate(relations: Relations, work: Work) -> int:
    """Say what has to do with what; says how much of it was new. `related` holds both ways and is kept once."""
    with work:
        take_turn(work.connection, TURN)
        return (
            imported.keep_links(work.connection, relations.links, work.now)
            + imported.keep_uses(work.connection, relations.uses)
            + imported.keep_amendments(work.connection, relations.amendments)
        )
