"""`slagboom audit`: whether the log is the one that was written."""

from __future__ import annotations

from collections.abc import Iterator

import click
from sqlalchemy import Connection, false, select

from service.cli import Failed
from service.cli.opening import opened
from service.cli.progress import counting
from service.settings import Settings
from service.store.chain import Fault
from service.store.chain import verify as verify_chain
from service.store.recomputing import at_one_moment, check_numbers, recompute, size
from service.store.resealing import check_seals
from service.store.sight import CASES

UNSEEN = """\
This cannot see a case that was written anew from its first event on, in the database and in every seal, nor words
that were erased. Against that stand the hashes that left the house: X-Slagboom-Event in each mail about a case,
and the seal at the foot of each digest."""


@click.group()
def audit() -> None:
    """The log of what happened: is it whole?"""


@audit.command()
@click.argument("case", required=False)
def verify(case: str | None) -> None:
    """Find whatever was changed, removed or put in since it was written; of one CASE (id or reference), or of all.

    The hashes of every event, the end of every chain, every seal, and stage, anchor and clocks as the events give
    them are compared; the references of each year must have no holes.
    """
    with opened(Settings.read()) as store, store.reading() as connection:
        at_one_moment(connection)
        id = _id_of(connection, case) if case else None
        faults = 0
        for fault in _faults(connection, id):
            click.echo(_told(connection, fault))
            faults += 1
        if faults:
            raise Failed(f"{faults} {'fault' if faults == 1 else 'faults'}, named above: the log does not hold")
        cases, events = size(connection, id)
    click.echo(UNSEEN)
    click.echo(f"{_counted(cases, 'case')}, {_counted(events, 'event')}: the log holds")


def _faults(connection: Connection, case: str | None) -> Iterator[Fault]:
    _, events = size(connection, case)
    label = f"Reading {_counted(events, 'event')}"
    # Each event is read twice: for its hash, and for what it says.
    with counting(label, 2 * events) as more:
        yield from verify_chain(connection, case, more)
        for read, found in recompute(connection, case):
            yield from found
            more(read)
    if case is None:
        yield from check_numbers(connection)
        yield from check_seals(connection)


def _id_of(connection: Connection, case: str) -> str:
    # An argument in another encoding than UTF-8 comes in as half surrogate pairs, which no database takes.
    named = (CASES.c.id == case) | (CASES.c.reference == case) if case.isprintable() else false()
    found: str | None = connection.scalar(select(CASES.c.id).where(named))
    if found is None:
        raise Failed(f"there is no case {case}")
    return found


def _told(connection: Connection, fault: Fault) -> str:
    reference = connection.scalar(select(CASES.c.reference).where(CASES.c.id == fault.case))
    place = f", event {fault.position}" if fault.position is not None else ""
    return f"{reference or fault.case}{place}: {fault.what}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun if number == 1 else noun + 's'}"
