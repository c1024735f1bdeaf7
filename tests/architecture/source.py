"""Reading our own code: which files there are, and what a name in them stands for."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("workflows", "notifications", "service")
ROOTS = ("service/main", "service/worker", "service/cli")  # the composition roots, as files or as folders

Checker = Callable[[str, str], Iterable[str]]
"""From a path inside the repository and the text of that file to its faults."""


def product_files() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def tracked_files() -> list[Path]:
    """What a clone would hold; where there is no git, everything that is not built."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    hidden = {".venv", "var", "build", "dist", "__pycache__"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not hidden & set(path.relative_to(ROOT).parts)]


def faults(checker: Checker, files: Iterable[Path]) -> list[str]:
    """Every fault that the checker finds, each with the file it is in."""
    found = []
    for path in files:
        name = path.relative_to(ROOT).as_posix()
        found += [f"{name}: {fault}" for fault in checker(name, path.read_text(encoding="utf-8"))]
    return found


def inside(path: str, places: Iterable[str]) -> bool:
    """Is the file one of these places or in one of them? `service/cli` is both service/cli.py and a folder."""
    return any(path in (place, f"{place}.py") or path.startswith(f"{place}/") for place in places)


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every module or name that is imported, anywhere in the file, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def used(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every imported thing that is used, by its full name, whatever the file calls it."""
    known = _names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            head, *rest = _dotted(node)
            if head in known:
                yield node.lineno, ".".join([known[head], *rest])


def _names(tree: ast.AST) -> dict[str, str]:
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                known[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return known


def _dotted(node: ast.expr) -> list[str]:
    """`a.b.c` as its parts; the first is empty when the chain does not begin with a name."""
    if isinstance(node, ast.Attribute):
        return [*_dotted(node.value), node.attr]
    return [node.id if isinstance(node, ast.Name) else ""]
