"""Organisations and working groups: who may file, advise, vote or handle."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.commands.administration import an_object, check_admin, fitting
from service.store import register
from service.store.once import Seen
from service.store.tables.organisations import KINDS
from service.store.turns import take_turn
from service.store.work import Work, check_version_of
from workflows.actor import SECRETARIAT, Role
from workflows.errors import DataInvalid, Fault, NotFound
from workflows.fields import CODE, COUNTRY, TITLE, VOTERS, or_null, validator
from workflows.mandates import DELEGATION, misfits_of_mandate

Asked = Callable[[], Mapping[str, Any]]

TURN = "register"
"""Additions to the register take turns, so that of two people who add one code the second is told so."""
CODE_OF_ORGANISATION = re.compile(r"[A-Z0-9][A-Z0-9-]{0,63}\Z")
CODE_OF_GROUP = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\Z")
FIXED = frozenset({SECRETARIAT, *VOTERS})
"""What the treaty names stays what it is."""


_ATTRIBUTES = {
    "name": TITLE,
    "kind": {"type": "string", "enum": list(KINDS)},
    "country": or_null(COUNTRY),
    "answers_for": or_null(CODE),
}


NEW = validator(an_object({"code": CODE, **_ATTRIBUTES}, "code", "name", "kind"))
CHANGED = validator(an_object(_ATTRIBUTES))
NEW_GROUP = validator(an_object({"code": CODE, "name": TITLE}, "code", "name"))
CHANGED_GROUP = validator(an_object({"name": TITLE}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Add to the register. `asked` gives what is to be added, or raises for what is no such thing."""

    asked: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Change what is in the register: by its code, on the version that was read. `asked` gives what is to change."""

    code: str
    version: int | None
    asked: Asked


def add_organisation(command: Addition, work: Work) -> Seen:
    """Add `{"code", "name", "kind", "country", "answers_for"}`. Raises RoleMissing, DataInvalid."""
    with work:
        seen = work.replay()
        if seen is not None:
            return seen
        check_admin(work.actor)
        data = fitting(command.asked(), NEW)
        take_turn(work.connection, TURN)
        faults = list(_faults_of_code(data["code"], CODE_OF_ORGANISATION, register.organisation, work))
        faults += _faults_of_voice(data, work)
        if faults:
            raise DataInvalid(faults)
        row = {"country": None, "answers_for": None, **data, "version": 1}
        register.add_organisation(work.connection, row)
        return work.remember(201, f"/api/v1/organisations/{row['code']}", "organisation", row["code"])


def change_organisation(command: Change, work: Work) -> Seen:
    """Change name, kind, country or the delegation that it answers for.

    Raises RoleMissing, NotFound, VersionMissing, Stale, DataInvalid (also where mandates would no longer fit).
    """
    with work:
        check_admin(work.actor)
        known = register.organisation(work.connection, command.code)
        if known is None:
            raise NotFound(command.code)
        check_version_of(command.code, known["version"], command.version)
        data = fitting(command.asked(), CHANGED)
        after = {**known, **data}
        faults = list(_faults_of_voice(after, work)) if "answers_for" in data or "kind" in data else []
        faults += _faults_of_change(known, after, work)
        if faults:
            raise DataInvalid(faults)
        register.change_organisation(work.connection, command.code, data)
        return work.remember(200, None, "organisation", command.code)


def add_working_group(command: Addition, work: Work) -> Seen:
    """Add `{"code", "name"}`. Raises RoleMissing, DataInvalid."""
    with work:
        seen = work.replay()
        if seen is not None:
            return seen
        check_admin(work.actor)
        data = fitting(command.asked(), NEW_GROUP)
        take_turn(work.connection, TURN)
        faults = list(_faults_of_code(data["code"], CODE_OF_GROUP, register.working_group, work))
        if faults:
            raise DataInvalid(faults)
        register.add_working_group(work.connection, {**data, "version": 1})
        return work.remember(201, f"/api/v1/working-groups/{data['code']}", "working_group", data["code"])


def change_working_group(command: Change, work: Work) -> Seen:
    """Change the name. Raises RoleMissing, NotFound, VersionMissing, Stale, DataInvalid."""
    with work:
        check_admin(work.actor)
        known = register.working_group(work.connection, command.code)
        if known is None:
            raise NotFound(command.code)
        check_version_of(command.code, known["version"], command.version)
        data = fitting(command.asked(), CHANGED_GROUP)
        register.change_working_group(work.connection, command.code, str(data.get("name", known["name"])))
        return work.remember(200, None, "working_group", command.code)


def _faults_of_code(code: str, pattern: re.Pattern[str], find: Callable[..., Any], work: Work) -> Iterator[Fault]:
    if not pattern.match(code):
        yield Fault("/code", "code_unfit")
    elif find(work.connection, code) is not None:
        yield Fault("/code", "known_already", (("value", code),))


def _faults_of_voice(data: Mapping[str, Any], work: Work) -> Iterator[Fault]:
    """A body answers for a delegation that there is; a delegation speaks for itself."""
    voice = data.get("answers_for")
    if voice is None:
        return
    known = register.organisation(work.connection, voice)
    if known is None:
        yield Fault("/answers_for", "unknown_organisation", (("value", voice),))
    elif known["kind"] != DELEGATION or data["kind"] == DELEGATION:
        yield Fault("/answers_for", "no_delegation", (("value", voice),))


def _faults_of_change(before: Mapping[str, Any], after: Mapping[str, Any], work: Work) -> Iterator[Fault]:
    code = before["code"]
    if after["kind"] != before["kind"]:
        if code in FIXED:
            yield Fault("/kind", "kind_fixed", (("value", code),))
            return
        if before["kind"] == DELEGATION and register.is_answered_for(work.connection, code):
            yield Fault("/kind", "mandates_stand")
    if (after["kind"], after["answers_for"]) != (before["kind"], before["answers_for"]):
        pointer = "/kind" if after["kind"] != before["kind"] else "/answers_for"
        if any(_misfit(mandate, after) for mandate in register.mandates_at(work.connection, code)):
            yield Fault(pointer, "mandates_stand")


def _misfit(mandate: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    fits = misfits_of_mandate(
        Role(mandate["role"]), after["code"], after["kind"], after["answers_for"], mandate["working_group"]
    )
    return next(fits, None) is not None
