"""Measures: how far a country is with what it must do to carry an instrument out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service.store.loading import measures_of
from service.store.measure_rows import keep_measure, measure_row
from service.store.work import Work, check_version_of
from workflows.acts import Deed, Permit, after_measure, permit, tells_of
from workflows.case import Case
from workflows.errors import MoveNotOpen
from workflows.events import Event, EventKind, Tell
from workflows.measures import Progress, progress_of, speaking_for

ACT = "record_measure"


@dataclass(frozen=True, slots=True)
class RecordMeasure:
    """Say how far a measure is (a JSON merge patch). `version` is that of the measure itself."""

    measure: str
    version: int | None
    asked: Callable[[], Mapping[str, Any]]


def record_measure(command: RecordMeasure, work: Work) -> str:
    """Keep the progress of a measure; its id. What changes nothing leaves no trace. The case keeps its version.

    Raises, in this order: NotFound, VersionMissing, Stale, what `asked` raises, RoleMissing, MoveNotOpen, DataInvalid.
    """
    with work:
        row = measure_row(work.connection, work.actor, command.measure)
        case = None
        if row["case_id"] is not None:
            # Whoever is signed in reads the measures of what was adopted; the lock of the case is taken without
            # sight, `permit` says no to who has no role on it, and what was read before the lock is read again.
            case = work.case_of_the_house(row["case_id"])
            row = measure_row(work.connection, work.actor, command.measure)
        check_version_of(row["id"], row["version"], command.version)
        asked = command.asked()
        if case is None:
            raise MoveNotOpen(ACT, row["state"])
        permitted = permit(case, speaking_for(work.actor, row["country"]), ACT, work.invited(case))
        before = Progress(state=row["state"], on=row["on_date"], reference=row["reference"], url=row["url"])
        after = progress_of(asked, before, work.today)
        if after != before:
            _keep(work, case, permitted, row, after)
        return command.measure


def _keep(work: Work, case: Case, permitted: Permit, row: Mapping[str, Any], progress: Progress) -> None:
    known = measures_of(work.connection, case.id)
    values = {
        "state": progress.state,
        "on_date": progress.on,
        "reference": progress.reference,
        "url": progress.url,
        "version": row["version"] + 1,
        "updated_at": work.now,
    }
    keep_measure(work.connection, row["id"], values)
    after, tells = after_measure(case, permitted.act, known, measures_of(work.connection, case.id))
    work.record(after, _event(work, permitted, row, progress, (*tells_of(permitted.act), *tells)))
    work.renew_due_date(after)


def _event(work: Work, permitted: Permit, row: Mapping[str, Any], progress: Progress, tells: tuple[Tell, ...]) -> Event:
    country = row["country"]
    return Deed(actor=work.actor, mandate=permitted.mandate, now=work.now).event(
        EventKind.MEASURE_RECORDED,
        facts={
            "act": ACT,
            "instrument": row["instrument_id"],
            "measure": row["id"],
            "country": country,
            "state": progress.state,
            "state_on": progress.on.isoformat() if progress.on is not None else None,
            "version": row["version"] + 1,
        },
        private={"title": row["title"], "reference": progress.reference, "url": progress.url},
        on_behalf_of=country if country in permitted.mandate.voices else None,
        tells=tells,
    )
