"""Procedure files that no lawyer wrote: each is refused with the place and what to mend, whatever stands in it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import yaml

from workflows import procedures, texts
from workflows.calendars import Calendar, calendar
from workflows.errors import ProcedureFaulty
from workflows.procedure import Procedure
from workflows.proofs.verify import verify

OBSTACLE = "benelux-obstacle"
PARTS = {"decision-route": procedures.part_text("decision-route")}
HOSTILE = (
    None,
    True,
    -1,
    10**30,
    "",
    "x" * 3000,
    [],
    [[]],
    [None],
    {},
    {1: 2},
    {"a": {"b": 1}},
    "\u202e",
    "2026-02-30",
)
Place = tuple[Any, ...]


def rules() -> dict[str, Any]:
    return texts.read(procedures.procedure_text(OBSTACLE, 1), "rules")


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    yield at
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from places(one, (*at, key))


def put(value: Any, at: Place, new: Any) -> Any:
    """A copy with something else in one place."""
    if not at:
        return new
    copy = value.copy()
    copy[at[0]] = put(value.get(at[0]) if isinstance(value, dict) else value[at[0]], at[1:], new)
    return copy


def parsed(written: Any, parts: dict[str, str] = PARTS) -> Procedure:
    return Procedure.parse(yaml.safe_dump(written, allow_unicode=True, sort_keys=False), "mine.yaml", parts)


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        (("endings",), True, "endings: must be a list of words"),
        (("stages",), {1: {"phase": "proposal"}}, "stages.1: the name 1 must be a word"),
        (("stages", "draft", "waits_for"), {"who": "filer"}, "stages.draft.waits_for: must be a word"),
        (("case", "prefix"), ["OBS"], "case.prefix: must be a word"),
        (("clocks", "acknowledge", "calendar"), "x" * 3000, "clocks.acknowledge.calendar: "),
    ],
)
def test_what_is_of_another_kind_is_named_where_it_stands(at: Place, value: Any, said: str) -> None:
    with pytest.raises(ProcedureFaulty) as fault:
        parsed(put(rules(), at, value))
    assert str(fault.value).startswith(f"mine.yaml: {said}")


def test_a_part_is_held_to_the_same() -> None:
    part = texts.read(PARTS["decision-route"], "part")
    for at, said in (
        (("endings",), "decision-route: endings: must be a list"),
        (("acts", "give_position", "when_all"), r"acts\.give_position\.when_all: must be a mapping of names to rules"),
    ):
        with pytest.raises(ProcedureFaulty, match=said):
            parsed(rules(), {"decision-route": yaml.safe_dump(put(part, at, -1))})


def test_a_procedure_that_is_not_packaged_has_no_words_and_that_is_said() -> None:
    renamed = parsed(put(rules(), ("procedure",), "another-name"))
    assert "procedure: nothing is packaged under this name: there is no another-name/words/nl.yaml" in {
        f"{fault.path}: {fault.what}" for fault in verify(renamed)
    }


def test_whatever_stands_wherever_it_is_a_procedure_or_a_fault() -> None:
    chosen = random.Random(7)
    written = rules()
    spots = list(places(written))
    for _ in range(100):
        changed = put(written, chosen.choice(spots), chosen.choice(HOSTILE))
        with suppress(ProcedureFaulty):
            verify(parsed(changed))


@pytest.mark.parametrize(
    "text",
    [
        "", "\0", "a: &x [1]\nb: *x", "!!python/object/apply:os.system ['id']", "{" * 10_000, "- " * 10_000,
        "x" * 300_000, "%YAML 9.9\n---\na: 1", "--- a\n--- b", "\ud800: 1", "? [a]\n: b", "a: " + "9" * 5000,
        "include: ../../etc/passwd", "include: [[decision-route]]",
    ],
)  # fmt: skip
def test_tricks_are_faults(text: str) -> None:
    for parse in (Procedure.parse, Calendar.parse):
        with pytest.raises(ProcedureFaulty):
            parse(text, "mine.yaml")


@pytest.mark.parametrize("code", ["x" * 5000, "../benelux-obstacle/1", "", "BE/", "\0"])
def test_a_calendar_of_another_name_is_not_there(code: str) -> None:
    with pytest.raises(KeyError):
        calendar(code)
