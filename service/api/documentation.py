"""Documentation: what OpenAPI says of an operation beside what its code shows, and the page to try it all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.responses import FileResponse, HTMLResponse, Response

from service.api.errors import MOST_TOLD, PROBLEM, STATUS, TYPE
from workflows.errors import NotFound

router = APIRouter(include_in_schema=False)

Schema = dict[str, Any]
REFUSES, SHOWS_VERSION = "x-refuses", "x-shows-version"  # taken out again before anybody reads the document
JSON, FORM = "application/json", "multipart/form-data"

ALWAYS = ("internal_error", "unavailable")
SIGNED_IN = ("not_signed_in", "too_many")
WITH_BODY = ("too_large", "too_slow", "media_type", "data_invalid")
WITH_KEY = ("idempotency_in_progress", "idempotency_mismatch", "data_invalid")
WITH_VERSION = ("version_missing", "stale")

_taken: dict[str, type[BaseModel]] = {}


def described(
    *,
    takes: type[BaseModel] | None = None,
    file: str | None = None,
    media_type: str = JSON,
    if_match: bool = False,
    shows_version: bool = False,
    refuses: Iterable[str] = (),
    open_to_all: bool = False,
) -> Schema:
    """What to give as `openapi_extra` to an operation.

    `takes`: the form of its body (of the fields beside the file, where `file` names the field of a file).
    `if_match`: it changes a version. `shows_version`: it answers with an ETag. `refuses`: codes of its own, beside
    those that follow from the rest. `open_to_all`: no token is needed.
    """
    unknown = [code for code in refuses if code not in STATUS]
    if unknown:
        raise ValueError(f"no such codes: {', '.join(unknown)}")
    extra: Schema = {REFUSES: list(refuses), SHOWS_VERSION: shows_version or if_match}
    if takes is not None:
        extra["requestBody"] = _request_body(takes, FORM if file else media_type, file)
    if if_match:
        extra["parameters"] = [{"$ref": "#/components/parameters/if_match"}]
    if open_to_all:
        extra["security"] = []
    return extra


def _request_body(model: type[BaseModel], media_type: str, file: str | None) -> Schema:
    if _taken.setdefault(model.__name__, model) is not model:
        raise ValueError(f"two forms are called {model.__name__}")
    schema: Schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    if file is not None:  # one object: of two that each forbid what they do not name, nothing would fit both
        bytes_of_it = {"type": "string", "contentMediaType": "application/octet-stream"}
        form = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schema = {
            **form,
            "required": [file, *form["required"]],
            "properties": {file: bytes_of_it, **form["properties"]},
            "examples": [{file: "%PDF-1.7 …", **one} for one in form.get("examples", ())],
        }
    return {"required": True, "content": {media_type: {"schema": schema}}}


def completed(document: Schema) -> Schema:
    """The OpenAPI document of FastAPI with what it cannot know: who may ask, what is refused, and how."""
    parts: Schema = document.setdefault("components", {})
    schemas: Schema = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM_SCHEMA
    _, forms = models_json_schema(
        [(model, "validation") for model in _taken.values()], ref_template="#/components/schemas/{model}"
    )
    schemas |= forms.get("$defs", {})
    parts["parameters"], parts["headers"] = PARAMETERS, HEADERS
    parts["securitySchemes"] = {"sign_in": {"type": "oauth2", "flows": {"password": PASSWORD_FLOW}}}
    document["security"] = [{"sign_in": []}]
    for path in document["paths"].values():
        for method, operation in path.items():
            _complete(method, operation)
    return document


def _complete(method: str, operation: Schema) -> None:
    parameters: list[Schema] = operation.setdefault("parameters", [])
    open_to_all = operation.get("security") == []
    codes = {*ALWAYS, *operation.pop(REFUSES, ())}
    codes |= {"not_found"} if any(one.get("in") == "path" for one in parameters) else set()
    codes |= {"data_invalid"} if any(one.get("in") == "query" for one in parameters) else set()
    codes |= set() if open_to_all else set(SIGNED_IN)
    if {"$ref": "#/components/parameters/if_match"} in parameters:
        codes |= set(WITH_VERSION)
    if "requestBody" in operation:
        codes |= {*WITH_BODY, "broken_json" if JSON in operation["requestBody"]["content"] else "broken_form"}
    if method == "post" and not open_to_all:
        codes |= set(WITH_KEY)
        parameters.append({"$ref": "#/components/parameters/idempotency_key"})
    parameters.append({"$ref": "#/components/parameters/accept_language"})
    answers: Schema = operation.setdefault("responses", {})
    answers.pop("422", None)  # FastAPI's own, in another form
    shows_version, is_list = operation.pop(SHOWS_VERSION, False), any(one.get("name") == "cursor" for one in parameters)
    operation["responses"] = answers | _problems(codes)
    for status, answer in operation["responses"].items():
        named = _headers_of(status, shows_version=shows_version, is_list=is_list)
        answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in named}


def _headers_of(status: str, *, shows_version: bool, is_list: bool) -> Iterator[str]:
    """The headers of the contract that an answer with this status carries."""
    yield "API-Version"
    if shows_version and status in ("200", "201"):
        yield "ETag"
    if is_list and status == "200":
        yield "Link"
    yield from HEADERS_WITH.get(status, ())


def _problems(codes: Iterable[str]) -> Schema:
    by_status: dict[int, list[str]] = {}
    for code in sorted(codes):
        by_status.setdefault(STATUS[code], []).append(code)
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        str(status): {"description": ", ".join(f"`{code}`" for code in found), "content": content}
        for status, found in sorted(by_status.items())
    }


_TEXT: Mapping[str, str] = {"type": "string"}
CODES_TOLD = (
    "Stable and never translated. `broken_request`, `address_too_long`, `head_too_large` and `too_slow` may answer "
    "any request that is cut off before it is whole."
)
PASSWORD_FLOW = {"tokenUrl": "/api/v1/token", "scopes": {}}
PROBLEM_SCHEMA: Schema = {
    "type": "object",
    "description": "Why a request was refused (RFC 9457). Title and detail are in the reader's language.",
    "required": ["type", "title", "status", "detail", "code", "instance"],
    "properties": {
        "type": {**_TEXT, "description": f"`{TYPE}` and the code."},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": {**_TEXT, "description": "What to do about it."},
        "code": {**_TEXT, "enum": list(STATUS), "description": CODES_TOLD},
        "instance": {**_TEXT, "description": "The path that was asked for."},
        "errors": {
            "type": "array",
            "maxItems": MOST_TOLD,
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {**_TEXT, "description": "JSON Pointer (RFC 6901) into what was sent."},
                    "code": _TEXT,
                    "detail": _TEXT,
                    "in": {**_TEXT, "enum": ["path", "query", "header"], "description": "Only when not the body."},
                },
            },
        },
        "guard": {**_TEXT, "description": "With `guard_refused`: the condition."},
        "needs": {"type": "array", "items": _TEXT, "description": "With `guard_refused`: what is missing."},
        "roles": {"type": "array", "items": _TEXT, "description": "With `role_missing`: who may do it."},
        "move": {**_TEXT, "description": "With `move_not_open`."},
        "stage": {**_TEXT, "description": "With `move_not_open`."},
    },
}
PARAMETERS: Schema = {
    "if_match": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "schema": {**_TEXT, "examples": ['"3"']},
        "description": "The ETag of the version that the change is made on: 428 without it, 412 if another is newer.",
    },
    "idempotency_key": {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {**_TEXT, "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
        "description": "The same request with the same key is carried out once; kept for 24 hours.",
    },
    "accept_language": {
        "name": "Accept-Language",
        "in": "header",
        "schema": {**_TEXT, "examples": ["nl"]},
        "description": "nl, fr, de or en; else the language of the person; else en.",
    },
}
HEADERS_WITH = {
    "201": ("Location",),
    "401": ("WWW-Authenticate",),
    "412": ("ETag",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}
HEADERS: Schema = {
    "API-Version": {"schema": _TEXT, "description": "`1`."},
    "ETag": {"schema": _TEXT, "description": "The version as it is now, for `If-Match`."},
    "Link": {"schema": _TEXT, "description": 'The next page, as `rel="next"`; not at the end of the list.'},
    "Location": {"schema": _TEXT, "description": "Where the new thing is found."},
    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."},
    "WWW-Authenticate": {"schema": _TEXT, "description": "`Bearer`."},
}

OWN_FILES_ONLY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Slagboom API</title>
<link rel="icon" href="docs/static/favicon.png">
<link rel="stylesheet" href="docs/static/swagger-ui.css">
</head>
<body>
<main id="api"></main>
<script src="docs/static/swagger-ui-bundle.js"></script>
<script src="docs/static/start.js"></script>
</body>
</html>
"""
START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "none",
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
"""
STATIC = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}
FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}


@router.get("/docs")
async def show_documentation() -> Response:
    """The interactive documentation, from this service's own files: it works without any other host."""
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": OWN_FILES_ONLY})


@router.get("/docs/static/start.js")
async def show_start() -> Response:
    """What starts the documentation: a file of its own, so that the page needs no script inside."""
    return Response(START, headers=FOR_A_DAY, media_type="text/javascript")


@router.get("/docs/static/{name}")
async def show_static(name: str) -> Response:
    """The files of Swagger UI, as a package on this machine carries them."""
    if name not in STATIC:
        raise NotFound(name)
    path = Path(str(resources.files("fastapi_offline").joinpath("static", name)))
    return FileResponse(path, headers=FOR_A_DAY, media_type=STATIC[name])
