"""One signed-in person over HTTP: sends the version that was read last, and stops at a refusal."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

ROOT = "/api/v1"
PATIENCE = 30.0  # seconds for one answer
FORM = "application/x-www-form-urlencoded"


class Stopped(Exception):
    """The journey cannot go on. The message is for the one who watches: a problem document, or what did not come."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said."""

    status: int
    body: Any
    etag: str | None
    location: str | None


@dataclass(slots=True)
class Line:
    """An open line to the service. `said` keeps method, path and status of everything, in order."""

    http: httpx.Client
    said: list[tuple[str, str, int]] = field(default_factory=list)

    @classmethod
    def to(cls, address: str) -> Line:
        """To the service at this address. What the environment says of proxies does not count: it is near."""
        return cls(httpx.Client(base_url=address, timeout=PATIENCE, trust_env=False))

    def close(self) -> None:
        """Hang up."""
        self.http.close()

    def ask(self, method: str, path: str, planned: int | None = None, **given: Any) -> Answer:
        """One request. `planned` is the one refusal that is expected here. Raises Stopped for every other."""
        try:
            response = self.http.request(method, f"{ROOT}{path}", **given)
        except httpx.TransportError as error:
            raise Stopped(f"{method} {path}: the service does not answer ({type(error).__name__})") from error
        self.said.append((method, path, response.status_code))
        kind = response.headers.get("content-type", "").partition(";")[0]
        body = response.json() if kind in {"application/json", "application/problem+json"} else response.text
        if response.is_error and response.status_code != planned:
            raise Stopped(f"{method} {path}\n{json.dumps(body, indent=2, ensure_ascii=False)}")
        if planned is not None and not response.is_error:
            raise Stopped(f"{method} {path}: {response.status_code}, where {planned} was expected")
        headers = response.headers
        return Answer(response.status_code, body, headers.get("etag"), headers.get("location"))


class Person:
    """Somebody who signed in. Every change carries `If-Match`, every POST an `Idempotency-Key`."""

    def __init__(self, line: Line, email: str, password: str) -> None:
        """Sign in. Raises Stopped."""
        self._line = line
        form = {"grant_type": "password", "username": email, "password": password}
        token = line.ask("POST", "/token", data=form, headers={"Content-Type": FORM}).body["access_token"]
        self._authorization = {"Authorization": f"Bearer {token}"}
        me = self.get("/me").body
        self.email = email
        self.name: str = me["person"]["name"]
        self.language: str = me["language"]
        mandate = me["mandates"][0]
        self.works_as = f"{mandate['role'].replace('_', ' ')}, {mandate['organisation']}"

    def get(self, path: str, query: Mapping[str, Any] | None = None, planned: int | None = None) -> Answer:
        """Read. What the path asks for already is kept where no `query` is given."""
        return self._line.ask("GET", path, planned, params=query, headers=self._authorization)

    def post(self, path: str, body: Mapping[str, Any], etag: str | None = None, planned: int | None = None) -> Answer:
        """Add something, or make a move."""
        headers = self._headers(etag) | {"Idempotency-Key": str(uuid.uuid4())}
        return self._line.ask("POST", path, planned, json=body, headers=headers)

    def put(self, path: str, body: Mapping[str, Any], etag: str | None = None) -> Answer:
        """Write the whole of something; without a tag, something new."""
        return self._line.ask("PUT", path, json=body, headers=self._headers(etag))

    def patch(self, path: str, body: Mapping[str, Any], etag: str | None) -> Answer:
        """Change a part of something."""
        return self._line.ask("PATCH", path, json=body, headers=self._headers(etag))

    def _headers(self, etag: str | None) -> dict[str, str]:
        return self._authorization | ({"If-Match": etag} if etag is not None else {})
