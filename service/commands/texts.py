"""Texts: what an instrument says in each language, until it is frozen for the Council."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service.store.instrument_rows import instrument_row, keep_text, raise_version
from service.store.work import Work, check_version_of
from workflows.acts import Deed, Permit, permit, tells_of
from workflows.case import Case
from workflows.errors import MoveNotOpen, NotFound
from workflows.events import Event, EventKind
from workflows.expressions import Expression, expression_of
from workflows.procedures import LANGUAGES

ACT = "write_text"


@dataclass(frozen=True, slots=True)
class WriteText:
    """Write the text of an instrument in a language. `version` is that of the instrument, always."""

    instrument: str
    language: str
    version: int | None
    asked: Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class WrittenText:
    """The instrument and the language that were written, and whether it is the first text in it."""

    instrument: str
    language: str
    new: bool


def write_text(command: WriteText, work: Work) -> WrittenText:
    """Keep a text, and raise the version of its instrument.

    Raises, in this order: NotFound, VersionMissing, Stale, what `asked` raises, RoleMissing, MoveNotOpen, DataInvalid.
    """
    with work:
        row = instrument_row(work.connection, work.actor, command.instrument)
        if command.language not in LANGUAGES:
            raise NotFound(command.language)
        case = None
        if row["case_id"] is not None:
            # Numbered, the instrument is everybody's to read, the case is not: the lock is taken without sight, and
            # `permit` says no to who has no role. What was read before the lock may have changed meanwhile.
            case = work.case_of_the_house(row["case_id"])
            row = instrument_row(work.connection, work.actor, command.instrument)
        check_version_of(row["id"], row["version"], command.version)
        asked = command.asked()
        if case is None:
            raise MoveNotOpen(ACT, row["state"])  # made elsewhere, only recorded here
        permitted = permit(case, work.actor, ACT)
        if row["frozen_hash"] is not None:
            raise MoveNotOpen(ACT, case.stage)
        text = expression_of(asked, command.language)
        new = _keep(work, row["id"], text)
        work.record(case, _event(work, case, permitted, row["id"], text))
        return WrittenText(instrument=row["id"], language=text.language, new=new)


def _keep(work: Work, instrument: str, text: Expression) -> bool:
    values = {
        "title": text.title,
        "articles": text.written(),
        "final": text.final,
        "sha256": text.sha256,
        "written_by": work.actor.person,
        "written_at": work.now,
    }
    new = keep_text(work.connection, instrument, text.language, values)
    raise_version(work.connection, instrument, work.now)
    return new


def _event(work: Work, case: Case, permitted: Permit, instrument: str, text: Expression) -> Event:
    return Deed(actor=work.actor, mandate=permitted.mandate, now=work.now).event(
        EventKind.TEXT_WRITTEN,
        facts={
            "act": ACT,
            "instrument": instrument,
            "language": text.language,
            "hash": text.sha256,
            "articles": len(text.articles),
            "final": text.final,
        },
        tells=tells_of(permitted.act),
    )
