"""Assets: style sheet, script and pictures, each under an address that changes when it changes."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from workflows.errors import NotFound

router = APIRouter()

KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    media_type: str
    content: bytes
    packed: bytes


@cache
def _assets() -> dict[str, Asset]:
    """Every asset by the name under which it is asked for."""
    found = {}
    for file in resources.files("service.pages").joinpath("static").iterdir():
        stem, _, kind = file.name.rpartition(".")
        if kind in KINDS:
            content = file.read_bytes()
            name = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{kind}"
            # mtime 0: the same bytes on every machine
            found[name] = Asset(KINDS[kind], content, gzip.compress(content, mtime=0))
    return found


@cache
def address_of(name: str) -> str:
    """Where an asset is found: `slagboom.css` is at `/assets/slagboom.<digest>.css`. Raises KeyError."""
    stem, _, kind = name.rpartition(".")
    for known in _assets():
        if known.startswith(f"{stem}.") and known.endswith(f".{kind}") and known.count(".") == name.count(".") + 1:
            return f"/assets/{known}"
    raise KeyError(name)


@router.get("/assets/{name}")
async def send_asset(name: str, request: Request) -> Response:
    """A file that never changes under this name."""
    asset = _assets().get(name)
    if asset is None:
        raise NotFound(name)
    headers = {"Cache-Control": A_YEAR, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, 200, {**headers, "Content-Encoding": "gzip"}, asset.media_type)
    return Response(asset.content, 200, headers, asset.media_type)
