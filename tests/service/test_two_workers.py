"""Two workers, each a process of its own, on one database: no letter goes out twice side by side."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from notifications.round import AT_ONCE
from service.store.engine import Store
from service.store.outbox import Outbox
from service.store.tables import DeliveryRow, OutboxRow
from tests.notifications.mail_server import Mailbox, mail_server
from tests.service.seeds import NOW, House

DELIVERIES = DeliveryRow.__table__
LETTERS = 300
HASTY = """
import sys
from datetime import timedelta
import notifications.round
import service.store.outbox
service.store.outbox.LEASE = timedelta(seconds={lease})
notifications.round.HOLD = timedelta(seconds={lease}) / 5
from service.cli import run
run(["worker"])
"""
"""A worker that is as it always is, but for how long its leases are: a test cannot wait for five minutes."""

pytestmark = pytest.mark.timeout(240)


@contextmanager
def worker(database: str, port: int, folder: Path, lease: float = 300) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "SLAGBOOM_DATABASE_URL": database,
        "SLAGBOOM_MAIL_URL": f"smtp://127.0.0.1:{port}",
        "SLAGBOOM_FILES": str(folder / "files"),
    }
    command = [sys.executable, "-c", HASTY.format(lease=lease)]
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
                process.terminate()
            process.wait(30)


@pytest.fixture
def waiting(house: House) -> Store:
    """Hundreds of letters wait: to everybody in turn, that the password was changed."""
    people = ("officer", "intake", "secretary", "sg", "delegate_nl", "auditor")
    rows = [
        {"id": f"outbox-{number:04}", "notice": "account", "roles": [], "created_at": NOW,
         "context": {"person": f"person-{people[number % len(people)]}", "what": "password"}}
        for number in range(LETTERS)
    ]  # fmt: skip
    with house.store.writing() as connection:
        connection.execute(insert(OutboxRow.__table__), rows)
    outbox = Outbox(house.store, "before", "slagboom.example")
    while outbox.expand(NOW):
        pass
    return house.store


def states(store: Store) -> Counter[str]:
    with store.reading() as connection:
        return Counter(connection.scalars(select(DELIVERIES.c.state)))


def until(true: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def copies(mailbox: Mailbox) -> Counter[str]:
    """How often each Message-ID came in."""
    return Counter(str(message_from_bytes(kept.content)["Message-ID"]) for kept in mailbox.kept)


def test_two_workers_send_each_letter_once(waiting: Store, database_url: str, tmp_path: Path) -> None:
    mailbox = Mailbox(slow={"DATA": 0.01})
    with (
        mail_server(mailbox) as port,
        worker(database_url, port, tmp_path),
        worker(database_url, port, tmp_path),
    ):
        until(lambda: states(waiting) == {"sent": LETTERS})
    assert mailbox.connections >= 2
    assert len(copies(mailbox)) == LETTERS
    assert set(copies(mailbox).values()) == {1}


def test_a_worker_that_was_stopped_beyond_its_lease_leaves_what_another_took_up(
    waiting: Store, database_url: str, tmp_path: Path
) -> None:
    mailbox = Mailbox(slow={"DATA": 0.02})
    with mail_server(mailbox) as port, worker(database_url, port, tmp_path, lease=4) as first:
        until(lambda: len(mailbox.kept) > 5)
        first.send_signal(signal.SIGSTOP)
        with worker(database_url, port, tmp_path, lease=4):
            until(lambda: states(waiting) == {"sent": LETTERS})
            first.send_signal(signal.SIGCONT)
            settled = len(mailbox.kept)
            time.sleep(2)
    assert states(waiting) == {"sent": LETTERS}
    assert len(mailbox.kept) <= settled + 1  # the one that was under way when it was stopped
    found = copies(mailbox)
    assert len(found) == LETTERS
    doubles = sum(found.values()) - LETTERS
    assert doubles <= AT_ONCE + 2, found.most_common(3)
    assert max(found.values()) <= 2
