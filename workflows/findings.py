"""Findings: what the law of one country says about a case, as an analysis keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workflows.errors import DataInvalid
from workflows.fields import LONGEST_LIST, TEXT, faults_of, validator

SOURCE = {**TEXT, "maxLength": 2000}
_FORM = validator(
    {
        "type": "object",
        "properties": {"finding": TEXT, "sources": {"type": "array", "items": SOURCE, "maxItems": LONGEST_LIST}},
        "required": ["finding"],
        "additionalProperties": False,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalFinding:
    """What was found, and the sources that it rests on: articles of law, addresses, titles."""

    finding: str
    sources: tuple[str, ...] = ()


def national_finding_of(sent: Any) -> NationalFinding:
    """What was sent, as a finding. Raises DataInvalid with everything that is wrong."""
    faults = faults_of(_FORM, sent)
    if faults:
        raise DataInvalid(faults)
    return NationalFinding(finding=sent["finding"], sources=tuple(sent.get("sources", ())))
