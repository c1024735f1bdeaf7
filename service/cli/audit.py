"""`slagboom audit`: whether the log is the one that was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import click
from sqlalchemy import Connection, false, select

from service.cli import Failed
from service.cli.opening import opened
from service.cli.progress import counting
from service.files import Files
from service.settings import Settings
from service.store.auditing import READ_TIMES, faults_of_log
from service.store.chain import Fault
from service.store.checking import documents_of
from service.store.recomputing import at_one_moment, size
from service.store.sight import CASES
from service.store.tracing import trace

UNSEEN = """\
This cannot see events that somebody added or wrote anew, by the rules and with right hashes, after the newest seal,
nor a history rewritten from its beginning with every seal, nor words that were erased. Against that stand the hashes
that left the house: X-Slagboom-Event in each mail about a case, and the seal at the foot of each digest, which
`slagboom audit verify --seal` follows. What else lies outside the log is in docs/audit.md."""
NO_SEAL = "a seal is the 64 letters and digits at the foot of a digest"
NOT_KEPT = "no such seal is kept here: it was copied wrongly, or the log and its seals were replaced by others"


@click.group()
def audit() -> None:
    """The log of what happened: is it whole?"""


@audit.command()
@click.argument("case", required=False)
@click.option("--seal", metavar="HASH", help="Follow the log to this seal, as it stands at the foot of a digest.")
def verify(case: str | None, seal: str | None) -> None:
    """Find whatever was changed, removed or put in since it was written; of one CASE (id or reference), or of all.

    The hashes of every event, the end of every chain, every seal, every number, the bytes of every document, and
    everything that is kept of a case as its events tell it are compared.
    """
    settings = Settings.read()
    with opened(settings) as store, store.reading() as connection:
        at_one_moment(connection)
        if seal is not None:
            if case is not None:
                raise Failed("a seal is over all cases: name either a case or a seal")
            _follow(connection, "".join(seal.split()).lower())
            return
        id = _id_of(connection, case) if case else None
        faults = 0
        for fault in _faults(connection, Files(settings.files), id):
            click.echo(_told(connection, fault))
            faults += 1
        if faults:
            raise Failed(f"{_counted(faults, 'fault')}, named above: the log does not hold")
        cases, events = size(connection, id)
    click.echo(UNSEEN)
    click.echo(f"{_counted(cases, 'case')}, {_counted(events, 'event')}: the log holds")


def _faults(connection: Connection, files: Files, case: str | None) -> Iterator[Fault]:
    _, events = size(connection, case)
    with counting(f"Reading {_counted(events, 'event')}", READ_TIMES * events) as more:
        yield from faults_of_log(connection, case, more)
    for document in documents_of(connection, case):
        if files.altered(document.sha256):  # that none is missing is for `db check`
            yield Fault(document.case_id, None, f"the bytes of the document {document.id} do not have their hash")


def _follow(connection: Connection, root: str) -> None:
    """Say whether the log still leads to a seal. Raises Failed where it does not, with what can be told of it."""
    if not re.fullmatch("[0-9a-f]{64}", root):
        raise Failed(NO_SEAL)
    traced = trace(connection, root)
    if traced.seal is None:
        raise Failed(NOT_KEPT)
    sealed = f"the seal of {_moment(traced.seal.at)}"
    if traced.holds:
        counted = f"{_counted(traced.seal.cases, 'case')}, {_counted(traced.seal.events, 'event')}"
        click.echo(f"{sealed} ({counted}): held")
        return
    for fault in traced.faults:
        click.echo(_told(connection, fault))
    if traced.suspects:
        since = f" after {_moment(traced.held.at)}, whose seal holds" if traced.held is not None else ""
        click.echo(f"What was changed is one or more of the cases that moved{since}:")
        for case in traced.suspects:
            click.echo(f"  {_name(connection, case)}")
    raise Failed(f"the log no longer leads to {sealed}: something under it was changed since")


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _id_of(connection: Connection, case: str) -> str:
    # An argument in another encoding than UTF-8 comes in as half surrogate pairs, which no database takes.
    named = (CASES.c.id == case) | (CASES.c.reference == case) if case.isprintable() else false()
    found: str | None = connection.scalar(select(CASES.c.id).where(named))
    if found is None:
        raise Failed(f"there is no case {case}")
    return found


def _told(connection: Connection, fault: Fault) -> str:
    place = f", event {fault.position}" if fault.position is not None else ""
    return f"{_name(connection, fault.case)}{place}: {fault.what}"


def _name(connection: Connection, case: str) -> str:
    found: str | None = connection.scalar(select(CASES.c.reference).where(CASES.c.id == case))
    return found or case


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun if number == 1 else noun + 's'}"
