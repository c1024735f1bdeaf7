"""Progress: how far a long piece of work is, on standard error, where somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Gives a function that is told how much is done, of how much."""
    with _bar(label, 0) as bar:

        def moved(done: int, of: int) -> None:
            if bar is not None:
                bar.length = of
                bar.update(done - bar.pos)

        yield moved


@contextmanager
def counting(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """Gives a function that is told how much more is done; `length` is all of it."""
    with _bar(label, length) as bar:

        def more(done: int) -> None:
            if bar is not None:
                bar.update(done)

        yield more


@contextmanager
def _bar(label: str, length: int) -> Iterator[Any]:  # click gives its progress bar no public type
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar
