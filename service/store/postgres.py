"""PostgreSQL: how a connection is set up."""

from __future__ import annotations

import select
import time
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError, InvalidatePoolError

PATIENCE = 10.0  # seconds to wait for a free connection of the pool, and for a lock
LIMITS = {
    "timezone": "UTC",
    "lock_timeout": "10s",
    "statement_timeout": "30s",
    # A command that hangs must not keep its row locks for ever.
    "idle_in_transaction_session_timeout": "60s",
}

GIVEN = {
    "application_name": "slagboom",
    "connect_timeout": "5",
    # A way that swallows everything without a word (a cable, a firewall) is found out within half a minute: the kernel
    # would wait for a quarter of an hour, or two hours where nothing is under way, and each thread would with it.
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}


def postgres_engine(url: URL, *, pool_size: int, limits: dict[str, str], **options: Any) -> Engine:
    """Connections to a PostgreSQL database, each with these limits (names and values of its settings)."""
    engine = create_engine(
        url,
        connect_args={
            **{name: value for name, value in GIVEN.items() if name not in url.query},
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        },
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=PATIENCE,
        pool_use_lifo=True,
        hide_parameters=True,  # an error that is logged must not repeat what people wrote
        **options,
    )
    event.listen(engine, "checkin", _rests)
    event.listen(engine, "checkout", _is_taken)
    return engine


RESTED = "rested_at"
LONGEST_REST = 60.0  # seconds; a firewall on the way may have forgotten a connection that rested longer


def _rests(_connection: Any, record: Any) -> None:
    record.info[RESTED] = time.monotonic()


def _is_taken(connection: Any, record: Any, _fairy: object) -> None:
    """Put a connection that was cut while it rested away; the pool then takes another.

    Whoever cuts a connection says so, and its socket has something to read. To ask the server (the pool's own
    `pre_ping`) would be a round trip for every request.
    """
    rested_at = record.info.get(RESTED)
    if rested_at is None:
        return
    if _has_something_to_read(connection.fileno()):
        raise InvalidatePoolError  # a restart cut the others too
    if time.monotonic() - rested_at > LONGEST_REST:
        raise DisconnectionError


def _has_something_to_read(socket: int) -> bool:
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))
