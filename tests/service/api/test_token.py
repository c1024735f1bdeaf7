"""Signing in, and who somebody then is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from service.store.engine import Store
from service.store.tables import PersonRow, SignInRow
from tests.service.api.conftest import MORNING, MUNICIPALITY, PASSWORD, Clock, Person

PEOPLE = PersonRow.__table__
SIGN_INS = SignInRow.__table__


def sign_in(client: TestClient, email: str, password: str = PASSWORD, **more: Any) -> Any:
    form = {"grant_type": "password", "username": email, "password": password}
    return client.post("/api/v1/token", data=form, **more)


def test_an_address_and_a_password_become_a_token(client: TestClient, a_person: Callable[..., Person]) -> None:
    person = a_person("officer", MUNICIPALITY)
    answer = sign_in(client, f" {person.email.upper()} ")
    assert answer.status_code == 200
    assert answer.json() | {"access_token": ""} == {"access_token": "", "token_type": "bearer", "expires_in": 28_800}
    me = client.get("/api/v1/me", headers={"Authorization": f"bearer {answer.json()['access_token']}"})
    assert me.json()["person"] == {"id": person.id, "name": "Sanne de Wit", "email": person.email}


def test_me_shows_the_mandates_that_hold_today(
    client: TestClient, a_person: Callable[..., Person], clock: Clock
) -> None:
    person = a_person("officer", MUNICIPALITY, language="fr", starts_on=date(2026, 1, 1), ends_on=date(2026, 11, 24))
    me = client.get("/api/v1/me", headers=person.headers).json()
    (mandate,) = me["mandates"]
    assert me["language"] == "fr"
    assert mandate.pop("id")
    assert mandate == {
        "role": "officer",
        "organisation": MUNICIPALITY,
        "working_group": None,
        "from": "2026-01-01",
        "until": "2026-11-24",
    }
    clock.moment = datetime(2026, 11, 24, 22, 59, tzinfo=UTC)  # one minute before midnight in Brussels
    later = sign_in(client, person.email).json()["access_token"]
    shown = client.get("/api/v1/me", headers={"Authorization": f"Bearer {later}"}).json()
    assert len(shown["mandates"]) == 1
    clock.wait(minutes=1)
    shown = client.get("/api/v1/me", headers={"Authorization": f"Bearer {later}"}).json()
    assert shown["mandates"] == []


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}])
def test_without_a_token_nobody_is_signed_in(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.get("/api/v1/me", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert answer.headers["www-authenticate"].startswith("Bearer ")


def test_a_token_that_is_not_good_is_refused(client: TestClient, a_person: Callable[..., Person], clock: Clock) -> None:
    person = a_person()
    answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {person.token[:-4]}AAAA"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    clock.wait(hours=9)
    assert client.get("/api/v1/me", headers=person.headers).status_code == 401


def test_who_is_no_longer_active_is_out_at_once(
    client: TestClient, a_person: Callable[..., Person], store: Store
) -> None:
    person = a_person("officer", MUNICIPALITY)
    assert client.get("/api/v1/me", headers=person.headers).status_code == 200
    with store.writing() as connection:
        connection.execute(update(PEOPLE).where(PEOPLE.c.id == person.id).values(active=False))
    assert client.get("/api/v1/me", headers=person.headers).status_code == 401
    assert sign_in(client, person.email).json()["code"] == "sign_in_refused"


def test_a_wrong_address_and_a_wrong_password_look_the_same(
    client: TestClient, a_person: Callable[..., Person]
) -> None:
    wrong = sign_in(client, a_person().email, "een ander wachtwoord", headers={"Accept-Language": "nl"})
    unknown = sign_in(client, "nobody@example.org", headers={"Accept-Language": "nl"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "sign_in_refused"
    assert wrong.json()["title"] == "Aanmelden is niet gelukt"


@pytest.fixture
def fast_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checking a real password takes a fifth of a second, which shows nothing new the eleventh time."""
    monkeypatch.setattr("service.auth.sign_in.verify", lambda text, stored: stored is not None and text == PASSWORD)


@pytest.mark.usefixtures("fast_passwords")
def test_more_than_ten_failed_tries_in_five_minutes_are_too_many(
    client: TestClient, a_person: Callable[..., Person], clock: Clock, store: Store
) -> None:
    person = a_person()
    for _ in range(10):
        assert sign_in(client, person.email, "geraden wachtwoord").status_code == 401
        clock.wait(seconds=6)
    assert sign_in(client, person.email).status_code == 200, "ten failed ones are not more than ten"
    many = sign_in(client, person.email, "geraden wachtwoord")
    assert (many.status_code, many.json()["code"]) == (429, "too_many")
    assert 230 <= int(many.headers["retry-after"]) <= 240
    assert sign_in(client, person.email).status_code == 429, "now the right one is not looked at either"
    assert sign_in(client, a_person().email).status_code == 200, "other people sign in"
    clock.wait(seconds=int(many.headers["retry-after"]))
    assert sign_in(client, person.email).status_code == 200
    clock.wait(minutes=6)
    sign_in(client, person.email)
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(SIGN_INS)).scalar_one() == 1, "old tries are gone"


@pytest.mark.usefixtures("fast_passwords")
def test_a_clock_that_ran_ahead_and_was_set_back_locks_nobody_out(
    client: TestClient, a_person: Callable[..., Person], clock: Clock
) -> None:
    person = a_person()
    clock.wait(days=3)
    assert [sign_in(client, person.email, "geraden wachtwoord").status_code for _ in range(11)][-1] == 429
    clock.wait(days=-3)
    assert sign_in(client, person.email).status_code == 200


@pytest.mark.usefixtures("fast_passwords")
def test_an_address_that_nobody_has_is_counted_too(client: TestClient) -> None:
    statuses = [sign_in(client, "nobody@example.org", "geraden wachtwoord").status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2


@pytest.mark.parametrize(
    ("form", "pointer", "code"),
    [
        ({"grant_type": "password", "password": "x"}, "/username", "missing"),
        ({"grant_type": "password", "username": "x"}, "/password", "missing"),
        ({"username": "x", "password": "x"}, "/grant_type", "missing"),
        ({"grant_type": "client_credentials", "username": "x", "password": "x"}, "/grant_type", "not_a_choice"),
        ({"grant_type": "password", "username": "x" * 2000, "password": "x"}, "/username", "too_long"),
    ],
)
def test_a_form_that_is_not_whole_says_what_is_missing(
    client: TestClient, form: dict[str, str], pointer: str, code: str
) -> None:
    answer = client.post("/api/v1/token", data=form)
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]


def test_only_a_form_is_taken(client: TestClient) -> None:
    assert client.post("/api/v1/token", json={"grant_type": "password"}).json()["code"] == "media_type"
    broken = client.post(
        "/api/v1/token", content=b"username=%ff", headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert (broken.status_code, broken.json()["code"]) == (400, "broken_form")


@pytest.mark.parametrize("username", ["a\0b@example.org", "x" * 400, "' OR 1=1 --", "\U0001f600"])
def test_an_odd_address_is_nobody(client: TestClient, username: str) -> None:
    assert sign_in(client, username).json()["code"] == "sign_in_refused"


def test_a_token_is_good_for_eight_hours(client: TestClient, a_person: Callable[..., Person], clock: Clock) -> None:
    person = a_person()
    clock.moment = MORNING + timedelta(hours=8) - timedelta(seconds=1)
    assert client.get("/api/v1/me", headers=person.headers).status_code == 200
