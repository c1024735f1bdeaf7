"""Doors: what a composition root hands to the routers, and what one signed-in person may do through them."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import anyio
from fastapi import Depends
from starlette.requests import Request

from service.api.body import Body, Upload, body_of, upload_of
from service.api.limits import Arrivals, Pace
from service.api.refusals import NotSignedIn, TooMany
from service.api.routes import route_of
from service.auth.sign_in import Tries
from service.auth.tokens import Bearer, Signer, TokenRefused, stamp_of
from service.commands import Once, Work
from service.languages import answered_in, preferred_of
from service.queries import Connection
from service.queries.people import Account, account
from workflows.actor import Actor
from workflows.dates import day_in_brussels
from workflows.errors import DataInvalid, Fault, NotFound

IF_MATCH = re.compile(r'(?:W/)?"(0|[1-9][0-9]{0,8})"\Z')
KEY = re.compile(r"[\x21-\x7e]{1,200}\Z")
NO_VERSION = -1
"""Stands for a tag that is no version of ours: it never matches, so the change is refused as stale."""


@dataclass(frozen=True, kw_only=True)
class Doors:
    """The service's insides, opened by a composition root and kept in `app.state.doors`."""

    now: Callable[[], datetime]
    reading: Callable[[], AbstractContextManager[Connection]]
    work: Callable[[Actor, datetime, Once | None], Work]
    at_head: Callable[[], bool]
    signer: Signer
    tries: Tries
    files: Path
    pace: Pace = field(default_factory=Pace)
    arrivals: Arrivals = field(default_factory=Arrivals)


class Visit:
    """One request of one signed-in person. `now` is its moment, `today` the day in Brussels.

    Who it is, is read from the database on first use and only then; so an endpoint without I/O pays nothing for it.
    """

    def __init__(self, request: Request, doors: Doors, bearer: Bearer, now: datetime) -> None:
        self._request, self._doors, self._bearer = request, doors, bearer
        self._account: Account | None = None
        self.now = now

    @property
    def today(self) -> date:
        """The day in Brussels."""
        return day_in_brussels(self.now)

    @property
    def actor(self) -> Actor:
        """The person, with the mandates that hold today. Raises NotSignedIn for one who may no longer come in."""
        return self.account.actor

    @property
    def account(self) -> Account:
        """The person with the mandates that hold today, and the e-mail address. Raises NotSignedIn."""
        if self._account is None:
            with self._doors.reading() as connection:
                return self._identified(connection)
        return self._account

    @property
    def language(self) -> str:
        """In which of our languages the answer speaks."""
        return answered_in(self._request)

    @property
    def version(self) -> int | None:
        """The version that If-Match names; None where none is named (`*` names none), -1 for one that cannot be.

        A weak tag counts like a strong one: a proxy that compresses answers weakens them.
        """
        given = self._request.headers.get("if-match", "").strip()
        if given in ("", "*"):
            return None
        match = IF_MATCH.match(given)
        return int(match[1]) if match else NO_VERSION

    @property
    def files(self) -> Path:
        """The folder in which documents are kept."""
        return self._doors.files

    @contextmanager
    def arrival(self) -> Iterator[None]:
        """While what the person sends arrives. Raises TooMany when too much of theirs is on its way already."""
        with self._doors.arrivals.one_of(self._bearer.person) as fits:
            if not fits:
                raise TooMany(1)
            yield

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read through, with the actor known. Raises NotSignedIn."""
        with self._doors.reading() as connection:
            if self._account is None:
                self._identified(connection)
            yield connection

    def work(self, body: Body | Upload | None = None, *, keyed: bool = True) -> Work:
        """A unit of work of this person; with the request's Idempotency-Key, if it is a POST that has one.

        `body` is what the request carries: with it, the same request is told from another. `keyed` False: the key
        does not count, as nothing will be kept. Raises NotSignedIn, and DataInvalid for a key that is none.
        """
        return self._doors.work(self.actor, self.now, self._once(body) if keyed else None)

    def _identified(self, connection: Connection) -> Account:
        self._account = _account_of(connection, self._bearer, self.today)
        if self._account is None:
            raise NotSignedIn(token_given=True)
        self._request.scope.setdefault("state", {})["language"] = self._account.actor.language
        return self._account

    def _once(self, body: Body | Upload | None) -> Once | None:
        key = self._request.headers.get("idempotency-key")
        if key is None or self._request.method != "POST":
            return None
        if not KEY.match(key):
            self._request.scope.setdefault("state", {})["places"] = {"/Idempotency-Key": "header"}
            raise DataInvalid([Fault("/Idempotency-Key", "key_unfit")])
        digest = hashlib.sha256(f"{self._request.method}\n{self._request.scope['path']}\n".encode())
        digest.update(body.fingerprint() if body is not None else b"")
        return Once(f"POST {route_of(self._request.scope)}", key, digest.hexdigest())


def doors_of(request: Request) -> Doors:
    """The doors that the composition root hung in."""
    doors: Doors = request.app.state.doors
    return doors


async def signed_in(request: Request) -> Visit:
    """Who asks, by the token. Without I/O: the person is read when needed. Raises NotSignedIn and TooMany."""
    doors = doors_of(request)
    now = doors.now()
    bearer = _bearer(request, doors.signer, now)
    seconds = doors.pace.wait(bearer.person, time.monotonic())
    if seconds:
        raise TooMany(seconds)
    _refuse_zero(request.scope)
    return Visit(request, doors, bearer, now)


def _bearer(request: Request, signer: Signer, now: datetime) -> Bearer:
    given = request.headers.getlist("authorization")
    scheme, _, token = (given[0] if given else "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedIn
    if len(given) > 1:
        raise NotSignedIn(token_given=True)  # whoever stands before us may have looked at another one of them
    try:
        return signer.bearer(token.strip(" "), now)
    except TokenRefused:
        raise NotSignedIn(token_given=True) from None


async def greet(request: Request) -> None:
    """Let what follows be told in the language of whoever sent it, also where nothing of theirs was read yet.

    For refusals: a request that names no language is told so in the person's, even one that leads nowhere.
    """
    state = request.scope.setdefault("state", {})
    if "language" in state or preferred_of(request.headers.get("accept-language", "")) is not None:
        return
    doors = doors_of(request)
    now = doors.now()
    try:
        bearer = _bearer(request, doors.signer, now)
    except NotSignedIn:
        return
    found = await anyio.to_thread.run_sync(_account, doors, bearer, now)
    if found is not None:
        state["language"] = found.actor.language


def _account(doors: Doors, bearer: Bearer, now: datetime) -> Account | None:
    with doors.reading() as connection:
        return _account_of(connection, bearer, day_in_brussels(now))


def _account_of(connection: Connection, bearer: Bearer, day: date) -> Account | None:
    """Who bears the token; None for one who may no longer come in, or whose password is another one by now."""
    found = account(connection, bearer.person, day)
    return found if found is not None and stamp_of(found.password_hash) == bearer.stamp else None


def _refuse_zero(scope: Any) -> None:
    """U+0000 in an address names nothing, and PostgreSQL would not even look for it."""
    if "\0" in scope["path"]:
        raise NotFound("U+0000 in the path")
    if b"%00" in scope["query_string"]:
        raise DataInvalid([Fault("", "text_unclean")])


SignedIn = Annotated[Visit, Depends(signed_in)]
"""Parameter of every endpoint that is not open to all: `def read_case(case: str, visit: SignedIn)`."""


async def _json(request: Request, visit: SignedIn) -> Body:
    with visit.arrival():
        return await body_of(request)


async def _form(request: Request, visit: SignedIn) -> AsyncIterator[Upload]:
    with ExitStack() as arriving:
        arriving.enter_context(visit.arrival())
        async for upload in upload_of(request):
            arriving.close()  # it is here
            yield upload


Json = Annotated[Body, Depends(_json)]
"""Parameter of an endpoint that takes JSON: `body: Json`, then `body.read(Model)` when its turn has come."""
Form = Annotated[Upload, Depends(_form)]
"""Parameter of an endpoint that takes a form with a file."""
