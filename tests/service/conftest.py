"""A seeded store on a fresh database, on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.store.engine import Store
from tests.service.seeds import House, seed


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """People of every role, organisations and working groups in an open store."""
    opened = Store.open(database_url)
    yield seed(opened)
    opened.close()
