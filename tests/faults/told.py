"""Told: what an attacker asked for and what it was told came of it, kept outside the database that it attacks."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self


class CameTo(StrEnum):
    """Kept for certain, refused for certain, or nobody knows: the answer never came."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that a person asked for, under one key if it has one, however often it was sent.

    `kind`: of the event that it leaves (`CaseMoved`, …), or `draft` for a case that was begun. `name`: the move or
    the act. `mark`: words that stand in the event's private part and nowhere else (`new_mark`). `thing`: the id that
    the answer named. `shows`: what the answer showed of the case that must stand in the event (reference, number).
    """

    person: str
    kind: str
    case: str
    came_to: CameTo
    name: str | None = None
    mark: str | None = None
    key: str | None = None
    thing: str | None = None
    shows: Mapping[str, str] = field(default_factory=dict)

    def line(self) -> str:
        """One line of JSON, for a file that outlives the process."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def read(cls, line: str) -> Self:
        """The deed of a line."""
        said = json.loads(line)
        return cls(**said | {"came_to": CameTo(said["came_to"])})


def new_mark() -> str:
    """Words that no other deed has."""
    return f"deed-{secrets.token_hex(8)}"


def read_all(files: Iterable[Path]) -> list[Deed]:
    """Every deed in these files. A last line without its end was being written when the process died: no deed."""
    return [
        Deed.read(line) for file in files for line in file.read_text().splitlines(keepends=True) if line[-1] == "\n"
    ]
