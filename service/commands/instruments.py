"""Instruments: recording one whose number was given elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service.store.instrument_rows import keep_instrument, numbered
from service.store.numbers import MINISTERS, record
from service.store.once import Seen
from service.store.turns import take_turn
from service.store.work import Work
from workflows.actor import SECRETARIAT, Role
from workflows.errors import DataInvalid, Fault, RoleMissing
from workflows.register import Entry, entry_of

RECORDED = "recorded"
TURN = "instruments"


@dataclass(frozen=True, slots=True)
class RecordInstrument:
    """Record an instrument that was adopted elsewhere, with the number that it was given there."""

    asked: Callable[[], Mapping[str, Any]]


def record_instrument(command: RecordInstrument, work: Work) -> Seen:
    """Keep the instrument; our own numbers of the ministers go on above the highest known.

    Raises, in this order: what `replay` raises, what `asked` raises, RoleMissing, DataInvalid.
    """
    with work:
        seen = work.replay()
        if seen is not None:
            return seen
        asked = command.asked()
        if not (work.actor.intake or work.actor.has(Role.SECRETARY_GENERAL, (SECRETARIAT,))):
            raise RoleMissing(("intake", "secretary_general"))
        entry = entry_of(asked, work.today)
        _reserve(work, entry)
        id = work.id()
        keep_instrument(work.connection, _row(work, id, entry))
        return work.remember(201, f"/api/v1/instruments/{id}", "instrument", id)


def _reserve(work: Work, entry: Entry) -> None:
    """Let nobody else record or give out this number meanwhile. Raises DataInvalid where it is known already."""
    take_turn(work.connection, TURN)
    if entry.ministers is not None:  # locks the counter from which our own numbers are taken
        record(work.connection, MINISTERS, entry.ministers.year, entry.ministers.number)
    if numbered(work.connection, entry.number):
        raise DataInvalid([Fault("/number", "number_taken", (("value", entry.number),))])


def _row(work: Work, id: str, entry: Entry) -> dict[str, Any]:
    return {
        "id": id,
        "kind": entry.kind,
        "number": entry.number,
        "title": entry.title,
        "language": entry.language,
        "adopted_on": entry.adopted_on,
        "url": entry.url,
        "state": RECORDED,
        "external": True,
        "version": 1,
        "created_at": work.now,
        "updated_at": work.now,
    }
