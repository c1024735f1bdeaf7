"""Told: what an attacker asked for and what it was told came of it, kept outside the database that it attacks."""

from __future__ import annotations

import json
import secrets
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from workflows.errors import DataInvalid, Refused


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


@dataclass(slots=True)
class Memory:
    """What was asked for and what came of it; safe to share. `file`: where each deed is noted at once, one a line."""

    file: Path | None = None
    deeds: list[Deed] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    surprises: list[str] = field(default_factory=list)
    _lock: Any = field(default_factory=threading.Lock)

    def note(self, deed: Deed) -> None:
        """Remember it."""
        with self._lock:
            self.deeds.append(deed)
            if self.file is not None:
                with self.file.open("a") as out:
                    out.write(deed.line() + "\n")

    def refused(self, refusal: Refused, of: str) -> None:
        """Count why not; data that do not fit are a fault of this driver, and its runs are to show it."""
        why = f"{of}: {type(refusal).__name__}"
        if isinstance(refusal, DataInvalid):
            why += " " + ", ".join(f"{fault.pointer} {fault.code}" for fault in refusal.faults)
        with self._lock:
            self.refusals[why] += 1

    def surprised(self, error: Exception, of: str) -> None:
        """What is neither done nor refused: over HTTP it would be a 500 or a 503."""
        with self._lock:
            self.surprises.append(f"{of}: {type(error).__name__}: {error}")


def new_mark() -> str:
    """Words that no other deed has."""
    return f"deed-{secrets.token_hex(8)}"


def read_all(files: Iterable[Path]) -> list[Deed]:
    """Every deed in these files. A last line without its end was being written when the process died: no deed."""
    return [
        Deed.read(line) for file in files for line in file.read_text().splitlines(keepends=True) if line[-1] == "\n"
    ]
