"""Middleware: what every request passes on its way in and out, whoever answers it."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.errors import problem
from service.api.measures import Measures
from service.api.refusals import Unavailable
from service.api.routes import route_of

VERSION: Final = "1"
MOST_AT_ONCE: Final = 200
"""Requests that are let in at once; ten are worked on, the rest waits. More than that only makes all of them late.

Only a request that this service works on takes a place: not one whose body has yet to come, nor one whose answer is
not read. Otherwise whoever sends slowly would keep everybody else out.
"""
REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
ALWAYS_LET_IN: Final = ("/livez", "/readyz", "/metrics")
SECURITY: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
UNLESS_SAID: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}
"""What holds where the answer itself says nothing else: a page or a style sheet has rules of its own."""

log = structlog.get_logger("slagboom.api")


class Envelope:
    """Puts the headers of the house on every answer, also on the one to a fault of ours."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["API-Version"] = VERSION
                headers["X-Request-Id"] = request_id
                headers.update(SECURITY)
                for name, value in UNLESS_SAID.items():
                    headers.setdefault(name, value)
            await send(message)

        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        await self._app(scope, receive, dressed)


class Turnstile:
    """Lets so many requests in at once and tells the others to come back, then counts and logs what became of each."""

    def __init__(self, app: ASGIApp, measures: Measures, most: int = MOST_AT_ONCE) -> None:
        self._app, self._measures, self._most = app, measures, most
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["path"] in ALWAYS_LET_IN:
            await self._app(scope, receive, send)
        elif self._inside >= self._most:
            await self._measured(problem(Request(scope), Unavailable(1)), scope, receive, send)
        else:
            self._inside += 1
            try:
                await self._measured(self._app, scope, self._outside(receive), self._outside(send))
            finally:
                self._inside -= 1

    def _outside(self, waited_for: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """What waits for the other side, without a place."""

        async def waiting(*message: Message) -> Any:
            self._inside -= 1
            try:
                return await waited_for(*message)
            finally:
                self._inside += 1

        return waiting

    async def _measured(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        started, status = time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await app(scope, receive, watched)
        finally:
            seconds, method, route = time.perf_counter() - started, scope["method"], route_of(scope)
            self._measures.answered(method, route, status, seconds)
            code = scope["state"].get("code")
            # The template of the path and no address, name or text: nothing in the log is about a person.
            log.info("answered", method=method, route=route, status=status, code=code, ms=round(seconds * 1000, 1))


def _request_id(scope: Scope) -> str:
    """The number that a proxy gave the request, if it looks like one; else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            given = value.decode("latin-1")
            if REQUEST_ID.match(given):
                return str(given)
    return secrets.token_hex(8)
