"""A database, and units of work of the house itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from service.commands.imports import IMPORTER, Works
from service.store.engine import Store
from service.store.work import Work

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store.open(database_url)
    yield opened
    opened.close()


@pytest.fixture
def works(store: Store) -> Works:
    return lambda: Work(store, IMPORTER, NOW)
