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


class Somebody(Protocol):
    """A made-up person of a demonstration, with one mandate. `does`: what for, in a few words that have a sentence."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def organisation(self) -> str: ...
    @property
    def does(self) -> str: ...


class MailKept(Protocol):
    """A mail that went out and became a file with a `name`."""

    @property
    def name(self) -> str: ...
    @property
    def to(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def sent_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """People whose password everybody may read, and their mail; `mails` is None where mail is really sent."""

    people: Sequence[Somebody]
    password: str
    public_url: str
    mails: Callable[[], Sequence[MailKept]] | None


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

    `secure`: the pages are reached by https, so their cookies go nowhere else. `preview`: the mails that a step on a
    case (its id) would send; the unit of work keeps nothing. `digest`: the digest in the words of its mail. `demo`:
    what a demonstration shows of itself; None in every other service.
    """

    now: Callable[[], datetime]
    reading: Callable[[], AbstractContextManager[Connection]]
    work: Callable[[Actor, datetime, Once | None], Work]
    tries: Tries
    sessions: Sessions
    files: Path
    secure: bool
    preview: Callable[[Work, str, Callable[[], object]], Sequence[MailShown]]
    digest: DigestWords
    demo: Demonstration | None = None


def doors_of(request: Request) -> Doors:
    """The doors that the composition root hung in."""
    doors: Doors = request.app.state.doors
    return doors
