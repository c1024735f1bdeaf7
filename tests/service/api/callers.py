"""Callers: people of the seeds as clients of the API, each with a token of her own."""

from __future__ import annotations

import re
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response

from service.auth.tokens import Signer
from tests.service.seeds import OBSTACLE, House


class Callers:
    """Everybody of the seeds. What is sent carries the token of the person named."""

    def __init__(self, client: TestClient, house: House, signer: Signer) -> None:
        self.client, self.house, self._signer = client, house, signer

    def headers(
        self, name: str, version: Any = None, key: str | None = None, language: str | None = None
    ) -> dict[str, str]:
        """The headers of a person's request; `version` is a number, or an ETag as it was read."""
        found = {"Authorization": f"Bearer {self._signer.issue(f'person-{name}', self.house.now)}"}
        if version is not None:
            found["If-Match"] = f'"{version}"' if isinstance(version, int) else version
        if key is not None:
            found["Idempotency-Key"] = key
        if language is not None:
            found["Accept-Language"] = language
        return found

    def get(self, name: str, path: str, language: str | None = None, **query: Any) -> Response:
        """Read something; `path` may hold a query as well."""
        headers = self.headers(name, language=language)
        return self.client.get(f"/api/v1{path}", headers=headers, params=query or None)

    def post(
        self, name: str, path: str, body: Any, version: Any = None, key: str | None = None, language: str | None = None
    ) -> Response:
        """Send something new."""
        return self.client.post(f"/api/v1{path}", headers=self.headers(name, version, key, language), json=body)

    def put(self, name: str, path: str, body: Any, version: Any = None, language: str | None = None) -> Response:
        """Write a thing that has its place."""
        return self.client.put(f"/api/v1{path}", headers=self.headers(name, version, None, language), json=body)

    def patch(self, name: str, path: str, body: Any, version: Any = None) -> Response:
        """Change something."""
        return self.client.patch(f"/api/v1{path}", headers=self.headers(name, version), json=body)

    def delete(self, name: str, path: str, version: Any = None) -> Response:
        """Throw something away."""
        return self.client.delete(f"/api/v1{path}", headers=self.headers(name, version))

    def begin(self, name: str = "officer", **said: Any) -> Response:
        """Begin an obstacle."""
        return self.post(name, "/cases", {**OBSTACLE, **said})

    def move(
        self, name: str, case: str, move: str, data: Any = None, reason: str | None = None, on: str | None = None
    ) -> Response:
        """Make a move on the case as it now stands."""
        asked = {"move": move, "data": data or {}, "reason": reason, "on": on}
        return self.post(name, f"/cases/{case}/moves", asked, self.house.case(case).version)


def refusal(answer: Response) -> tuple[int, str]:
    """The status and the code of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]


def faults(answer: Response) -> list[tuple[str, str]]:
    """What is wrong with what was sent."""
    assert refusal(answer) == (422, "data_invalid"), answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def next_of(answer: Response) -> str:
    """The path of the next page, from the Link header."""
    match = re.fullmatch(r'</api/v1(.+)>; rel="next"', answer.headers["Link"])
    assert match is not None, answer.headers["Link"]
    return match[1]
