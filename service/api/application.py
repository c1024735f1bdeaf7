"""The application: routers, middleware and errors put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from typing import Any

import anyio
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api import documentation, health, signing_in
from service.api.doors import Doors, signed_in
from service.api.errors import add_handlers
from service.api.measures import Measures
from service.api.middleware import ALWAYS_LET_IN, Envelope, Turnstile
from service.auth.passwords import PasswordsBusy

API = "/api/"
OPEN = (documentation.router, signing_in.router)
"""Routers with something that can be had without a token."""
ABOUT = """Obstacles that a border puts in the way, from the first report to the decision and what comes of it.

Sign in with `POST /token`. Every change names the version that it is made on (`If-Match`), every POST may carry an
`Idempotency-Key`. Problems are told as RFC 9457 describes, in Dutch, French, German or English.
"""


class Service(FastAPI):
    """The whole service as one ASGI application."""

    def build_middleware_stack(self) -> ASGIApp:
        """The envelope lies around everything, also around the answer to a fault of ours."""
        return Envelope(super().build_middleware_stack())

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = documentation.completed(super().openapi())
        return self.openapi_schema


def create_app(
    doors: Doors,
    routers: tuple[APIRouter, ...],
    *,
    threads: int,
    unusable: tuple[type[Exception], ...],
    close: Callable[[], None],
    pages: ASGIApp | None = None,
) -> Service:
    """The service behind these doors.

    `threads`: how many requests are worked on at once, no more than there are connections. `unusable`: the errors
    that mean: try again later. `close`: called when the service ends. `pages`: what answers every path that is not
    of the API.
    """
    app = Service(
        title="Slagboom",
        version=version("slagboom"),
        description=ABOUT,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_name_of,
        lifespan=_lifespan(threads, close),
    )
    app.state.doors, app.state.measures = doors, Measures()
    app.state.sign_in_places = signing_in.places()
    if pages is not None:
        app.add_middleware(Fork, pages=pages)
    app.add_middleware(Turnstile, measures=app.state.measures)
    add_handlers(app, (*unusable, PasswordsBusy))
    app.include_router(health.router)
    for router in routers:
        # The token is looked at before anything else of the request, also where an endpoint forgot to ask for it.
        guard = [] if router in OPEN else [Depends(signed_in)]
        app.include_router(router, prefix="/api/v1", dependencies=guard)
    return app


class Fork:
    """Leads programs to the API and people to the pages."""

    def __init__(self, app: ASGIApp, pages: ASGIApp) -> None:
        self._api, self._pages = app, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        of_api = scope["type"] != "http" or scope["path"].startswith(API) or scope["path"] in ALWAYS_LET_IN
        await (self._api if of_api else self._pages)(scope, receive, send)


def _name_of(route: APIRoute) -> str:
    """An operation is called like the function that answers it."""
    return route.name


def _lifespan(threads: int, close: Callable[[], None]) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = threads
        try:
            yield
        finally:
            close()

    return lifespan
