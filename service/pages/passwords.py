"""Another password: who knows the present one takes another. Nothing of what is typed here is kept or shown again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import anyio
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service import words
from service.auth.passwords import PasswordUnfit, hash_password
from service.auth.sessions import LONGEST, name_of, new_secret
from service.auth.sign_in import SignInRefused, TooManyTries, sign_in
from service.commands.own_account import ChangePassword, change_password
from service.pages.posting import Posted
from service.pages.sent import Sent
from service.pages.troubles import Trouble, trouble_of
from service.pages.visitor import SESSION, Visiting, Visitor
from workflows.errors import DataInvalid, Fault

router = APIRouter(prefix="/account/password")

FIELDS = ("/current", "/new", "/again")
MOST = 4_000
"""Characters that are looked at; a password has a thousand at most."""


@router.get("")
def show_password(visitor: Visiting) -> Response:
    """The form; it is never filled in."""
    return _form(visitor)


@router.post("")
async def send_password(request: Request, sent: Posted, visitor: Visiting) -> Response:
    """Change the password; or say what was not right. Guessing is as slow as at signing in."""
    limiter: anyio.CapacityLimiter = request.app.state.sign_in_places
    return await anyio.to_thread.run_sync(partial(_answer, visitor, sent), limiter=limiter)


def _answer(visitor: Visitor, sent: Sent) -> Response:
    try:
        _change(visitor, sent)
    except DataInvalid as refusal:
        return _form(visitor, trouble_of(refusal, visitor.language))
    except TooManyTries as many:
        title, detail = words.problem("too_many", visitor.language, {"seconds": str(many.seconds)})
        return _form(visitor, Trouble(title, detail, 429, "too_many"))
    _begin_anew(visitor)
    return visitor.go("/account", said="password_changed")


def _change(visitor: Visitor, sent: Sent) -> None:
    # Without the mark of the form, and so not in `once`: no trace of a password may be kept but its slow hash.
    current, new, again = (sent.one(name)[:MOST] for name in FIELDS)
    missing = [Fault(name, "missing") for name in FIELDS if not sent.one(name)]
    if missing:
        raise DataInvalid(missing)
    if new != again:
        raise DataInvalid([Fault("/again", "password_differs")])
    account = visitor.account
    try:
        if account is None or sign_in(account.email, current, visitor.doors.tries, visitor.now) != account.actor.person:
            raise SignInRefused
    except SignInRefused:
        raise DataInvalid([Fault("/current", "password_wrong")]) from None
    command = ChangePassword(password=new, instead_of=account.password_hash, hashing=_hashed)
    change_password(command, visitor.work())


def _hashed(password: str) -> str:
    try:
        return hash_password(password)
    except PasswordUnfit as unfit:
        raise DataInvalid([Fault("/new", unfit.code)]) from None


def _begin_anew(visitor: Visitor) -> None:
    """Every session ended with the password, this one too; who has just changed it stays, with a new secret."""
    secret = new_secret()
    visitor.doors.sessions.begin(name_of(secret), visitor.actor.person, visitor.now)
    visitor.set_cookie(SESSION, secret, LONGEST)


def _form(visitor: Visitor, trouble: Trouble | None = None) -> Response:
    context: Mapping[str, object] = {"trouble": trouble}
    return visitor.page("account/password.html", trouble.status if trouble else 200, **context)
