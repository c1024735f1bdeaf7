"""A request that is sent again with its key does nothing new: same status, place and id, the thing as it is now."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import Response

from tests.service.api.callers import Callers, refusal
from tests.service.seeds import OBSTACLE

INSTRUMENT = {"kind": "decision", "number": "M(2015)15", "title": "Vrachtwagens", "language": "nl"}
PERSON = {"name": "Nieuw", "email": "nieuw@example.org", "language": "nl", "password": "twaalf tekens of meer"}
PLACE = {"code": "NL-GM0935", "name": "Gemeente Maastricht", "kind": "municipality", "country": "NL"}


def identity(answer: Response) -> tuple[Any, ...]:
    """What stays the same when a request is sent again."""
    shown = answer.json()
    return answer.status_code, answer.headers.get("Location"), shown.get("id") or shown.get("code")


@pytest.fixture
def case(callers: Callers) -> str:
    return callers.house.bring("consultation")


def test_every_post_with_a_key_happens_once(callers: Callers, case: str) -> None:
    consultation = callers.get("secretary", f"/cases/{case}/consultations").json()["items"][0]["id"]
    other = callers.house.bring("submitted")
    sent: dict[str, tuple[str, dict[str, Any]]] = {
        "/cases": ("officer", dict(OBSTACLE)),
        f"/cases/{case}/comments": ("officer", {"text": "Dank u.", "audience": "shared"}),
        f"/cases/{case}/links": ("intake", {"kind": "related", "to": other}),
        f"/consultations/{consultation}/positions": ("delegate_nl", {"position": "agree"}),
        "/instruments": ("intake", INSTRUMENT),
        "/people": ("admin", PERSON),
        "/organisations": ("admin", PLACE),
        "/working-groups": ("admin", {"code": "water", "name": "Water"}),
    }
    for path, (name, body) in sent.items():
        first = callers.post(name, path, body, key="once")
        assert first.status_code == 201, first.text
        assert first.headers["Location"].startswith("/api/v1/"), path
        again = callers.post(name, path, body, key="once")
        assert identity(again) == identity(first), path
        assert again.headers.get("ETag") == first.headers.get("ETag"), path
        text = next(key for key, value in body.items() if isinstance(value, str))
        changed = {**body, text: f"{body[text]} "}
        assert refusal(callers.post(name, path, changed, key="once")) == (422, "idempotency_mismatch"), path


def test_the_answer_shows_the_thing_as_it_is_now(callers: Callers, case: str) -> None:
    begun = callers.post("officer", "/cases", dict(OBSTACLE), key="begin")
    draft = begun.json()["id"]
    moved = callers.post("officer", f"/cases/{draft}/moves", {"move": "submit"}, 1, key="submit")
    assert moved.status_code == 200
    again = callers.post("officer", "/cases", dict(OBSTACLE), key="begin")
    assert identity(again) == identity(begun)
    assert (again.json(), again.headers["ETag"]) == (moved.json(), moved.headers["ETag"])
    # A known key is looked at before the version: the client may not know the new one.
    assert callers.post("officer", f"/cases/{draft}/moves", {"move": "submit"}, key="submit").json() == moved.json()

    consultation = callers.get("secretary", f"/cases/{case}/consultations").json()["items"][0]["id"]
    path = f"/consultations/{consultation}/positions"
    callers.post("delegate_lu", path, {"position": "abstain"}, key="first")
    callers.post("delegate_lu", path, {"position": "agree"})
    shown = callers.post("delegate_lu", path, {"position": "abstain"}, key="first")
    assert (shown.status_code, shown.json()["position"], shown.json()["superseded"]) == (201, "abstain", True)


def test_a_refusal_is_not_kept(callers: Callers) -> None:
    draft = callers.begin(content={}).json()["id"]
    submit = {"move": "submit"}
    refused = callers.post("officer", f"/cases/{draft}/moves", submit, 1, key="k")
    assert refusal(refused) == (409, "guard_refused")
    assert refused.json()["needs"] == ["content.situation", "content.who_is_hindered"]
    content = {"situation": "…", "who_is_hindered": "…"}
    version = callers.patch("officer", f"/cases/{draft}", {"content": content}, 1).headers["ETag"]
    assert callers.post("officer", f"/cases/{draft}/moves", submit, version, key="k").status_code == 200
