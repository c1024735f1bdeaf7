"""Visitors: who looks at a page, in which language and way of writing, and what this person may do through it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Annotated, Any
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from service.auth.sessions import name_of, new_secret
from service.commands import Once, Work
from service.commands.kept_words import forget_words
from service.languages import DEFAULT, LANGUAGES, preferred_of
from service.pages import rendering
from service.pages.doors import Doors, doors_of
from service.pages.packing import packed
from service.pages.refusals import SignInNeeded
from service.pages.sent import Sent
from service.queries import Connection
from service.queries.digests import may_read
from service.queries.kept_words import KeptWords, kept_words
from service.queries.people import Account, account
from workflows.actor import Actor, Role
from workflows.dates import day_in_brussels
from workflows.fields import VOTERS

SESSION, GUEST, LANGUAGE = "slagboom", "slagboom-guest", "slagboom-language"
A_YEAR = timedelta(days=365)
COUNTRIES = ("BE", "NL", "LU", "DE", "FR")


class Visitor:
    """One request for a page. `account` is None for a guest; `secret` is what the browser's cookie holds, if any."""

    def __init__(self, request: Request, doors: Doors, now: datetime, *, known: bool = True) -> None:
        """`known` False: the person is not looked up, as where the database cannot be used."""
        self.request, self.doors, self.now = request, doors, now
        self.account: Account | None = None
        self.secret = self.cookie(SESSION)
        if self.secret and known:
            self._recognise(self.secret)
        self._cookies: list[tuple[str, str, timedelta | None]] = []
        if self.account is None:
            self.secret = self.cookie(GUEST) or self._begin_as_guest()
        self.language = self._language()

    def _recognise(self, secret: str) -> None:
        person = self.doors.sessions.find(name_of(secret), self.now)
        if person is not None:
            with self.doors.reading() as connection:
                self.account = account(connection, person, self.today)

    def _begin_as_guest(self) -> str:
        secret = new_secret()
        self.set_cookie(GUEST, secret)
        return secret

    def _language(self) -> str:
        chosen = self.cookie(LANGUAGE)
        if chosen in LANGUAGES:
            return chosen
        if self.account is not None:
            return self.account.actor.language
        return preferred_of(self.request.headers.get("accept-language", "")) or DEFAULT

    @property
    def today(self) -> date:
        """The day in Brussels."""
        return day_in_brussels(self.now)

    @property
    def actor(self) -> Actor:
        """The person, with the mandates that hold today. Raises SignInNeeded."""
        if self.account is None:
            raise SignInNeeded
        return self.account.actor

    @property
    def works(self) -> bool:
        """Does the person advance cases, give positions or follow measures up: is there an inbox?"""
        roles = (Role.SECRETARY, Role.SECRETARY_GENERAL, Role.DELEGATE, Role.MINISTER_OFFICE)
        return any(self.actor.has(role) for role in roles)

    @property
    def reads_digests(self) -> bool:
        """Is there a weekly digest for this person?"""
        return any(may_read(self.actor, delegation) for delegation in VOTERS)

    @cached_property
    def locale(self) -> Locale:
        """How days and numbers are written where the person works: `nl_BE` is not `nl_NL`."""
        country = self._country()
        for written in (f"{self.language}_{country}", f"{self.language}_BE"):
            try:
                return Locale.parse(written)
            except UnknownLocaleError:  # no Luxembourg Dutch, no Dutch German; English alone is that of America
                continue
        return Locale.parse(DEFAULT)

    def _country(self) -> str:
        for mandate in self.account.actor.mandates if self.account else ():
            if mandate.organisation[:2] in COUNTRIES:
                return mandate.organisation[:2]
        header = self.request.headers.get("accept-language", "")
        said = header.partition(",")[0].partition(";")[0].upper().partition("-")[2]
        return said if said in COUNTRIES and self.account is None else "BE"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read through."""
        with self.doors.reading() as connection:
            yield connection

    def work(self, sent: Sent | None = None) -> Work:
        """A unit of work of this person; the same form sent twice is carried out once."""
        once = None
        if sent is not None and sent.once:
            once = Once(f"PAGE {self.request.scope['path']}"[:200], sent.once, sent.fingerprint())
        return self.doors.work(self.actor, self.now, once)

    def form(self, key: str, *, about: str = "", version: int | None = None) -> Form:
        """A form with this key, with what the person typed in it before and did not send."""
        kept = None
        if self.account is not None:
            with self.reading() as connection:
                kept = kept_words(connection, self.actor, key, about)
        return Form(key=key, about=about, version=version, kept=kept)

    def forget(self, sent: Sent) -> None:
        """What was typed has been sent: it need not be kept any more."""
        if sent.form:
            forget_words(sent.form, sent.about, self.doors.work(self.actor, self.now, None))

    def page(self, template: str, status: int = 200, **context: Any) -> Response:
        """A page for this person."""
        text = rendering.render(template, self, context)
        content, headers = packed(text, self.request.headers.get("accept-encoding", ""))
        return self.dressed(HTMLResponse(content, status, {"Content-Language": self.language, **headers}))

    def go(self, path: str, said: str | None = None) -> Response:
        """Lead to another page of ours, which may say that something was done (`said`: a sentence's code)."""
        anchor_free, _, anchor = path.partition("#")
        if said:
            anchor_free += ("&" if "?" in anchor_free else "?") + urlencode({"said": said})
        return self.dressed(RedirectResponse(anchor_free + (f"#{anchor}" if anchor else ""), 303))

    def cookie(self, name: str) -> str:
        """The value of a cookie of ours; empty where there is none."""
        return self.request.cookies.get(self._named(name), "")

    def set_cookie(self, name: str, value: str, lasts: timedelta | None = None) -> None:
        """Give the browser a cookie with the answer; without `lasts` until it is closed."""
        self._cookies.append((name, value, lasts))

    def dressed(self, response: Response) -> Response:
        """The answer with the cookies that belong to it."""
        for name, value, lasts in self._cookies:
            response.set_cookie(
                self._named(name),
                value,
                max_age=int(lasts.total_seconds()) if lasts is not None else None,
                secure=self.doors.secure,
                httponly=True,
                samesite="lax",  # a link in a mail finds the person signed in; forms have tokens beside
            )
        return response

    def _named(self, name: str) -> str:
        # The prefix keeps a neighbour under the same domain from setting our cookies (RFC 6265bis).
        return f"__Host-{name}" if self.doors.secure else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form on a page. `kept`: what was typed in it before and not sent; `version`: of the case it is about."""

    key: str
    about: str
    version: int | None
    kept: KeptWords | None

    @property
    def outdated(self) -> bool:
        """Was the case changed since these words were typed?"""
        return self.kept is not None and self.kept.version is not None and self.kept.version != self.version


def guest(request: Request) -> Visitor:
    """Whoever looks, signed in or not."""
    doors = doors_of(request)
    found: Visitor | None = request.scope.setdefault("state", {}).get("visitor")
    if found is None:
        found = request.scope["state"]["visitor"] = Visitor(request, doors, doors.now())
    return found


def visiting(visitor: Guest) -> Visitor:
    """A signed-in person. Raises SignInNeeded."""
    if visitor.account is None:
        raise SignInNeeded
    return visitor


Guest = Annotated[Visitor, Depends(guest)]
"""Parameter of a page that everybody may see."""
Visiting = Annotated[Visitor, Depends(visiting)]
"""Parameter of a page for people who are signed in."""
