"""How much one person may take, and how large and how slow what is sent may be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.requests import Request

from service.api import body
from service.api.body import MOST, MOST_UPLOADED, Sent, body_of, upload_of
from service.api.limits import REMEMBERED, Pace
from service.api.refusals import BrokenJson, MediaType, TooLarge, TooSlow
from tests.service.api.conftest import Person


def test_a_minute_moves_along_with_the_requests() -> None:
    pace = Pace(limit=3, window=60)
    assert [pace.wait("a", moment) for moment in (0, 10, 20)] == [0, 0, 0]
    assert pace.wait("a", 30) == 30
    assert pace.wait("a", 59.9) == 1
    assert pace.wait("b", 30) == 0, "another person has another minute"
    assert pace.wait("a", 60) == 0, "the first request is a minute ago"
    assert pace.wait("a", 60) == 10
    assert pace.wait("a", 70) == 0, "refused requests were not counted"


def test_the_longest_silent_people_are_forgotten() -> None:
    pace = Pace(limit=1)
    for number in range(REMEMBERED + 1):
        pace.wait(f"person-{number}", 0)
    assert pace.wait("person-0", 0) == 0
    assert pace.wait(f"person-{REMEMBERED}", 0) == 60


def test_a_thousand_requests_a_minute_and_no_more(
    app: FastAPI, client: TestClient, a_person: Callable[..., Person]
) -> None:
    eager, other = a_person(), a_person()
    for _ in range(999):
        app.state.doors.pace.wait(eager.id, 0)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("service.api.doors.time.monotonic", lambda: 1.0)
        assert client.get("/api/v1/me", headers=eager.headers).status_code == 200
        many = client.get("/api/v1/me", headers=eager.headers)
        assert (many.status_code, many.json()["code"]) == (429, "too_many")
        assert many.headers["retry-after"] == "59"
        assert "59 seconden" in many.json()["detail"]
        assert client.get("/api/v1/me", headers=other.headers).status_code == 200


class Anything(Sent):
    text: str = ""


def request(chunks: Iterator[bytes], pause: float = 0.0, **headers: str) -> Request:
    """A request whose body arrives chunk by chunk."""
    named = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause)
        chunk = next(chunks, None)
        return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

    listed = [(name.encode(), value.encode()) for name, value in named.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": listed}, receive)


def endless(read: list[int]) -> Iterator[bytes]:
    """A body without an end; `read` counts how much of it was taken."""
    while True:
        read.append(64 * 1024)
        yield b"x" * 64 * 1024


def test_reading_stops_at_the_limit_whatever_the_headers_say() -> None:
    read: list[int] = []
    taken = asyncio.run(body_of(request(endless(read), content_length="12")))
    assert sum(read) <= MOST + 2 * 64 * 1024
    with pytest.raises(TooLarge):
        taken.read(Anything)


@pytest.mark.parametrize("declared", [str(MOST + 1), "9" * 5000])
def test_what_is_declared_too_large_is_not_read_at_all(declared: str) -> None:
    read: list[int] = []
    taken = asyncio.run(body_of(request(endless(read), content_length=declared)))
    assert read == []
    with pytest.raises(TooLarge):
        taken.read(Anything)


def test_exactly_the_limit_is_taken() -> None:
    content = b'{"text": "' + b"x" * (MOST - 12) + b'"}'
    assert len(content) == MOST
    assert len(asyncio.run(body_of(request(iter([content])))).read(Anything).text) == MOST - 12


def test_a_body_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "SLOWEST", 0.02)
    taken = asyncio.run(body_of(request(iter([b"{", b"}"]), pause=5)))
    with pytest.raises(TooSlow):
        taken.read(Anything)


def test_a_sender_who_went_away_has_sent_nothing() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    gone = Request(
        {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-type", b"application/json")]}, receive
    )
    with pytest.raises(BrokenJson):
        asyncio.run(body_of(gone)).read(Anything)


def test_what_is_wrong_is_said_in_the_order_of_the_contract() -> None:
    taken = asyncio.run(body_of(request(endless([]), content_type="text/plain")))
    with pytest.raises(MediaType):
        taken.read(Anything)


def test_an_upload_stops_at_its_limit() -> None:
    start = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    read: list[int] = []

    def chunks() -> Iterator[bytes]:
        yield start
        yield from endless(read)

    async def take() -> None:
        stream: AsyncIterator[Any] = upload_of(request(chunks(), content_type="multipart/form-data; boundary=x"))
        async for upload in stream:
            with pytest.raises(TooLarge):
                upload.read(Anything)

    asyncio.run(take())
    assert sum(read) <= MOST_UPLOADED + 2 * 64 * 1024


def test_too_large_closes_the_connection(client: TestClient, a_person: Callable[..., Person]) -> None:
    answer = client.post(
        "/api/v1/token", content=b"x" * (MOST + 1), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["connection"] == "close"
    assert "1 MiB" in answer.json()["detail"]
