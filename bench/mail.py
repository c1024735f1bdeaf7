"""Mail: the letters of the outbox over one connection, against a loop that only sends ready-made messages."""

from __future__ import annotations

import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from bench import ground
from bench.timing import Figure, compare, rate
from notifications.channels import Written
from notifications.channels.smtp import Smtp
from notifications.relay import BATCH, Relay
from service.store.engine import Store
from service.store.outbox import Outbox
from service.worker.post import Post, Taken, Way

KEEPING = 1.0
"""Milliseconds that the server takes for a message, beside what it costs to force it to the disk."""
NETWORK = 1.0
"""Milliseconds to the mail server of another house and back."""
LETTERS = 10 * BATCH
RUNS = 7
CASES = 24
"""Each is told to a hundred secretaries, and some more."""


def measure_here(new_database: ground.NewDatabase) -> Figure:
    """The mail server stands on this machine."""
    return measure(new_database, KEEPING, 0)


def measure_elsewhere(new_database: ground.NewDatabase) -> Figure:
    """The mail server stands in another house of the same town."""
    return measure(new_database, KEEPING, NETWORK)


def measure(new_database: ground.NewDatabase, keeping: float, network: float) -> Figure:
    """Thousands of letters wait; each run sends some hundreds, and the reference as many messages of the same kind."""
    url = new_database(f"mail_{keeping:g}_{network:g}".replace(".", "_"))
    ground.prepare(url, CASES)
    store = Store.open(url)
    try:
        with sink(keeping, network) as port:
            return _compare(store, port)
    finally:
        store.close()


def _compare(store: Store, port: int) -> Figure:
    outbox = Outbox(store, "bench", "bench.example")
    while outbox.expand(_now()):
        pass
    mail_from = "Slagboom <post@bench.example>"
    post = Post(outbox, store, now=_now, public_url="https://bench.example", mail_from=mail_from)
    ready = _ready(outbox, post)
    way = Way(Smtp(f"smtp://127.0.0.1:{port}"))
    relay = Relay(post, way, now=_now)

    def ours(times: int) -> None:
        sent = 0
        while sent < times:
            done = relay.run_once()
            if done.sent != BATCH:
                raise SystemExit(f"the relay did not send what waits: {done}")
            sent += done.sent

    def theirs(times: int) -> None:
        for number in range(times):
            letter, to = ready[number % len(ready)]
            server.sendmail(letter.sender, [to], letter.content)

    with smtplib.SMTP("127.0.0.1", port, "localhost") as server:
        ours(BATCH)
        theirs(BATCH)
        figure = compare(lambda: rate(ours, LETTERS), lambda: rate(theirs, LETTERS), runs=RUNS)
    way.close()
    return figure


def _ready(outbox: Outbox, post: Post) -> list[tuple[Written, str]]:
    """Messages of the same kind, written beforehand; their letters go back to where they waited."""
    taken = outbox.claim(_now(), 2 * BATCH)
    ready = [(Written(post.message(Taken(one.delivery, one.email, 0))), one.email) for one in taken]
    outbox.put_back([one.delivery for one in taken], None, _now())
    return ready


@contextmanager
def sink(keeping: float, network: float) -> Iterator[int]:
    """The mail server, in a process of its own; gives its port."""
    command = [sys.executable, "-m", "bench.sink", str(keeping), str(network)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 (our own program)
    with process:
        yield int(process.stdout.readline() if process.stdout else b"")


def _now() -> datetime:
    return datetime.now(UTC)
