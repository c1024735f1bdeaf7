"""A stubborn client: asks again, with the same key, until it is told what came of it."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from service.demo.people import ADDRESSES, PASSWORD

ROOT = "/api/v1"
PATIENCE = 180.0  # seconds until one request must have been answered, however often the server dies meanwhile
LONGEST_PAUSE = 0.3  # seconds; Retry-After says more, but an attack has no time to lose
ONE_ANSWER = 20.0  # seconds


class Unanswered(AssertionError):
    """Something was answered that is no answer to a sound request, or nothing for too long."""


@dataclass
class Line:
    """The way to one server. `seen` counts what was met on it: lost connections, 503, replays of kept answers."""

    address: str
    seen: Counter[str] = field(default_factory=Counter)
    _tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    _door: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        # One for all: to make one takes longer than a request, and would leave no time for those who are attacked.
        self._client = httpx.Client(base_url=self.address, timeout=ONE_ANSWER, trust_env=False, verify=False)  # noqa: S501 - loopback, without TLS

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def person(self, part: str) -> str:
        """The id of who plays a part in the demo; signed in when needed."""
        return self._signed_in(part)[0]

    def ask(self, method: str, path: str, part: str, body: Any = None, **headers: str) -> Answered:
        """One request of one person, sent until it was answered by something else than `not now`."""
        for _ in range(3):
            token = self._signed_in(part)[1]
            given = {"Authorization": f"Bearer {token}"} | headers
            answered = self._until_answered(method, f"{ROOT}{path}", given, json=body)
            if answered.response.status_code != 401:
                break
            self._sign_out(part, token)  # the clock of the server went another way than the token
        return answered

    def _until_answered(self, method: str, path: str, headers: Mapping[str, str], **content: Any) -> Answered:
        until, doubtful = time.monotonic() + PATIENCE, 0
        while time.monotonic() < until:
            try:
                response = self._client.request(method, path, headers=headers, **content)
            except httpx.ConnectError:
                self._count("not reached")
                time.sleep(0.05 + random.random() * 0.1)
                continue
            except httpx.TransportError as error:
                doubtful += 1
                self._count(f"lost: {type(error).__name__}")
                continue
            if not _not_now(response):
                return Answered(response, doubtful > 0)
            self._count(f"{response.status_code}")
            doubtful += response.status_code == 503  # the commit itself may have been what was cut
            time.sleep(min(float(response.headers.get("retry-after", "0")), LONGEST_PAUSE) or 0.05)
        raise Unanswered(f"{method} {path}: no answer within {PATIENCE:.0f} s")

    def _signed_in(self, part: str) -> tuple[str, str]:
        with self._door:
            if part not in self._tokens:
                self._tokens[part] = self._sign_in(part)
            return self._tokens[part]

    def _sign_in(self, part: str) -> tuple[str, str]:
        form = {"grant_type": "password", "username": ADDRESSES[part], "password": PASSWORD}
        for _ in range(3):
            token = self._until_answered("POST", f"{ROOT}/token", {}, data=form).found(200).json()["access_token"]
            me = self._until_answered("GET", f"{ROOT}/me", {"Authorization": f"Bearer {token}"})
            if me.response.status_code != 401:
                break
            self._count("signed in again")  # the clock jumped between the two
        return me.found(200).json()["person"]["id"], token

    def _sign_out(self, part: str, token: str) -> None:
        self._count("signed in again")
        with self._door:
            if self._tokens.get(part, ("", ""))[1] == token:
                del self._tokens[part]

    def _count(self, what: str) -> None:
        self.seen[what] += 1


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer. `doubtful`: one before it was lost, so that the request may have been carried out then."""

    response: httpx.Response
    doubtful: bool

    def found(self, *statuses: int) -> httpx.Response:
        """The answer, which must have one of these statuses."""
        if self.response.status_code not in statuses:
            request = self.response.request
            raise Unanswered(
                f"{request.method} {request.url.path} {request.content.decode()[:400]} with key"
                f" {request.headers.get('idempotency-key')}: {self.response.status_code}"
                f" {self.response.text[:600]}, doubtful: {self.doubtful}"
            )
        return self.response


def _not_now(response: httpx.Response) -> bool:
    """Whether the same request is to be sent again; a server that cannot answer must say so as the contract has it."""
    if response.status_code == 409:
        return bool(response.json()["code"] == "idempotency_in_progress")
    if response.status_code not in (429, 503):
        return False
    problem = json.loads(response.text)
    assert response.headers["content-type"] == "application/problem+json", response.headers
    assert problem["code"] in ("unavailable", "too_many"), problem
    assert int(response.headers["retry-after"]) >= 1, response.headers
    return True
