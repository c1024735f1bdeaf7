"""The mutated copy: what the tests need, with each chosen module holding all its mutants behind a switch."""

from __future__ import annotations

import ast
import difflib
import re
import shutil
from pathlib import Path

from mutmut.mutation.file_mutation import mutate_file_contents

NEEDED = ("workflows", "notifications", "service", "tests", "docs", "pyproject.toml")
CACHED = re.compile(r"^@(lru_cache\(.*\)|cache)( *#.*)?$", re.MULTILINE)
"""A cache only saves time; where it is left out, what it wraps can be mutated too."""
READERS = ("shelf.py", "texts.py", "calendars.py", "procedures/__init__.py")
"""These read files: without their caches every test would read them again."""


def make(folder: Path, modules: list[str]) -> list[str]:
    """The names of all mutants of these modules (`workflows/clock.py`), which stand in `folder` from now on."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in NEEDED:
        if Path(name).is_dir():
            shutil.copytree(name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(name, folder / name)
    return [name for module in modules for name in _mutate(folder, module)]


def _mutate(folder: Path, module: str) -> list[str]:
    source = Path(module).read_text(encoding="utf-8")
    if not module.endswith(READERS):
        source = CACHED.sub("", source)
    made = mutate_file_contents(module, source)
    (folder / module).write_text(made.code, encoding="utf-8")
    dotted = module.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    return [f"{dotted}.{name}" for name in made.mutant_names]


def shown(folder: Path, module: str, names: list[str]) -> dict[str, str]:
    """What each of these mutants of one module changes: the lines that go and the lines that come."""
    code = (folder / module).read_text(encoding="utf-8")
    wanted = {name.rpartition(".")[2] for name in names}
    wanted |= {_original(name) for name in wanted}
    found = {
        node.name: ast.unparse(node).splitlines()
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.FunctionDef) and node.name in wanted
    }
    return {name: _difference(found, name.rpartition(".")[2]) for name in names}


def _original(mutant: str) -> str:
    return mutant.partition("__mutmut_")[0] + "__mutmut_orig"


def _difference(found: dict[str, list[str]], mutant: str) -> str:
    before, after = found[_original(mutant)], found[mutant]
    lines = difflib.unified_diff(before, [line.replace(mutant, _original(mutant)) for line in after], lineterm="", n=0)
    return "\n".join(" ".join(line.split()) for line in lines if not line.startswith(("---", "+++", "@@")))
