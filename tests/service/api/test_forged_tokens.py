"""A forged token opens nothing over HTTP: each is answered as no token at all, and is told no more than that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import anyio
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import insert, select, update
from starlette.requests import Request

from service.api.doors import signed_in
from service.api.refusals import NotSignedIn
from service.auth.keys import signer
from service.auth.tokens import Signer
from service.main import build
from service.settings import Settings
from service.store.tables import PersonRow, SessionRow
from tests.service.api.conftest import PASSWORD, Clock
from tests.service.auth.forgeries import Forger
from tests.service.seeds import NOW, House

ME = "/api/v1/me"
PERSON = "person-officer"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Tokens are looked at before any database is."""
    return sqlite_url


@pytest.fixture
def signs(settings: Settings) -> Signer:
    return signer(settings)


@pytest.fixture
def app(settings: Settings, clock: Clock, house: House) -> FastAPI:
    clock.moment = house.now
    return build(settings, clock)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


def bearing(client: TestClient, *values: str | bytes) -> Response:
    """Ask who I am, with these values of `Authorization`, as many headers as there are values."""
    sent = [(b"authorization", one.encode() if isinstance(one, str) else one) for one in values]
    return client.get(ME, headers=sent)


def test_every_forgery_is_refused_in_the_same_words(client: TestClient, settings: Settings) -> None:
    forger = Forger(str(settings.signing_key), PERSON, NOW)
    honest = forger.signed(forger.header, forger.claims)
    # The forgeries differ from this one in one thing each.
    assert bearing(client, f"Bearer {honest}").status_code == 200
    told: set[str] = set()
    tried = 0
    for name, token in (*forger.all(), *forger.of_nobody()):
        answer = bearing(client, f"Bearer {token}")
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), name
        assert answer.headers["www-authenticate"] == 'Bearer realm="slagboom", error="invalid_token"', name
        told.add(answer.text)
        tried += 1
    assert len(told) == 1, "what was wrong with it is for the log, not for the sender"
    assert tried > 200


def test_a_word_that_only_looks_like_bearer_is_none(client: TestClient, signs: Signer) -> None:
    token = signs.issue(PERSON, NOW)
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert bearing(client, f"{scheme} {token}").status_code == 200
    for scheme in ("Bеarer", "Веarer", "Ｂearer", "Bearer:", "Bearer,", "Beare", "Token", "Basic", "JWT", ""):
        assert bearing(client, f"{scheme} {token}").status_code == 401, scheme
    for between in ("\u00a0", "\u2003", "\u0085", "\u200b", ",", ";", "\t"):
        assert bearing(client, f"Bearer{between}{token}").status_code == 401, repr(between)
        assert bearing(client, f"Bearer {between}{token}").status_code == 401, repr(between)


@pytest.mark.parametrize("space", [b"\xa0", b"\x85", b"\x0b", b"\x1f", b"\t", b"\xff"])
@pytest.mark.parametrize("place", [b"Bearer %b%b", b"Bearer%b %b"])
def test_only_spaces_stand_before_a_token(app: FastAPI, signs: Signer, space: bytes, place: bytes) -> None:
    """As bytes, which the client of the other tests would not send."""
    value = place % (space, signs.issue(PERSON, NOW).encode())
    scope = {"type": "http", "app": app, "headers": [(b"authorization", value)], "path": "/", "query_string": b""}
    with pytest.raises(NotSignedIn):
        anyio.run(signed_in, Request(scope))


def test_two_tokens_are_none(client: TestClient, signs: Signer) -> None:
    """A proxy that looks at the last and a service that looks at the first would speak of two people."""
    mine, hers = (f"Bearer {signs.issue(f'person-{name}', NOW)}" for name in ("officer", "sg"))
    for both in ((mine, hers), (hers, mine), (mine, mine), (mine, ""), ("", mine), ("Basic YTpi", mine)):
        assert bearing(client, *both).status_code == 401
    assert bearing(client, f"{mine}, {hers}").status_code == 401


def test_a_token_elsewhere_than_in_its_header_is_none(client: TestClient, signs: Signer) -> None:
    token = signs.issue(PERSON, NOW)
    for query in ("access_token", "token", "jwt"):
        assert client.get(ME, params={query: token}).status_code == 401
    for name in ("X-Authorization", "Proxy-Authorization", "X-Forwarded-Access-Token", "X-Forwarded-User"):
        assert client.get(ME, headers={name: f"Bearer {token}"}).status_code == 401
    for name in ("token", "access_token", "session"):
        assert client.get(ME, headers={"Cookie": f"{name}={token}"}).status_code == 401


def test_a_token_of_somebody_who_is_gone_is_none_at_once(client: TestClient, signs: Signer, house: House) -> None:
    token = f"Bearer {signs.issue(PERSON, NOW)}"
    assert bearing(client, token).status_code == 200
    people = PersonRow.__table__
    with house.store.writing() as connection:
        connection.execute(update(people).where(people.c.id == PERSON).values(active=False))
    answer = bearing(client, token)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_a_token_ends_with_the_password_by_which_it_was_got(
    client: TestClient, signs: Signer, house: House, password_hash: str
) -> None:
    """Whoever found out the old password is out at once, and so is a browser that was signed in by it."""
    people, sessions = PersonRow.__table__, SessionRow.__table__
    with house.store.writing() as connection:
        connection.execute(update(people).where(people.c.id == PERSON).values(password_hash=password_hash))
        row = {
            "id": "a" * 64,
            "person_id": PERSON,
            "begun_at": NOW,
            "seen_at": NOW,
            "ends_at": NOW + timedelta(hours=8),
        }
        connection.execute(insert(sessions), [row, {**row, "id": "b" * 64, "person_id": "person-sg"}])
    old = f"Bearer {sign_in(client, PASSWORD)}"
    assert bearing(client, old).status_code == 200
    admin = {"Authorization": f"Bearer {signs.issue('person-admin', NOW)}"}
    path = f"/api/v1/people/{PERSON}"
    for change, stands in (({"language": "fr"}, 200), ({"password": "een heel ander wachtwoord"}, 401)):
        etag = client.get(path, headers=admin).headers["ETag"]
        assert client.patch(path, headers=admin | {"If-Match": etag}, json=change).status_code == 200
        assert bearing(client, old).status_code == stands
    assert bearing(client, f"Bearer {sign_in(client, 'een heel ander wachtwoord')}").status_code == 200
    with house.store.reading() as connection:
        assert connection.execute(select(sessions.c.person_id)).scalars().all() == ["person-sg"]


def sign_in(client: TestClient, password: str) -> str:
    form = {"grant_type": "password", "username": "officer@example.org", "password": password}
    return str(client.post("/api/v1/token", data=form).json()["access_token"])


def test_a_token_ends_to_the_second(client: TestClient, signs: Signer, clock: Clock) -> None:
    token = f"Bearer {signs.issue(PERSON, NOW)}"
    clock.moment = NOW + timedelta(seconds=28_804)
    assert bearing(client, token).status_code == 200, "five seconds for the clocks of two machines"
    clock.moment = NOW + timedelta(seconds=28_805)
    assert bearing(client, token).status_code == 401
    clock.moment = NOW - timedelta(seconds=6)
    assert bearing(client, token).status_code == 401
