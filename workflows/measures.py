"""Measures: what one country does to carry an instrument out, and how that is recorded."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.actor import Actor, Role
from workflows.errors import DataInvalid, Fault
from workflows.fields import DATE, TEXT, faults_of, or_null, validator
from workflows.web import ADDRESS, is_address

STATES = ("not_needed", "planned", "adopted", "in_force", "declined")
DATED = ("adopted", "in_force")
"""States that came about on a day, which must be given."""

_FORM = validator(
    {
        "type": "object",
        "properties": {
            "state": {"type": "string", "enum": list(STATES)},
            "on": or_null(DATE),
            "reference": or_null({**TEXT, "maxLength": 500}),
            "url": or_null(ADDRESS),
        },
        "additionalProperties": False,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a measure is: its state, since which day, and where that can be read."""

    state: str
    on: date | None = None
    reference: str | None = None
    url: str | None = None


def progress_of(sent: Any, before: Progress, today: date) -> Progress:
    """The progress after what was sent; what is left out stays. A day belongs to its state and goes with it.

    Raises DataInvalid with everything that is wrong.
    """
    faults = faults_of(_FORM, sent)
    if faults:
        raise DataInvalid(faults)
    state = sent.get("state", before.state)
    kept = before.on if state == before.state else None
    after = Progress(
        state=state,
        on=_day(sent["on"]) if "on" in sent else kept,
        reference=sent.get("reference", before.reference),
        url=sent.get("url", before.url),
    )
    misfits = list(_misfits(after, sent, today))
    if misfits:
        raise DataInvalid(misfits)
    return after


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written is not None else None


def _misfits(after: Progress, sent: Mapping[str, Any], today: date) -> Iterator[Fault]:
    if after.state in DATED and after.on is None:
        yield Fault("/on", "missing")
    if "on" in sent and after.on is not None and after.on > today:
        yield Fault("/on", "must_not_lie_after_today")
    if "url" in sent and after.url is not None and not is_address(after.url):
        yield Fault("/url", "no_address")


def speaking_for(actor: Actor, country: str) -> Actor:
    """The actor without the offices that do not speak for this country: each records measures of its own alone."""
    kept = (one for one in actor.mandates if one.role is not Role.MINISTER_OFFICE or country in one.voices)
    return dataclasses.replace(actor, mandates=tuple(kept))
