"""The cast of the journey: who is who, signed in when they first act, and the case that they pass on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from service.demo.journey.client import Answer, Line, Person
from service.demo.journey.telling import Teller


@dataclass(slots=True)
class Cast:
    """Everybody in the journey. `addresses`: from the name of a part to an e-mail address; one password for all."""

    line: Line
    addresses: Mapping[str, str]
    password: str
    today: date
    teller: Teller
    _signed_in: dict[str, Person] = field(default_factory=dict)

    def person(self, part: str) -> Person:
        """Who plays this part."""
        if part not in self._signed_in:
            self._signed_in[part] = Person(self.line, self.addresses[part], self.password)
        return self._signed_in[part]


class Dossier:
    """One case on its way from hand to hand, with the tag of the answer before."""

    def __init__(self, cast: Cast, answer: Answer) -> None:
        """The case as an answer shows it."""
        self._cast = cast
        self._keep(answer)

    @property
    def path(self) -> str:
        """Where the case is."""
        return f"/cases/{self.id}"

    def move(
        self, part: str, move: str, did: str, data: Mapping[str, Any] | None = None, reason: str | None = None
    ) -> None:
        """Somebody makes a move."""
        body = {"move": move, "data": data or {}, "reason": reason, "on": None}
        self._keep(self._cast.person(part).post(f"{self.path}/moves", body, self.etag))
        self.told(part, did)

    def refused(
        self, part: str, move: str, did: str, data: Mapping[str, Any] | None = None, reason: str | None = None
    ) -> None:
        """Somebody tries a move for which it is too early: the answer must be a refusal, and nothing is changed."""
        body = {"move": move, "data": data or {}, "reason": reason, "on": None}
        answer = self._cast.person(part).post(f"{self.path}/moves", body, self.etag, planned=409)
        self.told(part, did)
        self._cast.teller.aside(f"refused, 409 {answer.body['code']}: {answer.body['detail']}")

    def act(self, part: str, act: str, did: str, data: Mapping[str, Any]) -> None:
        """Somebody changes a part of the case."""
        body = {"act": act, "data": data, "reason": None}
        self._keep(self._cast.person(part).post(f"{self.path}/acts", body))
        self.told(part, did)

    def correct(self, part: str, did: str, changes: Mapping[str, Any]) -> None:
        """Somebody corrects the case or gives it to others."""
        self._keep(self._cast.person(part).patch(self.path, changes, self.etag))
        self.told(part, did)

    def read(self, part: str) -> Mapping[str, Any]:
        """The case as somebody reads it now."""
        answer = self._cast.person(part).get(self.path)
        self._keep(answer)
        body: Mapping[str, Any] = answer.body
        return body

    def told(self, part: str, did: str) -> None:
        """Say what was done, and where the case is."""
        self._cast.teller.step(self._cast.person(part), did, self.reference, self.stage)

    def _keep(self, answer: Answer) -> None:
        self.id: str = answer.body["id"]
        self.reference: str | None = answer.body["reference"]
        self.stage: str = answer.body["stage"]
        self.etag = answer.etag
