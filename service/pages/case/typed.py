"""Typed: what stands in a form when it is shown: as sent, else as kept, else as it was before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.pages.sent import Sent
from service.pages.visitor import Form

Typed = Mapping[str, Sequence[str]]


def typed_in(sent: Sent | None, form: Form, before: Typed | None = None) -> Typed:
    """Name of the field -> values."""
    if sent is not None:
        return sent.typed
    return form.kept.fields if form.kept is not None else before or {}


def texts_of(typed: Typed) -> Mapping[str, str]:
    """The same, for fields that hold one text each."""
    return {name: values[-1] if values else "" for name, values in typed.items()}


def rows_of(text: str) -> list[str]:
    """The lines of a text in which something stands."""
    return [line.strip() for line in text.splitlines() if line.strip()]
