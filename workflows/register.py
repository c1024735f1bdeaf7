"""The register: instruments whose number was given elsewhere, and what a number of the ministers looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.errors import DataInvalid, Fault
from workflows.fields import DATE, TEXT, faults_of, or_null, validator
from workflows.procedures import LANGUAGES
from workflows.web import ADDRESS, is_address

KINDS = (
    "recommendation",
    "decision",
    "treaty",
    "convention",
    "agreement",
    "implementing_agreement",
    "arrangement",
    "declaration",
    "mou",
    "action_plan",
    "working_instruction",
    "form",
    "study",
    "other",
)
"""Every kind of instrument that the register knows; the first two come out of cases as well."""
OF_THE_MINISTERS = re.compile(r"M\((?P<year>[12][0-9]{3})\)(?P<number>[1-9][0-9]{0,5})")
LIKE_THE_MINISTERS = re.compile(r"\s*M\W*\d", re.IGNORECASE)

_FORM = validator(
    {
        "type": "object",
        "properties": {
            "kind": {"type": "string", "enum": list(KINDS)},
            "number": {**TEXT, "maxLength": 64},
            "title": {**TEXT, "maxLength": 2000},
            "language": {"type": "string", "enum": list(LANGUAGES)},
            "adopted_on": or_null(DATE),
            "url": or_null(ADDRESS),
        },
        "required": ["kind", "number", "title", "language"],
        "additionalProperties": False,
    }
)


@dataclass(frozen=True, slots=True)
class MinistersNumber:
    """M(YYYY)n: the number that the Committee of Ministers gives, counted in each year."""

    year: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An instrument to be recorded. `ministers` is what its number says where it is one of the ministers'."""

    kind: str
    number: str
    title: str
    language: str
    adopted_on: date | None = None
    url: str | None = None
    ministers: MinistersNumber | None = None


def entry_of(sent: Any, today: date) -> Entry:
    """What was sent, as an entry. Raises DataInvalid with everything that is wrong."""
    faults = list(faults_of(_FORM, sent)) or list(_misfits(sent, today))
    if faults:
        raise DataInvalid(faults)
    adopted_on, number = sent.get("adopted_on"), sent["number"].strip()
    return Entry(
        kind=sent["kind"],
        number=number,
        title=sent["title"],
        language=sent["language"],
        adopted_on=date.fromisoformat(adopted_on) if adopted_on is not None else None,
        url=sent.get("url"),
        ministers=ministers_number(number),
    )


def ministers_number(number: str) -> MinistersNumber | None:
    """The year and the place in it of a number of the Committee of Ministers; None for any other."""
    match = OF_THE_MINISTERS.fullmatch(number)
    return MinistersNumber(int(match["year"]), int(match["number"])) if match else None


def _misfits(sent: Mapping[str, Any], today: date) -> Iterator[Fault]:
    number = sent["number"].strip()
    ministers = ministers_number(number)
    # A slip in a number of the ministers' would be kept as a number of some other series.
    if (ministers is None and LIKE_THE_MINISTERS.match(number)) or (
        ministers is not None and ministers.year > today.year
    ):
        yield Fault("/number", "number_form")
    if sent.get("adopted_on") is not None and date.fromisoformat(sent["adopted_on"]) > today:
        yield Fault("/adopted_on", "must_not_lie_after_today")
    if sent.get("url") is not None and not is_address(sent["url"]):
        yield Fault("/url", "no_address")
