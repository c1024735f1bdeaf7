"""Cases: beginning one, changing what is said of it, and throwing a draft away."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service.store.loading import known
from service.store.once import Seen
from service.store.work import Work, check_version
from workflows import shelf
from workflows.actor import Actor
from workflows.acts import Deed, Permit, checked, permit, tells_of
from workflows.case import Case
from workflows.errors import DataInvalid, Fault, RoleMissing
from workflows.events import EventKind
from workflows.facts import Facts
from workflows.fields import Surroundings
from workflows.filing import (
    CORRECTED,
    EDITED,
    changes,
    named_in,
    organisations_to_file_for,
    patched,
    word_to_begin,
)
from workflows.procedure import Procedure
from workflows.standing import standing

Said = Callable[[], Mapping[str, Any]]
"""Reads what was sent, once it is known that it may be; raises what is wrong with it."""


@dataclass(frozen=True, slots=True)
class BeginCase:
    """Begin a draft: `procedure`, and whatever is already known of title, language, organisation, content …"""

    said: Said


@dataclass(frozen=True, slots=True)
class ChangeCase:
    """Change what is said of a case (a JSON merge patch): edit a draft; later correct it, or assign it anew."""

    case: str
    version: int | None
    said: Said


@dataclass(frozen=True, slots=True)
class TakeOverDraft:
    """Go on with a draft that somebody else of the organisation has in hand."""

    case: str
    version: int | None


@dataclass(frozen=True, slots=True)
class DiscardCase:
    """Throw a draft away."""

    case: str
    version: int | None


def begin_case(command: BeginCase, work: Work) -> Seen:
    """Keep a new draft. Raises DataInvalid, RoleMissing."""
    with work:
        seen = work.replay()
        if seen is not None:
            return seen
        said = {name: value for name, value in command.said().items() if value is not None}
        procedure = _procedure(said.pop("procedure", None))
        blank = _blank(work, procedure, _organisation(procedure, said, work.actor))
        word = word_to_begin(blank, work.actor)
        if word is None:
            if organisations_to_file_for(procedure, work.actor):
                _check_known(work, blank.organisation)
            raise RoleMissing(procedure.begun_by)
        begun = dataclasses.replace(blank, begun_by=word)
        case = _patched(work, begun, {**said, "organisation": begun.organisation})
        work.begin(case)
        return work.remember(201, f"/api/v1/cases/{case.id}", "case", case.id)


def _procedure(name: Any) -> Procedure:
    """The newest version: the one on which new cases begin."""
    if name is None:
        raise DataInvalid([Fault("/procedure", "missing")])
    if name not in shelf.names():
        raise DataInvalid([Fault("/procedure", "unknown_procedure", (("value", str(name)),))])
    return shelf.newest(name)


def _organisation(procedure: Procedure, said: Mapping[str, Any], actor: Actor) -> str:
    """For whom the case is begun: as said, else the one organisation for which the actor may begin it."""
    given = said.get("organisation")
    if isinstance(given, str):
        return given
    if given is not None:
        raise DataInvalid([Fault("/organisation", "wrong_type")])
    own = organisations_to_file_for(procedure, actor)
    if not own:
        raise RoleMissing(procedure.begun_by)
    if len(own) > 1:
        raise DataInvalid([Fault("/organisation", "missing")])
    return own[0]


def _check_known(work: Work, organisation: str) -> None:
    """A code that nobody has is a slip of the pen, not somebody else's office. Raises DataInvalid."""
    if not known(work.connection, "", [("organisation", organisation)], work.sight):
        raise DataInvalid([Fault("/organisation", "unknown_organisation", (("value", organisation),))])


def _blank(work: Work, procedure: Procedure, organisation: str) -> Case:
    return Case(
        id=work.id(),
        procedure=procedure,
        stage=procedure.starts_in,
        language=work.actor.language,
        organisation=organisation,
        begun_by=procedure.begun_by[0],
        filed_by=work.actor.person,
    )


def _patched(work: Work, case: Case, patch: Mapping[str, Any]) -> Case:
    named = known(work.connection, case.id, named_in(case, patch), work.sight)
    around = Surroundings(today=work.today, known=named, case=case.id)
    return patched(case, patch, EDITED if case.draft else CORRECTED, around)


def change_case(command: ChangeCase, work: Work) -> str:
    """Keep what was changed; the id of the case. What changes nothing leaves no trace.

    Raises NotFound, VersionMissing, Stale, RoleMissing, MoveNotOpen, DataInvalid.
    """
    with work:
        case = work.case(command.case)
        check_version(case, command.version)
        patch = dict(command.said())
        if case.draft:
            _edit(work, case, patch)
        elif "working_group" in patch:
            _assign(work, case, patch)
        else:
            _correct(work, case, patch)
        return case.id


def _edit(work: Work, case: Case, patch: Mapping[str, Any]) -> None:
    permit(case, work.actor, "edit")
    after = _patched(work, case, patch)
    if standing(after, work.actor, case.procedure.begun_by) is None:
        raise RoleMissing(case.procedure.begun_by)  # it would be a draft of somebody else
    if changes(case, after) != ({}, {}):
        work.change_draft(after)


def _correct(work: Work, case: Case, patch: dict[str, Any]) -> None:
    permitted = permit(case, work.actor, "correct")
    reason = patch.pop("reason", None)
    faults: list[Fault] = []
    after = case
    try:
        after = _patched(work, case, patch)
    except DataInvalid as refusal:
        faults += refusal.faults
    try:
        checked(case, Facts(), permitted.act, {}, reason, work.today)
    except DataInvalid as refusal:
        faults += refusal.faults
    if faults:
        raise DataInvalid(faults)
    then, now = changes(case, after)
    if not now:
        return
    event = _deed(work, permitted).event(
        EventKind.CASE_CORRECTED,
        facts={"act": "correct", "fields": sorted(now)},
        private={"reason": reason, "before": then, "after": now},
        tells=tells_of(permitted.act),
    )
    work.record(after, event, raises_version=True, countries="countries" in now)


def _deed(work: Work, permitted: Permit) -> Deed:
    return Deed(actor=work.actor, mandate=permitted.mandate, now=work.now)


def _assign(work: Work, case: Case, patch: dict[str, Any]) -> None:
    permitted = permit(case, work.actor, "assign")
    reason = patch.pop("reason", None)
    named = [("working_group", code)] if isinstance(code := patch["working_group"], str) else []
    facts = Facts(known=known(work.connection, case.id, named, work.sight))
    data = checked(case, facts, permitted.act, patch, reason, work.today, at="")
    if data["working_group"] == case.working_group:
        return
    event = _deed(work, permitted).event(
        EventKind.CASE_ASSIGNED,
        facts={"act": "assign", "data": data, "before": {"working_group": case.working_group}},
        private={"reason": reason},
        tells=tells_of(permitted.act),
    )
    work.record(dataclasses.replace(case, **data), event, raises_version=True)


def take_over_draft(command: TakeOverDraft, work: Work) -> str:
    """Have a draft in hand oneself; its id. Raises NotFound, VersionMissing, Stale, RoleMissing, MoveNotOpen."""
    with work:
        case = work.case(command.case)
        check_version(case, command.version)
        permit(case, work.actor, "edit")
        if case.filed_by != work.actor.person:
            work.change_draft(dataclasses.replace(case, filed_by=work.actor.person))
        return case.id


def discard_case(command: DiscardCase, work: Work) -> None:
    """Throw a draft away: the row goes, no number was given. Raises NotFound, VersionMissing, Stale, MoveNotOpen."""
    with work:
        case = work.case(command.case)
        check_version(case, command.version)
        permit(case, work.actor, "discard")
        work.discard_draft(case)
