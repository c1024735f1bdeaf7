"""Signing in: an e-mail address and a password become a person, and guessing becomes slow."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Protocol

from service.auth.passwords import verify

MOST_FAILED = 10
"""So many tries for one address may fail within five minutes."""


class SignInRefused(Exception):
    """No active person has this address and this password. It is not told which of both is wrong."""


class TooManyTries(Exception):
    """More than ten tries failed within five minutes. `seconds`: when the next one is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"come back in {seconds} s")
        self.seconds = seconds


class Try(Protocol):
    """A try to sign in, with how many failed before it, and when there is one fewer."""

    @property
    def id(self) -> str: ...
    @property
    def person(self) -> str | None: ...
    @property
    def password_hash(self) -> str | None: ...
    @property
    def failed(self) -> int: ...
    @property
    def free_at(self) -> datetime: ...


class Tries(Protocol):
    """Where tries are counted, for all processes together."""

    def begin(self, email: str, now: datetime, most: int) -> Try:
        """Count a try as failed until it is known to be good."""

    def succeed(self, id: str) -> None:
        """The try was good."""


def sign_in(email: str, password: str, tries: Tries, now: datetime) -> str:
    """The id of the person. The work is the same whether the address is known or not.

    Raises SignInRefused and TooManyTries; PasswordsBusy when too many sign in at once.
    """
    attempt = tries.begin(email.strip().lower(), now, MOST_FAILED)
    if attempt.failed > MOST_FAILED:
        raise TooManyTries(_seconds(attempt, now))
    if not verify(password, attempt.password_hash) or attempt.person is None:
        if attempt.failed == MOST_FAILED:
            raise TooManyTries(_seconds(attempt, now))
        raise SignInRefused
    tries.succeed(attempt.id)
    return attempt.person


def _seconds(attempt: Try, now: datetime) -> int:
    return max(1, math.ceil((attempt.free_at - now).total_seconds()))
