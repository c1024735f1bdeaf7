"""Refusals: each keeps what it is about, and says it to the log."""

from __future__ import annotations

from typing import Any

import pytest

from workflows.errors import (
    CalendarUnknown,
    DataInvalid,
    Fault,
    GuardRefused,
    MoveNotOpen,
    Refused,
    RoleMissing,
    Stale,
    UnknownAct,
    UnknownMove,
)

FAULTS = (Fault("/data/kind", "missing"), Fault("/reason", "missing"))


@pytest.mark.parametrize(
    ("kind", "about", "kept", "said"),
    [
        (DataInvalid, [FAULTS], {"faults": FAULTS}, "/data/kind: missing; /reason: missing"),
        (UnknownMove, ["adapt"], {"move": "adapt"}, "adapt"),
        (UnknownAct, ["sing"], {"act": "sing"}, "sing"),
        (RoleMissing, [["filer", "intake"]], {"roles": ("filer", "intake")}, "filer, intake"),
        (MoveNotOpen, ["adopt", "draft"], {"move": "adopt", "stage": "draft"}, "adopt in draft"),
        (GuardRefused, ["texts_final", ["nl", "fr"]], {"needs": ("nl", "fr")}, "texts_final: nl, fr"),
        (Stale, ["7"], {"version": "7"}, "7"),
        (
            CalendarUnknown,
            ["BE", "2099-01-01"],
            {"calendar": "BE", "day": "2099-01-01"},
            "the calendar BE has no list of public holidays for 2099-01-01",
        ),
    ],
)
def test_a_refusal_keeps_and_says_what_it_is_about(
    kind: type[Refused], about: list[Any], kept: dict[str, object], said: str
) -> None:
    refusal = kind(*about)
    assert {name: getattr(refusal, name) for name in kept} == kept
    assert str(refusal) == said
