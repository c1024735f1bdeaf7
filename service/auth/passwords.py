"""Passwords: kept as argon2id hashes, checked with the same work whoever is asked for."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST, LONGEST = 12, 1_000  # characters
MEMORY, PASSES, LANES = 65_536, 3, 4  # KiB; the second choice of RFC 9106, section 4
AT_ONCE = 4  # 64 MiB each
PATIENCE = 10.0  # seconds

_hasher = Argon2Hasher(time_cost=PASSES, memory_cost=MEMORY, parallelism=LANES)
_places = threading.BoundedSemaphore(AT_ONCE)


class PasswordUnfit(ValueError):
    """The password cannot be kept. `code` is stable."""

    code: ClassVar[str] = "password_unfit"


class PasswordTooShort(PasswordUnfit):
    """Fewer than 12 characters."""

    code = "password_too_short"


class PasswordTooLong(PasswordUnfit):
    """More than 1,000 characters."""

    code = "password_too_long"


class PasswordUnreadable(PasswordUnfit):
    """It holds U+0000 or half a character, which no keyboard types."""

    code = "password_unreadable"


class PasswordsBusy(Exception):
    """So many passwords are being checked that this one found no place in ten seconds: try again later."""


def hash_password(text: str) -> str:
    """What to keep instead of the password; two hashes of one password differ.

    Raises PasswordTooShort, PasswordTooLong, PasswordUnreadable; PasswordsBusy.
    """
    password = _normal(text)
    with _place():
        return _hasher.hash(password)


def verify(text: str, stored: str | None) -> bool:
    """Is this the password that `stored` was made from?

    `stored` is None for a person who is not known or has no password: the answer is no, after the
    same work, so that the time it takes does not tell who is known. Raises PasswordsBusy.
    """
    try:
        password, fit = _normal(text), True
    except PasswordUnfit:
        password, fit = "", False
    known = stored is not None and Argon2Hasher.identify(stored)
    with _place():
        same = _hasher.verify(password, stored if known and stored is not None else NOBODY)
    return same and known and fit


def _normal(text: str) -> str:
    """The password as every keyboard means it: é typed as one character and as two is one password."""
    if len(text) > LONGEST:
        raise PasswordTooLong(f"more than {LONGEST:,} characters")
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise PasswordUnreadable("holds a character that no keyboard types")
    password = unicodedata.normalize("NFC", text)
    if len(password) < SHORTEST:
        raise PasswordTooShort(f"fewer than {SHORTEST} characters")
    return password


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=PATIENCE):
        raise PasswordsBusy
    try:
        yield
    finally:
        _places.release()


def _hash_of_nothing() -> str:
    """Looks like a hash and costs as much to check, but is random: no password fits."""
    salt, digest = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}${salt}${digest}"


NOBODY = _hash_of_nothing()
