"""Files and functions that a reader can hold in the head."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import Checker, faults, product_files

LONGEST_FILE = 400
LONGEST_FUNCTION = 60  # its docstring does not count: a rule with its article of law may take room


def long_file(path: str, text: str) -> Iterator[str]:
    lines = text.count("\n")
    if lines > LONGEST_FILE:
        yield f"{lines} lines, more than {LONGEST_FILE}"


def long_function(path: str, text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = length(node)
            if lines > LONGEST_FUNCTION:
                yield f"line {node.lineno}, {node.name}: {lines} lines, more than {LONGEST_FUNCTION}"


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    documented = ast.get_docstring(node) is not None
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - docstring


@pytest.mark.parametrize("checker", [long_file, long_function])
def test_nothing_is_too_long(checker: Checker) -> None:
    assert faults(checker, product_files()) == []


def test_a_long_file_is_found() -> None:
    assert list(long_file("a.py", "x = 1\n" * 401))
    assert not list(long_file("a.py", "x = 1\n" * 400))


@pytest.mark.parametrize("opening", ["def f():\n", "async def f():\n", "class A:\n  def f(self):\n"])
def test_a_long_function_is_found(opening: str) -> None:
    assert list(long_function("a.py", opening + "    x = 1\n" * 60))
    assert not list(long_function("a.py", opening + "    x = 1\n" * 59))
    assert not list(long_function("a.py", opening + '    """One.\n\n    Two.\n    """\n' + "    x = 1\n" * 59))
