"""Doors: what a composition root hands to the pages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from starlette.requests import Request

from service.auth.sessions import Sessions
from service.auth.sign_in import Tries
from service.commands import Once, Work
from service.queries import Connection
from workflows.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Doors:
    """The service's insides, opened by a composition root and kept in `app.state.doors` of the pages.

    `secure`: the pages are reached by https, so their cookies go nowhere else. `mail`: the folder in which a
    development's mail is kept, None where mail is really sent.
    """

    now: Callable[[], datetime]
    reading: Callable[[], AbstractContextManager[Connection]]
    work: Callable[[Actor, datetime, Once | None], Work]
    tries: Tries
    sessions: Sessions
    files: Path
    secure: bool
    development: bool
    mail: Path | None = None


def doors_of(request: Request) -> Doors:
    """The doors that the composition root hung in."""
    doors: Doors = request.app.state.doors
    return doors
