"""Doors: what a composition root hands to the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from starlette.requests import Request

from service.auth.sessions import Sessions
from service.auth.sign_in import Tries
from service.commands import Once, Work
from service.queries import Connection
from workflows.actor import Actor
from workflows.notices import Digest, DigestSection


@dataclass(frozen=True, slots=True, kw_only=True)
class MailShown:
    """A mail that would be sent: to whom (a name and the person's id), in which language, and what it says."""

    to: str
    person: str
    language: str
    notice: str
    subject: str
    text: str


class InWords(Protocol):
    """A text in words: one line that names it, and its body as HTML."""

    @property
    def subject(self) -> str: ...
    @property
    def html(self) -> str: ...


DigestWords = Callable[[Digest, str, Callable[[DigestSection], str]], InWords]
"""A digest in the words of its mail: in which language, and to which path the number of a section leads."""


@dataclass(frozen=True, kw_only=True)
class Doors:
    """The service's insides, opened by a composition root and kept in `app.state.doors` of the pages.

    `secure`: the pages are reached by https, so their cookies go nowhere else. `mail`: the folder in which a
    development's mail is kept, None where mail is really sent. `preview`: the mails that a step on a case (its id)
    would send; the unit of work keeps nothing. `digest`: the digest in the words of its mail.
    """

    now: Callable[[], datetime]
    reading: Callable[[], AbstractContextManager[Connection]]
    work: Callable[[Actor, datetime, Once | None], Work]
    tries: Tries
    sessions: Sessions
    files: Path
    secure: bool
    development: bool
    preview: Callable[[Work, str, Callable[[], object]], Sequence[MailShown]]
    digest: DigestWords
    mail: Path | None = None


def doors_of(request: Request) -> Doors:
    """The doors that the composition root hung in."""
    doors: Doors = request.app.state.doors
    return doors
