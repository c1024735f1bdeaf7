"""Filters under a name: saved, shared with a working group, removed."""

from __future__ import annotations

from dataclasses import dataclass

from service.store.filters import how_many, keep_filter, remove_filter
from service.store.work import Work
from workflows.errors import DataInvalid, Fault, NotFound

LONGEST_NAME = 80
LONGEST_QUERY = 2_000
MOST = 50
"""Filters of one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveFilter:
    """A filter as it stands in an address. With `working_group`, everybody of that group has it too."""

    name: str
    query: str
    working_group: str | None


def save_filter(command: SaveFilter, work: Work) -> None:
    """Save the filter, in place of the actor's own of that name. Raises DataInvalid."""
    name = " ".join(command.name.split())
    faults = list(_faults(command, name, {one.working_group for one in work.actor.mandates}))
    with work:
        if not faults and how_many(work.connection, work.actor.person) >= MOST:
            faults.append(Fault("/name", "too_many", (("limit", str(MOST)),)))
        if faults:
            raise DataInvalid(faults)
        keep_filter(work.connection, work.actor.person, name, command.query, command.working_group, work.now)


def _faults(command: SaveFilter, name: str, groups: set[str | None]) -> list[Fault]:
    faults = []
    if not name:
        faults.append(Fault("/name", "missing"))
    elif not name.isprintable():
        faults.append(Fault("/name", "invalid"))
    elif len(name) > LONGEST_NAME:
        faults.append(Fault("/name", "too_long", (("limit", str(LONGEST_NAME)),)))
    if len(command.query) > LONGEST_QUERY:
        faults.append(Fault("", "too_long", (("limit", str(LONGEST_QUERY)),)))
    if command.working_group is not None and command.working_group not in groups:
        faults.append(Fault("/working_group", "not_a_choice"))
    return faults


def discard_filter(id: str, work: Work) -> None:
    """Remove one of the actor's own filters. Raises NotFound."""
    with work:
        if not remove_filter(work.connection, work.actor.person, id):
            raise NotFound(id)
