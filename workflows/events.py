"""Events: the facts of the past that a case's chain is made of, and what can be recomputed from them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """What happened. The past tense is the point."""

    CASE_MOVED = "CaseMoved"
    CASE_IMPORTED = "CaseImported"
    CASE_CORRECTED = "CaseCorrected"
    CASE_ASSIGNED = "CaseAssigned"
    CASE_REPORTED = "CaseReported"
    CASE_SPAWNED = "CaseSpawned"
    CASE_LINKED = "CaseLinked"
    ANALYSIS_WRITTEN = "AnalysisWritten"
    POSITION_GIVEN = "PositionGiven"
    TEXT_WRITTEN = "TextWritten"
    MEASURE_RECORDED = "MeasureRecorded"
    INSTRUMENT_PUBLISHED = "InstrumentPublished"
    COMMENT_MADE = "CommentMade"
    DOCUMENT_ATTACHED = "DocumentAttached"
    CLOCK_RANG = "ClockRang"
    CASE_CARRIED_OVER = "CaseCarriedOver"


SCHEMAS: Mapping[EventKind, int] = dict.fromkeys(EventKind, 1) | {
    EventKind.CASE_MOVED: 2,  # the first one says for whom the case was filed, on what, and which countries it touches
    EventKind.CASE_IMPORTED: 2,  # the same, and where the annual plan has it
    EventKind.DOCUMENT_ATTACHED: 2,  # in which language the document is
}
"""The schema that is written today, per kind; a change of a kind's keys raises it, and old ones stay readable."""


class Audience(StrEnum):
    """Who, of those who read the case, may read an event's private part."""

    READERS = "readers"  # who reads the whole case
    INNER = "inner"  # the secretariat and the auditors
    CONSULTED = "consulted"  # the same, and those invited to the consultation


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """A notice that an event sets off, to the holders of role words."""

    notice: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a case.

    `facts` go into the hashed body: codes, dates, opaque ids, no names and no free words. `private` holds names and
    free words; the body carries only its hash, so it can be erased and the chain still verifies. `consultation` is
    the id of the consultation for an audience of CONSULTED.
    """

    kind: EventKind
    facts: Mapping[str, Any]
    private: Mapping[str, Any] = field(default_factory=dict)
    tells: tuple[Tell, ...] = ()
    audience: Audience = Audience.READERS
    consultation: str | None = None


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, NFC, no floats and no U+0000.

    Raises ValueError for what has no canonical form.
    """
    text = _WRITER.encode(value)
    if "\\u0000" in text and "\0" in _texts(value):
        raise ValueError("U+0000 has no place in an event")
    if _has_float(value):
        raise ValueError("a number with a fraction has no place in an event")
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _refuse(value: object) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise ValueError(f"{type(value).__name__} has no canonical form")


_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_refuse)


def _texts(value: Any) -> str:
    """Every text in a value, run together."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "".join(_texts(one) for pair in value.items() for one in pair)
    return "".join(map(_texts, value)) if isinstance(value, list | tuple) else ""


FLAT = (str, int, type(None))
LISTS = (list, tuple)


def _has_float(value: Any) -> bool:
    if isinstance(value, FLAT):  # nearly everything: looked at first
        return False
    if isinstance(value, LISTS):
        return any(map(_has_float, value))
    if isinstance(value, Mapping):
        return any(map(_has_float, value.values()))
    return isinstance(value, float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What the bodies of a case's events say of it: stage, anchor, and each clock as it stands."""

    stage: str | None = None
    anchor: str | None = None
    clocks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def replay(bodies: Iterable[Mapping[str, Any]]) -> Replayed:
    """Recompute stage, anchor and clocks from the bodies of the events, oldest first."""
    stage: str | None = None
    anchor: str | None = None
    clocks: dict[str, Mapping[str, Any]] = {}
    for body in bodies:
        stage = body.get("to", stage)
        anchor = body.get("anchor", anchor)
        for clock in body.get("clocks", ()):
            clocks[clock["clock"]] = {key: value for key, value in clock.items() if key != "change"}
    return Replayed(stage=stage, anchor=anchor, clocks=clocks)
