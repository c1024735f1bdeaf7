"""Analyses: what the law of a country says about a case, written down by the secretary and kept over weeks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service.store.analysis_rows import keep_analysis, version_of_analysis
from service.store.work import Work, check_version_of
from workflows.actor import Actor, Role
from workflows.acts import Deed, is_inner, permit, tells_of
from workflows.case import Case
from workflows.errors import DataInvalid, Fault, NotFound, Stale
from workflows.events import Audience, EventKind
from workflows.fields import COUNTRIES
from workflows.findings import national_finding_of

ACT = "analyse"
NOT_THERE = "0"
"""The version of a finding that nobody has written yet."""


@dataclass(frozen=True, slots=True)
class WriteAnalysis:
    """Write what was found for a country. `version` is that of the finding that it replaces, None for the first."""

    case: str
    country: str
    version: int | None
    asked: Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class WrittenAnalysis:
    """The case (its id) and the country whose finding was written, and whether it is the first one."""

    case: str
    country: str
    new: bool


def write_analysis(command: WriteAnalysis, work: Work) -> WrittenAnalysis:
    """Keep a finding. It has a version of its own; the case's stays as it is.

    Raises, in this order: NotFound, DataInvalid for a country that is none, VersionMissing, Stale, what `asked`
    raises, RoleMissing, MoveNotOpen, DataInvalid.
    """
    with work:
        case = work.case(command.case)
        if not _reads(case, work.actor):
            raise NotFound(command.case)
        if command.country not in COUNTRIES:
            raise DataInvalid([Fault("/country", "not_a_choice")])
        known = version_of_analysis(work.connection, case.id, command.country)
        _check(case, known, command.version)
        asked = command.asked()
        permitted = permit(case, work.actor, ACT)
        found = national_finding_of(asked)
        version = (known or 0) + 1
        values = {
            "finding": found.finding,
            "sources": list(found.sources),
            "version": version,
            "written_by": work.actor.person,
            "written_at": work.now,
        }
        keep_analysis(work.connection, case.id, command.country, values, new=known is None)
        event = Deed(actor=work.actor, mandate=permitted.mandate, now=work.now).event(
            EventKind.ANALYSIS_WRITTEN,
            facts={"act": ACT, "country": command.country, "version": version},
            private={"finding": found.finding, "sources": list(found.sources)},
            audience=Audience.INNER,
            tells=tells_of(permitted.act),
        )
        work.record(case, event)
        return WrittenAnalysis(case=case.id, country=command.country, new=known is None)


def _reads(case: Case, actor: Actor) -> bool:
    """The secretariat and the auditors read findings; to everybody else there are none."""
    return is_inner(case, actor) or (actor.has(Role.AUDITOR) and not case.draft)


def _check(case: Case, known: int | None, given: int | None) -> None:
    if known is not None:
        check_version_of(case.id, known, given)
    elif given is not None:
        raise Stale(NOT_THERE)
