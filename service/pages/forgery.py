"""Forgery: how a form shows that it came from a page of ours, opened in this very browser."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request

MASK = 16  # bytes
SAME = ("same-origin", "none")


def token_for(secret: str) -> str:
    """A token of this cookie's secret, each time another one: what is compressed beside it cannot spell it out."""
    mask = secrets.token_bytes(MASK)
    return base64.urlsafe_b64encode(mask + _seal(secret, mask)).decode()


def is_of(token: str, secret: str) -> bool:
    """Was the token made for this secret?"""
    try:
        content = base64.urlsafe_b64decode(token.encode("ascii", "replace"))
    except (binascii.Error, ValueError):
        return False
    return len(content) > MASK and hmac.compare_digest(content[MASK:], _seal(secret, content[:MASK]))


def from_elsewhere(request: Request) -> bool:
    """Does the browser say that another site sent this? Old browsers say nothing; the token speaks for them."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in SAME
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")


def _seal(secret: str, mask: bytes) -> bytes:
    return hmac.digest(secret.encode(), b"form:" + mask, hashlib.sha256)
