"""PostgreSQL: how a connection is set up."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Engine, create_engine

PATIENCE = 10.0  # seconds to wait for a free connection of the pool, and for a lock
LIMITS = {
    "timezone": "UTC",
    "lock_timeout": "10s",
    "statement_timeout": "30s",
    # A command that hangs must not keep its row locks for ever.
    "idle_in_transaction_session_timeout": "60s",
}


def postgres_engine(url: URL, *, pool_size: int, limits: dict[str, str], **options: Any) -> Engine:
    """Connections to a PostgreSQL database, each with these limits (names and values of its settings)."""
    given = {"application_name": "slagboom", "connect_timeout": "5"}
    return create_engine(
        url,
        connect_args={
            **{name: value for name, value in given.items() if name not in url.query},
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        },
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=PATIENCE,
        pool_use_lifo=True,
        hide_parameters=True,  # an error that is logged must not repeat what people wrote
        pool_pre_ping=True,
        **options,
    )
