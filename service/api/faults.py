"""Faults: what pydantic finds wrong, in the codes and JSON pointers of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import ErrorDetails

from workflows.errors import Fault
from workflows.fields import SEEN, escaped

CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
    "string_too_short": "missing",
    "string_pattern_mismatch": "invalid",
    "too_long": "too_many",
    "too_short": "too_few",
    "literal_error": "not_a_choice",
    "enum": "not_a_choice",
    "greater_than": "too_small",
    "greater_than_equal": "too_small",
    "less_than": "too_large",
    "less_than_equal": "too_large",
    "date_type": "no_date",
    "date_parsing": "no_date",
    "date_from_datetime_parsing": "no_date",
    "date_from_datetime_inexact": "no_date",
    "datetime_type": "no_instant",
    "datetime_parsing": "no_instant",
    "datetime_from_date_parsing": "no_instant",
    "datetime_object_invalid": "no_instant",
    "timezone_aware": "no_instant",
    "string_unicode": "text_unclean",
    "finite_number": "wrong_type",
    "int_from_float": "wrong_type",
    "int_parsing_size": "too_large",
    "value_error": "invalid",
}
OUTSIDE = ("path", "query", "header", "cookie")

Places = Mapping[str, str]
"""Pointer -> where it points into, when that is not the body."""


def faults_of(errors: Sequence[ErrorDetails | Mapping[str, Any]]) -> tuple[list[Fault], Places]:
    """Our faults for pydantic's, and which of them are not about the body."""
    faults, places = [], {}
    for error in errors:
        location = tuple(error["loc"])
        head = str(location[0]) if location else ""
        if head in (*OUTSIDE, "body"):
            location = location[1:]
        pointer = "".join(f"/{escaped(str(part))}" for part in location)
        if head in OUTSIDE:
            places[pointer] = head
        faults.append(Fault(pointer, _code(error), _values(error)))
    return faults, places


def _code(error: ErrorDetails | Mapping[str, Any]) -> str:
    kind = str(error["type"])
    if kind == "string_pattern_mismatch" and error.get("ctx", {}).get("pattern") == SEEN:
        return "missing"
    if kind in CODES:
        return CODES[kind]
    if kind.endswith(("_type", "_parsing")):
        return "wrong_type"
    # A check of ours that names its own code (PydanticCustomError); words for unknown ones are the general sentence.
    return kind


def _values(error: ErrorDetails | Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    context = error.get("ctx", {})
    limit = context.get("max_length")
    if limit is not None:
        return (("limit", str(limit)),)
    return (("value", str(context["value"])),) if "value" in context else ()
