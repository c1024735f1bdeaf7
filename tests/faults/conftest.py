"""A seed that a failure tells, an installation to attack over HTTP, and a store to attack from inside."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.store.engine import Store
from tests.faults.mailroom import Mailroom, mailroom
from tests.faults.processes import Site, site
from tests.service.seeds import House
from tests.service.seeds import seed as settle

SEED = "SLAGBOOM_TEST_SEED"


@pytest.fixture
def seed() -> int:
    """What chance is made from: another one each time, printed with a failure; name it to see the same again."""
    chosen = int(os.environ.get(SEED) or secrets.randbits(32))
    sys.stdout.write(f"{SEED}={chosen}\n")  # pytest shows it with a failure only
    return chosen


@pytest.fixture
def post() -> Iterator[Mailroom]:
    """A mail server that takes everything, and takes a moment to say so."""
    with mailroom(delay=0.01) as room:
        yield room


@pytest.fixture
def at(tmp_path: Path, empty_database_url: str, post: Mailroom) -> Iterator[Site]:
    """An installation on an empty database; nothing runs there yet."""
    with site(tmp_path / "site", empty_database_url, post.url) as opened:
        yield opened


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """People of every role, organisations and working groups in an open store."""
    opened = Store.open(database_url)
    yield settle(opened)
    opened.close()
