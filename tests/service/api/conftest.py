"""The service over HTTP on a real database, with people who can sign in and a clock that tests set."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import insert

from service.auth.keys import signer
from service.auth.passwords import hash_password
from service.auth.tokens import Signer, generate_key
from service.main import build
from service.settings import Settings
from service.store.engine import Store
from service.store.ids import new_id
from service.store.tables import MandateRow, OrganisationRow, PersonRow, WorkingGroupRow
from tests.service.api.callers import Callers
from tests.service.seeds import House

MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PASSWORD = "twaalf tekens of meer"
MUNICIPALITY = "NL-GM0980"
WORKING_GROUP = "transport"


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, moment: datetime = MORNING) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def wait(self, **time: float) -> None:
        self.moment += timedelta(**time)


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in. `headers` is what their requests carry."""

    id: str
    email: str
    name: str
    language: str
    token: str
    headers: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="session")
def signing_key() -> str:
    return generate_key()


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Made once: it takes a fifth of a second."""
    return hash_password(PASSWORD)


@pytest.fixture
def settings(database_url: str, signing_key: str, tmp_path: Path) -> Settings:
    return Settings.read(database_url=database_url, signing_key=signing_key, files=tmp_path / "files")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """For what does not depend on the engine: tests take it as their `database_url`."""
    path = tmp_path / "slagboom.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(settings: Settings, clock: Clock) -> FastAPI:
    return build(settings, clock)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A second way into the database of the service, to put rows in and look at them."""
    opened = Store.open(database_url)
    yield opened
    opened.close()


@pytest.fixture
def callers(client: TestClient, house: House, settings: Settings, clock: Clock) -> Callers:
    """The people of the seeds at the service's door."""
    clock.moment = house.now
    return Callers(client, house, signer(settings))


@pytest.fixture
def places(store: Store) -> None:
    """A municipality that files, and a working group."""
    with store.writing() as connection:
        connection.execute(
            insert(OrganisationRow.__table__),
            {"code": MUNICIPALITY, "name": "Gemeente Cranendonck", "kind": "municipality", "country": "NL"},
        )
        connection.execute(insert(WorkingGroupRow.__table__), {"code": WORKING_GROUP, "name": "Mobiliteit"})


@pytest.fixture
def a_person(store: Store, places: None, settings: Settings, clock: Clock, password_hash: str) -> Callable[..., Person]:
    """Puts somebody into the database: `a_person("officer", MUNICIPALITY)`, or without a role for nobody's."""
    signs: Signer = signer(settings)

    def put(
        role: str | None = None,
        organisation: str = "BENELUX-SG",
        working_group: str | None = None,
        *,
        name: str = "Sanne de Wit",
        language: str = "nl",
        active: bool = True,
        starts_on: date | None = None,
        ends_on: date | None = None,
    ) -> Person:
        id = new_id(clock())
        email = f"{id[-12:]}@example.org"
        row: dict[str, Any] = {
            "id": id,
            "email": email,
            "name": name,
            "language": language,
            "password_hash": password_hash,
            "created_at": clock(),
            "active": active,
        }
        with store.writing() as connection:
            connection.execute(insert(PersonRow.__table__), row)
            if role is not None:
                mandate = {
                    "id": new_id(clock()),
                    "person_id": id,
                    "role": role,
                    "organisation": organisation,
                    "working_group": working_group,
                    "starts_on": starts_on,
                    "ends_on": ends_on,
                    "created_at": clock(),
                }
                connection.execute(insert(MandateRow.__table__), mandate)
        token = signs.issue(id, clock(), password_hash)
        return Person(id, email, name, language, token, {"Authorization": f"Bearer {token}"})

    return put
