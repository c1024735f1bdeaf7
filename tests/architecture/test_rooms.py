"""A line knows its room: where a library, the clock, the environment and a commit may be met."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import ROOTS, Checker, faults, imported, inside, product_files, used

# What is imported -> where it may be. What is not listed here is for import-linter (.importlinter).
ROOMS = {
    "jose": ("service/auth",),
    "pwdlib": ("service/auth",),
    "argon2": ("service/auth",),
    "transitions": ("workflows/machine",),
    "smtplib": ("notifications/channels",),
    "sqlalchemy": ("service/store", "service/queries", *ROOTS),
    "alembic": ("service/store", *ROOTS),
    "psycopg": ("service/store", *ROOTS),
    "fastapi": ("service/api", "service/pages", "service/auth", *ROOTS),
    "starlette": ("service/api", "service/pages", "service/auth", *ROOTS),
    "pydantic": ("service/api", "service/pages", "service/auth", "service/imports", "service/settings", *ROOTS),
    "pydantic_settings": ("service/settings",),
    "click": ROOTS,
}
# The rules are pure; these doors in them are the only ones.
ROOMS_IN_WORKFLOWS = {
    "yaml": ("workflows/texts",),
    "jsonschema_rs": ("workflows/fields",),
    "importlib": ("workflows/procedures/__init__",),
}
CLOCKS = {
    *(f"datetime.{name}" for name in ("datetime.now", "datetime.utcnow", "datetime.today", "date.today")),
    *(f"time.{name}" for name in ("time", "time_ns", "localtime", "gmtime", "ctime")),
    *(f"sqlalchemy.{name}" for name in ("func.now", "func.current_timestamp", "func.current_date")),
}
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv"}


def wrong_room(path: str, text: str) -> Iterator[str]:
    rooms = ROOMS | (ROOMS_IN_WORKFLOWS if inside(path, ["workflows"]) else {})
    for line, name in imported(ast.parse(text)):
        room = rooms.get(name.split(".")[0])
        if room is not None and not inside(path, room):
            yield f"line {line}: {name} is for {', '.join(room)}"


def stray_clock(path: str, text: str) -> Iterator[str]:
    if not inside(path, ROOTS):
        yield from (f"line {line}: reads the clock ({name})" for line, name in used(ast.parse(text)) if name in CLOCKS)


def stray_environment(path: str, text: str) -> Iterator[str]:
    if not inside(path, ["service/settings"]):
        tree = ast.parse(text)
        found = {*used(tree), *imported(tree)}
        yield from (f"line {line}: reads the environment ({name})" for line, name in found if name in ENVIRONMENT)


def swallowed_error(path: str, text: str) -> Iterator[str]:
    """Catching everything is for the loops that must go on; elsewhere only to tidy up and raise again."""
    if not inside(path, ["service/worker", "notifications/relay", "notifications/round"]):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ExceptHandler) and catches_all(node.type) and not raises_again(node):
                yield f"line {node.lineno}: catches everything"


def catches_all(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(catches_all(one) for one in caught.elts)
    return caught is None or (isinstance(caught, ast.Name) and caught.id in {"Exception", "BaseException"})


def raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def second_commit(path: str, text: str) -> Iterator[str]:
    """A command is one transaction; only the store knows how it ends."""
    if not inside(path, ["service/store", *ROOTS]):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and node.attr == "commit":
                yield f"line {node.lineno}: commits"


@pytest.mark.parametrize("checker", [wrong_room, stray_clock, stray_environment, swallowed_error, second_commit])
def test_every_line_is_in_its_room(checker: Checker) -> None:
    assert faults(checker, product_files()) == []


BAD = [
    (wrong_room, "service/commands/a.py", "from jose import jwt"),
    (wrong_room, "service/api/a.py", "def f():\n    import jose.jwt as tokens"),
    (wrong_room, "workflows/advance.py", "from transitions import Machine"),
    (wrong_room, "notifications/relay.py", "import smtplib"),
    (wrong_room, "service/commands/a.py", "import sqlalchemy as sa"),
    (wrong_room, "service/api/a.py", "from sqlalchemy.orm import Session"),
    (wrong_room, "service/commands/a.py", "from fastapi import HTTPException"),
    (wrong_room, "workflows/case.py", "from pydantic import BaseModel"),
    (wrong_room, "workflows/case.py", "import yaml"),
    (wrong_room, "workflows/case.py", "from importlib.resources import files"),
    (stray_clock, "workflows/clock.py", "from datetime import date\nx = date.today()"),
    (stray_clock, "service/commands/a.py", "import datetime as dt\nx = dt.datetime.now(dt.UTC)"),
    (stray_clock, "service/commands/a.py", "from datetime import datetime\ndef f(now=datetime.now): ..."),
    (stray_clock, "service/api/a.py", "from time import time as seconds\nx = seconds()"),
    (stray_clock, "service/api/a.py", "from datetime import datetime\nx = datetime.utcnow()"),
    (stray_clock, "service/store/a.py", "from sqlalchemy import func\nx = func.now()"),
    (stray_environment, "service/auth/a.py", "import os\nx = os.environ['HOME']"),
    (stray_environment, "service/cli.py", "from os import getenv"),
    (swallowed_error, "service/api/a.py", "try: ...\nexcept Exception: ..."),
    (swallowed_error, "service/api/a.py", "try: ...\nexcept: ..."),
    (swallowed_error, "service/api/a.py", "try: ...\nexcept (ValueError, BaseException) as e: raise OSError from e"),
    (second_commit, "service/commands/a.py", "def f(work): work.connection.commit()"),
]


@pytest.mark.parametrize(("checker", "path", "text"), BAD)
def test_a_line_in_the_wrong_room_is_found(checker: Checker, path: str, text: str) -> None:
    assert list(checker(path, text))


GOOD = [
    (wrong_room, "service/auth/tokens.py", "from jose import jwt"),
    (wrong_room, "service/imports/plan.py", "import yaml"),
    (wrong_room, "service/cli/__init__.py", "import click"),
    (stray_clock, "service/worker.py", "from datetime import UTC, datetime\nx = datetime.now(UTC)"),
    (stray_clock, "service/api/a.py", "def f(clock): return clock.now()"),
    (stray_clock, "service/api/a.py", "import time\nx = time.monotonic()"),
    (stray_environment, "service/settings.py", "import os\nx = os.environ"),
    (swallowed_error, "service/worker.py", "try: ...\nexcept Exception: ..."),
    (swallowed_error, "service/store/a.py", "try: ...\nexcept BaseException:\n    x = 1\n    raise"),
]


@pytest.mark.parametrize(("checker", "path", "text"), GOOD)
def test_a_line_in_its_room_is_not(checker: Checker, path: str, text: str) -> None:
    assert not list(checker(path, text))
