"""Tokens: a signed note that says who signed in and until when; the only file that imports `jose`."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jose import jwk, jws
from jose.exceptions import JOSEError

ALGORITHM: Final = "RS256"
ISSUER: Final = "slagboom"
AUDIENCE: Final = "slagboom-api"
LIFETIME: Final = 28_800  # seconds: one working day
LEEWAY: Final = 5  # seconds, for the clocks of two machines
LONGEST: Final = 4_096  # characters
SMALLEST_KEY: Final = 2_048  # bits
REMEMBERED: Final = 2_048  # tokens whose signature was found good
SHAPE: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class TokenRefused(Exception):
    """The token is not ours, not for this, or not of this hour. The message is for the log, never for the sender."""


class SigningKeyFaulty(ValueError):
    """The key cannot sign: not an RSA private key, protected by a password, or too small."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose token it is, and the stamp of the password by which it was got."""

    person: str
    stamp: str


def stamp_of(password_hash: str | None) -> str:
    """What a token keeps of a password, so that it ends with it: a digest of the salted hash, which tells nothing."""
    return _base64(hashlib.sha256(password_hash.encode("utf-8")).digest()[:12]) if password_hash is not None else ""


class Signer:
    """Signs who signed in, and reads it back; made once, safe to share between threads."""

    def __init__(self, key: str) -> None:
        """`key`: an RSA private key (PEM) of at least 2,048 bits. Raises SigningKeyFaulty."""
        private = _private_key(key)
        # Keys, not PEM: jose would read a PEM anew for every token, and guess what it is from the token's own words.
        self._private = jwk.construct(private, ALGORITHM)
        self._public = jwk.construct(private.public_key(), ALGORITHM)
        self._kid = _thumbprint(private.public_key())
        # People send the same token with every request of a day, and whether this key signed it never changes. Only
        # what was signed is remembered, and its times are held against the clock each time.
        self._claims = lru_cache(REMEMBERED)(self._verified)
        self._header = jws.sign(b"", self._private, {"kid": self._kid}, ALGORITHM).partition(".")[0]

    def issue(self, person: str, now: datetime, password_hash: str | None = None) -> str:
        """A token for this person, good from now on for 28,800 seconds, or until the password is another."""
        at = int(now.timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": person,
            "iat": at,
            "nbf": at,
            "exp": at + LIFETIME,
            "jti": secrets.token_urlsafe(12),
            "pwd": stamp_of(password_hash),
        }
        return str(jws.sign(claims, self._private, {"kid": self._kid}, ALGORITHM))

    def person(self, token: object, now: datetime) -> str:
        """Whose token this is, by which password ever it was got. Raises TokenRefused."""
        return self.bearer(token, now).person

    def bearer(self, token: object, now: datetime) -> Bearer:
        """Whose token this is. Raises TokenRefused for whatever was not issued here, or not for this hour."""
        if not isinstance(token, str) or len(token) > LONGEST or not SHAPE.fullmatch(token):
            raise TokenRefused("not a token")
        # There is one issuer, so there is one header: a token cannot choose its algorithm or its key.
        if token.partition(".")[0] != self._header:
            raise TokenRefused("another algorithm or key")
        try:
            claims = self._claims(token)
        except (JOSEError, ValueError) as fault:
            raise TokenRefused("not signed by this key") from fault
        return _bearer(claims, now.timestamp())

    def _verified(self, token: str) -> object:
        """What the token says. Raises JOSEError or ValueError where this key did not sign it, or it says nothing."""
        return json.loads(jws.verify(token, self._public, algorithms=[ALGORITHM]))


def generate_key() -> str:
    """A new RSA private key, as PEM."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=SMALLEST_KEY)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def _bearer(claims: object, now: float) -> Bearer:
    # jose.jwt would look at its own clock as soon as `exp` is required, so the claims are read here.
    if not isinstance(claims, dict) or claims.get("iss") != ISSUER or claims.get("aud") != AUDIENCE:
        raise TokenRefused("another issuer or audience")
    person = claims.get("sub")
    if not isinstance(person, str) or not person:
        raise TokenRefused("names nobody")
    stamp = claims.get("pwd")
    if not isinstance(stamp, str):
        raise TokenRefused("does not say by which password it was got")
    issued, begins, ends = (_instant(claims.get(name)) for name in ("iat", "nbf", "exp"))
    if now >= ends + LEEWAY:
        raise TokenRefused("expired")
    if now < max(issued, begins) - LEEWAY:
        raise TokenRefused("not yet valid")
    if ends - issued > LIFETIME:
        raise TokenRefused("lives longer than any that is issued here")
    return Bearer(person, stamp)


def _instant(claim: object) -> int:
    if not isinstance(claim, int) or isinstance(claim, bool):
        raise TokenRefused("a time is missing or is no number of seconds")
    return claim


def _private_key(key: str) -> rsa.RSAPrivateKey:
    try:
        private = load_pem_private_key(key.encode("ascii"), password=None)
    except (ValueError, TypeError) as fault:
        raise SigningKeyFaulty("is not a private key (PEM) without a password") from fault
    if not isinstance(private, rsa.RSAPrivateKey):
        raise SigningKeyFaulty("is not an RSA key")
    if private.key_size < SMALLEST_KEY:
        raise SigningKeyFaulty(f"has {private.key_size:,} bits; at least {SMALLEST_KEY:,} are needed")
    return private


def _thumbprint(key: rsa.RSAPublicKey) -> str:
    """The key's name, made from the key itself (RFC 7638)."""
    numbers = key.public_numbers()
    named = {"e": _base64_of(numbers.e), "kty": "RSA", "n": _base64_of(numbers.n)}
    text = json.dumps(named, separators=(",", ":"), sort_keys=True)
    return _base64(hashlib.sha256(text.encode("ascii")).digest())


def _base64_of(number: int) -> str:
    return _base64(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
