"""The application of the pages: views, errors as pages, and what every answer tells the browser to refuse."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import anyio
import structlog
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.pages import (
    accounts,
    acts,
    assets,
    assigning,
    case,
    cases,
    consultation,
    demo,
    digests,
    filing,
    front,
    inbox,
    instruments,
    keeping,
    moves,
    passwords,
    reading_in,
    signing,
)
from service.pages.doors import Doors
from service.pages.refusals import Forged, FormExpired, LanguageChosen, SignInNeeded, TooMuch, Unreadable
from service.pages.troubles import trouble_of
from service.pages.visitor import A_YEAR, LANGUAGE, Visitor, guest
from workflows.errors import NotFound, Refused

ROUTERS: Final[tuple[APIRouter, ...]] = (
    assets.router,
    front.router,
    demo.router,
    signing.router,
    accounts.router,
    passwords.router,
    keeping.router,
    moves.router,
    acts.router,
    case.router,
    cases.router,
    consultation.router,
    inbox.router,
    digests.router,
    filing.router,
    instruments.router,
    reading_in.router,
    assigning.router,
)

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; font-src 'none'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
"""What holds for every page; the rest of the headers is put on by the envelope around the whole service."""

ERROR: Final = "errors/page.html"

log = structlog.get_logger("slagboom.pages")

Handler = Callable[[Request, Exception], Awaitable[Response]]


def create_pages(doors: Doors, unusable: tuple[type[Exception], ...]) -> FastAPI:
    """The pages behind these doors. `unusable`: the errors that mean: try again later."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.doors, app.state.unusable = doors, unusable
    app.state.sign_in_places = signing.places()
    for router in ROUTERS:
        app.include_router(router)
    handlers: dict[type[Exception], Handler] = {
        SignInNeeded: to_sign_in,
        FormExpired: to_the_form_again,
        LanguageChosen: in_another_language,
        Forged: forged,
        TooMuch: too_much,
        Unreadable: unreadable,
        RequestValidationError: unreadable,
        Refused: refused,
        HTTPException: plain,
        Exception: unforeseen,
        **dict.fromkeys(unusable, unavailable),
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
    app.add_middleware(Dress)
    return app


class Dress:
    """Puts on every answer what a browser must not do with it, unless the answer itself says otherwise."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, dressed)


async def to_sign_in(request: Request, needed: Exception) -> Response:
    """Sign in, and come back to the same place; what was typed comes along."""
    visitor = await _visitor(request)
    sent = needed.sent if isinstance(needed, SignInNeeded) else None
    query = request.url.query
    here = request.url.path + (f"?{query}" if query else "")
    return signing.sign_in_page(visitor, next_page=sent.page if sent else here, carried=sent, status=401)


async def to_the_form_again(request: Request, expired: Exception) -> Response:
    """The words are kept; the form is shown again with them."""
    visitor = await _visitor(request)
    return visitor.go(expired.page if isinstance(expired, FormExpired) else "/", said="expired")


async def in_another_language(request: Request, chosen: Exception) -> Response:
    """The same page in the language that was asked for."""
    visitor = await _visitor(request)
    if not isinstance(chosen, LanguageChosen):
        raise chosen
    visitor.set_cookie(LANGUAGE, chosen.language, A_YEAR)
    return visitor.go(chosen.page)


async def forged(request: Request, _: Exception) -> Response:
    """Another site wanted to act in the person's name."""
    return await _error(request, 403, "forged")


async def too_much(request: Request, error: Exception) -> Response:
    """More than a page takes; the rest is not read. The words that stood before a file are kept."""
    visitor = await _visitor(request)
    sent = error.sent if isinstance(error, TooMuch) else None
    what, back = ("file_too_large", sent.page) if sent else ("too_much", "")
    response = visitor.page(ERROR, 413, what=what, number="", back=back)
    response.headers["Connection"] = "close"
    return response


async def unreadable(request: Request, _: Exception) -> Response:
    """What came is no form of ours, or it came too slowly."""
    return await _error(request, 400, "unreadable")


async def refused(request: Request, refusal: Exception) -> Response:
    """The rules said no, where no form is there to say so."""
    if not isinstance(refusal, Refused):
        raise refusal
    if isinstance(refusal, NotFound):
        return await _error(request, 404, "not_found")
    visitor = await _visitor(request)
    trouble = trouble_of(refusal, visitor.language)
    return visitor.page(ERROR, trouble.status, what="", heading=trouble.title, detail=trouble.detail, number="")


async def plain(request: Request, error: Exception) -> Response:
    """What Starlette answers by itself: no such page, no such method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return await _error(request, status, "not_found" if status in (404, 405) else "unreadable")


async def unavailable(request: Request, error: Exception) -> Response:
    """What the service rests on cannot be used now; nothing was kept."""
    log.warning("unavailable", error=type(error).__name__, reason=str(error))
    response = await _error(request, 503, "unavailable")
    response.headers["Retry-After"] = "5"
    return response


async def unforeseen(request: Request, error: Exception) -> Response:
    """A fault of ours. What was typed was kept before; the person gets a number to ask by."""
    log.error("internal_error", exc_info=error)
    return await _error(request, 500, "internal_error")


async def _error(request: Request, status: int, what: str) -> Response:
    number = request.scope.get("state", {}).get("request_id", "") if status >= 500 else ""
    visitor = await _visitor(request)
    return visitor.page(ERROR, status, what=what, number=number)


async def _visitor(request: Request) -> Visitor:
    """Who asks; a stranger where that cannot be looked up now."""
    try:
        return await anyio.to_thread.run_sync(guest, request)
    except request.app.state.unusable:
        return Visitor(request, request.app.state.doors, request.app.state.doors.now(), known=False)
