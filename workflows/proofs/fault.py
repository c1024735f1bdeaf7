"""A fault: what is wrong with a procedure, and where in its file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold: `procedure` is `id/version`, `path` leads to the place in the file."""

    procedure: str
    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.procedure}: {self.path}: {self.what}"


Found = tuple[str, str]
"""A path and what is wrong there, before it is known in which procedure."""
