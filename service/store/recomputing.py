"""Recomputing: what the cases say of themselves, compared with what their events say of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Text, bindparam, func, select, type_coerce

from service.store.chain import BATCH, Fault
from service.store.loading import CLOCKS, INSTRUMENTS
from service.store.numbers import MINISTERS
from service.store.sight import CASES
from service.store.tables import EventRow, NumberRow
from workflows import shelf
from workflows.events import EventKind, Replayed, replay

EVENTS = EventRow.__table__
NUMBERS = NumberRow.__table__

NUMBERING = (EventKind.CASE_MOVED, EventKind.CASE_IMPORTED)
"""The events that may give a case its reference."""

OF_A_CASE = ("id", "reference", "procedure", "procedure_version", "stage", "anchor", "ended", "events")
READ_CASES = (
    select(*(CASES.c[name] for name in OF_A_CASE))
    .where(CASES.c.id > bindparam("last"))
    .order_by(CASES.c.id)
    .limit(BATCH)
)
ONE_CASE = select(*(CASES.c[name] for name in OF_A_CASE)).where(CASES.c.id == bindparam("last"))
_cases: Any = bindparam("cases", expanding=True)
BODIES = select(EVENTS.c.case_id, EVENTS.c.body).where(EVENTS.c.case_id.in_(_cases)).order_by(EVENTS.c.position)

# Times and lists as they lie in the database: what was tampered with is a fault to report, not an error to stop at.
AS_WRITTEN = ("starts_on", "due_on", "suspended_on", "rung", "ended_on")
OF_A_CLOCK = ("state", "starts_on", "due_on", "suspended_on", "suspended_days", "rung", "ended_on")
READ_CLOCKS = select(
    CLOCKS.c.case_id,
    CLOCKS.c.name,
    *(type_coerce(CLOCKS.c[name], Text).label(name) if name in AS_WRITTEN else CLOCKS.c[name] for name in OF_A_CLOCK),
).where(CLOCKS.c.case_id.in_(_cases))

COUNT = select(func.count().filter(CASES.c.events > 0), func.coalesce(func.sum(CASES.c.events), 0))
REFERENCES = select(CASES.c.reference).where(CASES.c.reference.is_not(None))
COUNTERS = select(NUMBERS.c.series, NUMBERS.c.year, NUMBERS.c.last)
ADOPTED = select(INSTRUMENTS.c.number).where(INSTRUMENTS.c.number.is_not(None))


def at_one_moment(connection: Connection) -> None:
    """Let all that this connection reads from now on be as it is at one moment, while others go on writing."""
    if connection.dialect.name == "postgresql":  # on SQLite the reading door does so by itself
        connection.execution_options(isolation_level="REPEATABLE READ")


def size(connection: Connection, case_id: str | None = None) -> tuple[int, int]:
    """How many cases have events, and how many events they count."""
    counted = COUNT if case_id is None else COUNT.where(CASES.c.id == case_id)
    cases, events = connection.execute(counted).one()
    return int(cases), int(events)


def recompute(connection: Connection, case_id: str | None = None) -> Iterator[tuple[int, list[Fault]]]:
    """Compare stage, anchor and every clock with what the events say; a batch of cases at a time.

    Gives for each batch how many events it holds, and the faults in it. A fault of a body that cannot be read is
    the chain's to find (`chain.verify`).
    """
    for cases in _batches(connection, case_id):
        ids = {"cases": [case.id for case in cases]}
        bodies: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for event in connection.execute(BODIES, ids):
            bodies[event.case_id].append(_parsed(event.body))
        clocks: dict[str, dict[str, Row[Any]]] = defaultdict(dict)
        for clock in connection.execute(READ_CLOCKS, ids):
            clocks[clock.case_id][clock.name] = clock
        found = [
            Fault(case.id, None, what) for case in cases for what in _compare(case, bodies[case.id], clocks[case.id])
        ]
        yield sum(map(len, bodies.values())), found


def check_numbers(connection: Connection) -> Iterator[Fault]:
    """Every hole in the references of a year, and every number above its counter."""
    counters = {(row.series, row.year): row.last for row in connection.execute(COUNTERS)}
    given: dict[tuple[str, int], set[int]] = defaultdict(set)
    for reference in connection.scalars(REFERENCES):
        series, year, number = [*reference.split("-"), "", ""][:3]
        if not (year.isdecimal() and number.isdecimal()):
            yield Fault(reference, None, "is not a reference as they are given here")
            continue
        given[series, int(year)].add(int(number))
    for (series, year), last in counters.items():
        if series != MINISTERS:
            yield from _holes(series, year, last, given.pop((series, year), set()))
    for (series, year), numbers in given.items():
        yield Fault(f"{series}-{year}", None, f"has numbers up to {max(numbers)}, and no counter that gave them")
    yield from _above(counters, connection.scalars(ADOPTED))


def _holes(series: str, year: int, last: int, given: set[int]) -> Iterator[Fault]:
    name = f"{series}-{year}"
    missing = sorted(set(range(1, last + 1)) - given)
    if missing:
        listed = ", ".join(f"{number:04d}" for number in missing[:10]) + (", …" if len(missing) > 10 else "")
        yield Fault(name, None, f"numbers were given that no case has: {listed}")
    if given and max(given) > last:
        yield Fault(name, None, f"a case has number {max(given)}, the counter stands at {last}")


def _above(counters: Mapping[tuple[str, int], int], numbers: Iterable[str]) -> Iterator[Fault]:
    """A counter that does not stand at the highest number known: one would be given twice, or left out."""
    highest: dict[int, int] = {year: 0 for series, year in counters if series == MINISTERS}
    for number in numbers:
        series, _, rest = number.partition("(")
        year, _, count = rest.partition(")")
        ours = series == MINISTERS and year.isdecimal() and count.isdecimal()
        if ours and int(count) > counters.get((series, int(year)), 0):
            yield Fault(number, None, "lies above the counter of its year")
        if ours:
            highest[int(year)] = max(highest.get(int(year), 0), int(count))
    for of, known in highest.items():
        last = counters.get((MINISTERS, of), 0)
        if last > known:
            yield Fault(f"{MINISTERS}-{of}", None, f"the counter stands at {last}, the highest number known is {known}")


def _batches(connection: Connection, case_id: str | None) -> Iterator[list[Row[Any]]]:
    if case_id is not None:
        yield list(connection.execute(ONE_CASE, {"last": case_id}).all())
        return
    cases = list(connection.execute(READ_CASES, {"last": ""}).all())
    while cases:
        yield cases
        cases = list(connection.execute(READ_CASES, {"last": cases[-1].id}).all()) if len(cases) == BATCH else []


def _compare(case: Row[Any], bodies: list[Mapping[str, Any]], clocks: Mapping[str, Row[Any]]) -> Iterator[str]:
    try:
        procedure = shelf.procedure(case.procedure, case.procedure_version)
    except KeyError:
        yield f"follows {case.procedure}/{case.procedure_version}, which this program does not know"
        return
    if not bodies:
        if case.stage != procedure.starts_in or case.reference is not None:
            yield f"stands in {case.stage} without a single event"
        return
    try:
        said = replay(bodies)
    except (AttributeError, KeyError, TypeError, ValueError):
        yield "its events cannot be replayed"
        return
    for name in ("stage", "anchor"):
        if getattr(case, name) != getattr(said, name):
            yield f"the {name} is {getattr(case, name)}, by the events {getattr(said, name)}"
    if bool(case.ended) != (case.stage in procedure.endings):
        yield f"is {'ended' if case.ended else 'open'}, though it stands in {case.stage}"
    references = {body["reference"] for body in bodies if body.get("kind") in NUMBERING and "reference" in body}
    if case.reference is not None and references != {case.reference}:
        yield f"is called {case.reference}, by the events {', '.join(sorted(map(str, references))) or 'nothing'}"
    yield from _compare_clocks(said, clocks)


def _compare_clocks(said: Replayed, clocks: Mapping[str, Row[Any]]) -> Iterator[str]:
    for name in sorted({*said.clocks, *clocks}):
        if name not in clocks:
            yield f"the clock {name} is not there"
        elif name not in said.clocks:
            yield f"no event started the clock {name}"
        else:
            expected, kept = said.clocks[name], _written(clocks[name])
            differing = [key for key in OF_A_CLOCK if expected.get(key) != kept[key]]
            if differing:
                pairs = ", ".join(f"{key} is {kept[key]}, by the events {expected.get(key)}" for key in differing)
                yield f"the clock {name}: {pairs}"


def _written(row: Row[Any]) -> dict[str, Any]:
    """A clock's row as the body of an event writes it."""
    kept = {key: value.isoformat() if isinstance(value, date) else value for key, value in row._mapping.items()}
    if isinstance(kept["rung"], str):
        with suppress(ValueError):
            kept["rung"] = json.loads(kept["rung"])
    return kept


def _parsed(body: object) -> Mapping[str, Any]:
    try:
        found = json.loads(body) if isinstance(body, str) else None
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}
