"""An open store on a fresh database, on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.store.engine import Store


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store.open(database_url)
    yield opened
    opened.close()
