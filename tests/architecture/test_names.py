"""Every module says what is in the room, and no room is called after nothing in particular."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from tests.architecture.source import Checker, faults, product_files

DRAWERS = {"util", "utils", "helper", "helpers", "common", "core", "misc", "manager", "managers"}


def unnamed_room(path: str, text: str) -> Iterator[str]:
    docstring = ast.get_docstring(ast.parse(text)) or ""
    first = docstring.partition("\n")[0]
    if not first.rstrip().endswith((".", "?")):
        yield "does not open with one line, a sentence, saying what is in the room"


def junk_drawer(path: str, text: str) -> Iterator[str]:
    for part in PurePosixPath(path).with_suffix("").parts:
        if DRAWERS & set(part.strip("_").split("_")):
            yield f"{part!r} says nothing; a shared function lives with the noun that it serves"


@pytest.mark.parametrize("checker", [unnamed_room, junk_drawer])
def test_every_module_is_a_room_with_a_name(checker: Checker) -> None:
    assert faults(checker, product_files()) == []


@pytest.mark.parametrize("text", ["", "x = 1\n", '"""stuff"""\n', '"""\nLate.\n"""[0]\n'])
def test_a_module_without_its_line_is_found(text: str) -> None:
    assert list(unnamed_room("service/a.py", text))


def test_a_module_with_its_line_is_not() -> None:
    assert not list(unnamed_room("service/a.py", '"""Clocks: when something is due.\n\nMore.\n"""\n'))


@pytest.mark.parametrize("path", ["service/utils.py", "service/core/a.py", "workflows/case_helpers.py"])
def test_a_junk_drawer_is_found(path: str) -> None:
    assert list(junk_drawer(path, ""))
    assert not list(junk_drawer("service/commands/move_case.py", ""))
