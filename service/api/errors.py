"""Errors: the one table from a refusal to a status, and how a problem is told (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from service import words
from service.api.doors import greet
from service.api.faults import Places, faults_of
from service.api.refusals import (
    BrokenForm,
    BrokenJson,
    InternalError,
    MethodNotAllowed,
    NotSignedIn,
    TooLarge,
    TooMany,
    TooSlow,
    Unavailable,
    WrongCredentials,
)
from service.api.routes import methods_at
from service.languages import answered_in
from service.telling import told
from workflows.errors import (
    DataInvalid,
    Fault,
    GuardRefused,
    MoveNotOpen,
    NotFound,
    Refused,
    RoleMissing,
    Stale,
)

STATUS: Mapping[str, int] = {
    "broken_json": 400,
    "broken_form": 400,
    "broken_request": 400,
    "not_signed_in": 401,
    "sign_in_refused": 401,
    "role_missing": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "too_slow": 408,
    "move_not_open": 409,
    "guard_refused": 409,
    "consultation_closed": 409,
    "idempotency_in_progress": 409,
    "period_unknown": 409,
    "calendar_unknown": 409,
    "refused": 409,
    "stale": 412,
    "too_large": 413,
    "address_too_long": 414,
    "media_type": 415,
    "data_invalid": 422,
    "unknown_move": 422,
    "unknown_act": 422,
    "idempotency_mismatch": 422,
    "version_missing": 428,
    "too_many": 429,
    "head_too_large": 431,
    "internal_error": 500,
    "unavailable": 503,
}
"""Every code that an answer may carry, with its status."""

MOST_TOLD = 100
"""Faults that are told at once. A body can hold a hundred thousand, and nobody reads on before these are mended."""
PROBLEM = "application/problem+json"
TYPE = "urn:slagboom:problem:"

log = structlog.get_logger("slagboom.api")


def problem(request: Request, refusal: Refused, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that tells of a refusal, in the reader's language."""
    language = answered_in(request)
    request.scope.setdefault("state", {})["code"] = refusal.code
    status = STATUS[refusal.code]
    title, detail = told(refusal, language)
    document = {
        "type": TYPE + refusal.code,
        "title": title,
        "status": status,
        "detail": detail,
        "code": refusal.code,
        "instance": quote(request.scope["path"]),
        **_members(refusal, language, request.scope["state"].get("places") or {}),
    }
    named = {"Content-Language": language, **_headers(refusal), **(headers or {})}
    return Response(to_json(document), status, named, PROBLEM)


def _members(refusal: Refused, language: str, places: Places) -> dict[str, Any]:
    """What a program can act on, beside the sentence."""
    match refusal:
        case DataInvalid():
            return {"errors": [_error(fault, language, places) for fault in refusal.faults[:MOST_TOLD]]}
        case GuardRefused():
            return {"guard": refusal.guard, "needs": refusal.needs}
        case RoleMissing():
            return {"roles": refusal.roles}
        case MoveNotOpen():
            return {"move": refusal.move, "stage": refusal.stage}
        case _:
            return {}


def _error(fault: Fault, language: str, places: Places) -> dict[str, str]:
    """`in` says where to look when it is not the body: path, query or header."""
    detail = words.fault(fault.code, language, dict(fault.values))
    place = {"in": places[fault.pointer]} if fault.pointer in places else {}
    return {"pointer": fault.pointer, "code": fault.code, "detail": detail, **place}


def _headers(refusal: Refused) -> dict[str, str]:
    match refusal:
        case NotSignedIn():
            more = ', error="invalid_token"' if refusal.token_given else ""
            return {"WWW-Authenticate": f'Bearer realm="slagboom"{more}'}
        case WrongCredentials():
            return {"WWW-Authenticate": 'Bearer realm="slagboom"'}
        case Stale():
            return {"ETag": f'"{refusal.version}"'}
        case TooMany() | Unavailable():
            return {"Retry-After": str(refusal.seconds)}
        case TooLarge() | TooSlow():  # the rest of the body is not read
            return {"Connection": "close"}
        case _:
            return {}


async def refused(request: Request, refusal: Exception) -> Response:
    """The rules, or the front door, said no."""
    if not isinstance(refusal, Refused):
        raise refusal
    return await _told_to(request, refusal)


async def _told_to(request: Request, refusal: Refused, headers: Mapping[str, str] | None = None) -> Response:
    """The problem in the language of the person; in English where who it is cannot be looked up now."""
    with suppress(*request.app.state.unusable):
        await greet(request)
    return problem(request, refusal, headers)


async def unavailable(request: Request, error: Exception) -> Response:
    """What the service rests on cannot be used now; nothing was kept."""
    log.warning("unavailable", error=type(error).__name__, reason=str(error))
    return problem(request, Unavailable())


async def invalid(request: Request, error: Exception) -> Response:
    """What FastAPI itself reads (the query, a form) does not have the form that is asked for."""
    if not isinstance(error, RequestValidationError):
        raise error
    if any(one["type"] == "json_invalid" for one in error.errors()):
        return await _told_to(request, BrokenJson())
    faults, places = faults_of(error.errors())
    request.scope.setdefault("state", {})["places"] = places
    return await _told_to(request, DataInvalid(faults))


async def plain(request: Request, error: Exception) -> Response:
    """What Starlette answers by itself: no such path, no such method, a form that cannot be read."""
    if not isinstance(error, HTTPException):
        raise error
    refusal: Refused = {404: NotFound("no such path"), 405: MethodNotAllowed(), 400: BrokenForm()}.get(
        error.status_code, InternalError()
    )
    headers = {"Allow": ", ".join(methods_at(request.scope))} if error.status_code == 405 else error.headers
    return await _told_to(request, refusal, headers)


async def unforeseen(request: Request, error: Exception) -> Response:
    """A fault of ours. The traceback goes to the log; the sender gets a number to ask by."""
    log.error("internal_error", exc_info=error)
    return problem(request, InternalError())


def add_handlers(app: FastAPI, unusable: tuple[type[Exception], ...]) -> None:
    """Let every error of an application be told as a problem. `unusable`: what means: try again later."""
    app.state.unusable = unusable
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(Exception, unforeseen)
    for kind in unusable:
        app.add_exception_handler(kind, unavailable)
