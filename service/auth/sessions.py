"""Sessions: how a browser stays signed in, by a secret that only its cookie holds."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Protocol

LONGEST = timedelta(hours=12)
"""After so long one signs in again, whatever happened in between."""
IDLE = timedelta(hours=3)
"""After so long without a page one signs in again."""


class Sessions(Protocol):
    """Where sessions are kept, for all processes together, each under the name of its secret."""

    def begin(self, name: str, person: str, now: datetime, *, instead_of: str | None = None) -> datetime:
        """A new session, and when it ends at the latest; the one named `instead_of` ends now."""

    def find(self, name: str, now: datetime) -> str | None:
        """The person of the session, if it still holds."""

    def end(self, name: str) -> None:
        """Sign out."""

    def end_all(self, person: str) -> None:
        """Sign the person out in every browser."""


def new_secret() -> str:
    """256 bits of chance, as text that a cookie can hold."""
    return secrets.token_urlsafe(32)


def name_of(secret: str) -> str:
    """The name under which a session is kept: whoever reads the database cannot sign in with it."""
    return hashlib.sha256(secret.encode()).hexdigest()
