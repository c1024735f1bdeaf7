"""Verify: the proof that a case can walk through a procedure from filing to an ending, and that nobody is left out."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping

from workflows import procedures
from workflows.procedure import Procedure
from workflows.proofs.checks import unsound
from workflows.proofs.fault import Fault, Found
from workflows.proofs.names import unknown
from workflows.proofs.sayings import unsaid
from workflows.wording import Wording, wording

__all__ = ["Fault", "verify"]


def verify(
    procedure: Procedure,
    words: Mapping[str, Wording] | None = None,
    released: Mapping[str, str] | None = None,
) -> tuple[Fault, ...]:
    """Everything that does not hold of one version; empty when it is sound.

    `words`: language -> wording, `released`: `id/version` -> fingerprint; the packaged ones where they are left out.
    Where a name is unknown, nothing that rests on it is judged.
    """
    name = f"{procedure.id}/{procedure.version}"
    faults = list(unknown(procedure)) or [
        *unsound(procedure),
        *(_unsaid_anywhere(procedure) if words is None else unsaid(procedure, words)),
    ]
    faults += _released(procedure, name, packaged_releases() if released is None else released)
    return tuple(Fault(name, path, what) for path, what in dict.fromkeys(faults))


def packaged_releases() -> dict[str, str]:
    """The fingerprint of every released version."""
    return {name: str(fingerprint) for name, fingerprint in tomllib.loads(procedures.released_text()).items()}


def _unsaid_anywhere(procedure: Procedure) -> Iterable[Found]:
    """What the packaged words leave unsaid."""
    try:
        words = {language: wording(procedure.id, procedure.version, language) for language in procedures.LANGUAGES}
    except KeyError as missing:
        return [("procedure", f"nothing is packaged under this name: there is no {missing.args[0]}")]
    return unsaid(procedure, words)


def _released(procedure: Procedure, name: str, released: Mapping[str, str]) -> Iterator[Found]:
    if procedure.status == "released" and name not in released:
        yield "status", f'is released, so released.toml must say "{name}" = "{procedure.fingerprint}"'
    if name in released and procedure.status != "released":
        yield "status", "was released and cannot be a draft again; write a new version"
    elif name in released and released[name] != procedure.fingerprint:
        yield "status", "was released and has changed since; put it back and write a new version"
