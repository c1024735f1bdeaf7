"""History: the line that an event leaves in the history of its case."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from workflows.events import EventKind
from workflows.wording import Wording

ACTS: Mapping[str, str] = {
    EventKind.CASE_CORRECTED: "correct",
    EventKind.CASE_ASSIGNED: "assign",
    EventKind.CASE_REPORTED: "report",
    EventKind.CASE_LINKED: "link",
    EventKind.ANALYSIS_WRITTEN: "analyse",
    EventKind.POSITION_GIVEN: "give_position",
    EventKind.TEXT_WRITTEN: "write_text",
    EventKind.MEASURE_RECORDED: "record_measure",
    EventKind.INSTRUMENT_PUBLISHED: "publish",
    EventKind.COMMENT_MADE: "comment",
    EventKind.DOCUMENT_ATTACHED: "attach",
}
"""The act that leaves an event of this kind. What is not here was no act of a person."""


def line(words: Wording, kind: str, facts: Mapping[str, Any], working_groups: Mapping[str, str]) -> str | None:
    """The sentence for an event of a move or an act; None for what the service did itself.

    `facts` is the event's body, `working_groups` the names of the groups that it may name.
    """
    step = facts.get("move") or ACTS.get(kind)
    if step is None:
        return None
    place = "moves" if "move" in facts else "acts"
    sentence = words.text(place, step, "history")
    values = _values(words, facts, working_groups)
    if sentence is None or any(name and name not in values for _, name, _, _ in Formatter().parse(sentence)):
        label = words.text(place, step, "label")
        return f"{label}." if label else None
    return sentence.format_map(values)


def working_group_of(facts: Mapping[str, Any]) -> str | None:
    """The code of the working group that an event's body names."""
    code = facts.get("data", {}).get("working_group", facts.get("working_group"))
    return code if isinstance(code, str) else None


def _values(words: Wording, facts: Mapping[str, Any], working_groups: Mapping[str, str]) -> dict[str, str]:
    values: dict[str, str] = {}
    kind, group = facts.get("instrument_kind"), working_group_of(facts)
    if kind is not None:
        values["instrument"] = words.text("choices", "kind", kind) or kind
    if facts.get("number") is not None:
        values["number"] = facts["number"]
    if group is not None:
        values["working_group"] = working_groups.get(group, group)
    return values
