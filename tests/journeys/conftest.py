"""One service for each database, in which all journeys of a worker take place, as they would in real life."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.demo.journey import Journey
from tests import postgres
from tests.journeys.running import Running, running


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with demo people and the plan of 2023: once on SQLite, once on PostgreSQL."""
    folder: Path = tmp_path_factory.mktemp("service")
    if request.param == "sqlite":
        with running(f"sqlite:///{folder / 'slagboom.db'}", folder) as found:
            yield found
        return
    server = request.getfixturevalue("postgres_server")
    name = f"journey_{secrets.token_hex(8)}"
    address = postgres.for_alchemy(postgres.create_database(server, name, "template0"))
    try:
        with running(address, folder) as found:
            yield found
    finally:
        postgres.drop_database(server, name)


@pytest.fixture
def journey(service: Running) -> Iterator[Journey]:
    """Somebody who travels through the service, and tells nobody. The log holds after every journey."""
    begun = service.journey([])
    yield begun
    begun.close()
    assert "the log holds" in service.slagboom("audit", "verify")
