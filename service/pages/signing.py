"""Signing in and out at a browser; what was being typed when a session ended comes along."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

import anyio
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service import words
from service.auth.passwords import AT_ONCE
from service.auth.sessions import LONGEST, name_of, new_secret
from service.auth.sign_in import SignInRefused, TooManyTries, sign_in
from service.commands.kept_words import KeepWords, keep_words
from service.pages.posting import Posted
from service.pages.sent import Sent, own_path
from service.pages.troubles import Trouble
from service.pages.visitor import A_YEAR, LANGUAGE, SESSION, Guest, Visitor
from service.queries.people import account
from workflows.actor import Role

router = APIRouter()


def places() -> anyio.CapacityLimiter:
    """How many passwords are checked at once."""
    return anyio.CapacityLimiter(AT_ONCE)


@router.get("/sign-in")
def show_sign_in(visitor: Guest, next: str = "/") -> Response:
    """The form to sign in with."""
    if visitor.account is not None:
        return visitor.go(own_path(next))
    return sign_in_page(visitor, next_page=own_path(next))


@router.post("/sign-in")
async def send_sign_in(request: Request, sent: Posted, visitor: Guest) -> Response:
    """Sign in. A new session begins with a new secret, so that nobody can have prepared the cookie before."""
    if sent.language is not None:
        visitor.set_cookie(LANGUAGE, sent.language, A_YEAR)
        visitor.language = sent.language
        return _again(visitor, sent, None, 200)
    email, password = sent.one("email").strip(), sent.one("password")
    typed = {"email": email, "password": password}  # blanks may be somebody's password
    missing = {f"/{name}": words.fault("missing", visitor.language) for name, text in typed.items() if not text}
    if missing:
        title, detail = words.problem("data_invalid", visitor.language)
        return _again(visitor, sent, Trouble(title, detail, 422, "data_invalid", missing), 422)
    work = partial(sign_in, email[:1_000], password[:4_000], visitor.doors.tries, visitor.now)
    limiter: anyio.CapacityLimiter = request.app.state.sign_in_places
    try:
        person = await anyio.to_thread.run_sync(work, limiter=limiter)
    except SignInRefused:
        return _again(visitor, sent, _trouble("sign_in_refused", visitor.language, 401), 401)
    except TooManyTries as many:
        trouble = _trouble("too_many", visitor.language, 429, seconds=str(many.seconds))
        return _again(visitor, sent, trouble, 429)
    return await anyio.to_thread.run_sync(_let_in, visitor, sent, person)


@router.post("/sign-out")
def send_sign_out(sent: Posted, visitor: Guest) -> Response:
    """Sign out here; what was typed and not sent stays kept."""
    visitor.doors.sessions.end(name_of(visitor.secret))
    visitor.set_cookie(SESSION, "")
    return visitor.go("/", said="signed_out")


@router.post("/language")
def choose_language(sent: Posted, visitor: Guest) -> Response:
    """Show the page in another language, where no form is on it."""
    if sent.language is not None:
        visitor.set_cookie(LANGUAGE, sent.language, A_YEAR)
    return visitor.go(sent.page)


def sign_in_page(
    visitor: Visitor,
    *,
    next_page: str,
    carried: Sent | None = None,
    trouble: Trouble | None = None,
    email: str = "",
    status: int = 200,
) -> Response:
    """The form to sign in with. `carried`: what was being sent when it turned out that nobody was signed in.

    A form whose words are not kept is not carried along either: it may hold a password, which stands on no page.
    """
    carried = carried if carried is not None and carried.form else None
    return visitor.page(
        "front/sign_in.html",
        status,
        next=next_page,
        carried=_pairs(carried),
        carried_form=carried.form if carried else "",
        carried_about=carried.about if carried else "",
        carried_version="" if carried is None or carried.version is None else carried.version,
        email=email,
        trouble=trouble,
        main_form=True,
    )


def _pairs(sent: Sent | None) -> Sequence[tuple[str, str]]:
    if sent is None:
        return ()
    return [(name, value) for name, values in sent.typed.items() for value in values]


def _again(visitor: Visitor, sent: Sent, trouble: Trouble | None, status: int) -> Response:
    return sign_in_page(
        visitor,
        next_page=own_path(sent.one("next")),
        carried=_carried(sent),
        trouble=trouble,
        email=sent.one("email"),
        status=status,
    )


def _carried(sent: Sent) -> Sent | None:
    """The form that was being sent before; None where there was none."""
    if not sent.one("carried_form"):
        return None
    fields: dict[str, list[str]] = {}
    for text in sent.all("carried"):
        try:
            name, value = json.loads(text)
        except ValueError:
            continue
        fields.setdefault(str(name), []).append(str(value))
    own = {name: [sent.one(f"carried{name}")] for name in ("_form", "_about", "_version")}
    return Sent({**fields, **own})


def _let_in(visitor: Visitor, sent: Sent, person: str) -> Response:
    secret, before = new_secret(), visitor.cookie(SESSION)
    visitor.doors.sessions.begin(name_of(secret), person, visitor.now, instead_of=name_of(before) if before else None)
    visitor.set_cookie(SESSION, secret, LONGEST)
    if sent.one("own_language"):
        visitor.set_cookie(LANGUAGE, "")
    with visitor.reading() as connection:
        visitor.account = account(connection, person, visitor.today)
    carried = _carried(sent)
    if carried is None:
        return visitor.go(_first_page(visitor, own_path(sent.one("next"))))
    command = KeepWords(form=carried.form, about=carried.about, fields=carried.typed, version=carried.version)
    keep_words(command, visitor.doors.work(visitor.actor, visitor.now, None))
    return visitor.go(own_path(sent.one("next")), said="kept")


def _first_page(visitor: Visitor, wanted: str) -> str:
    """The page that was asked for; whoever only came in by the front door begins where her work is."""
    if wanted != "/":
        return wanted
    if visitor.works:
        return "/inbox"
    return "/my-cases" if visitor.actor.has(Role.OFFICER) else wanted


def _trouble(code: str, language: str, status: int, **values: str) -> Trouble:
    title, detail = words.problem(code, language, values)
    return Trouble(title, detail, status, code)
