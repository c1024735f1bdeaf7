"""Troubles: why a form was not accepted, told beside the fields that it is about."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from service import words
from service.telling import told
from workflows.errors import (
    ConsultationClosed,
    DataInvalid,
    GuardRefused,
    IdempotencyInProgress,
    IdempotencyMismatch,
    MoveNotOpen,
    NotFound,
    Refused,
    RoleMissing,
    Stale,
)

STATUS: Mapping[type[Refused], int] = {
    NotFound: 404,
    RoleMissing: 403,
    MoveNotOpen: 409,
    GuardRefused: 409,
    ConsultationClosed: 409,
    IdempotencyInProgress: 409,
    Stale: 409,
    IdempotencyMismatch: 409,
    DataInvalid: 422,
}
"""The status of the page that tells of a refusal; what is not named here is 409."""
TYPED: Mapping[str, str] = {"wrong_type": "no_number"}
"""Faults that say something else to who types: all that can be of another type on a form is a number in words."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands in the error summary. `faults`: the pointer of each field with what to do about it."""

    title: str
    detail: str
    status: int
    code: str
    faults: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def at(self, pointer: str) -> str:
        """What is wrong at a field; empty where nothing is."""
        return self.faults.get(pointer, "")


def trouble_of(refusal: Refused, language: str, places: Mapping[str, str] | None = None) -> Trouble:
    """A refusal for people. `places`: a row of the answer -> the row in which it was typed (questions.Answered)."""
    title, detail = told(refusal, language)
    faults: dict[str, str] = {}
    for fault in refusal.faults if isinstance(refusal, DataInvalid) else ():
        field = fault.pointer.removeprefix("/data")  # what a move asks stands there; on a page it is the form itself
        faults.setdefault(
            _place(field, places or {}), words.fault(TYPED.get(fault.code, fault.code), language, dict(fault.values))
        )
    return Trouble(title, detail, STATUS.get(type(refusal), 409), refusal.code, faults)


def _place(pointer: str, places: Mapping[str, str]) -> str:
    """Where the field stands on the page: the row of the answer, or what lies in it, where it was typed."""
    parts = pointer.split("/")
    for end in range(len(parts), 1, -1):
        row = "/".join(parts[:end])
        if row in places:
            return places[row] + pointer[len(row) :]
    return pointer
