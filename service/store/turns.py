"""Turns: work that transactions do one after the other, whoever asks."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text

LOCK = text("SELECT pg_advisory_xact_lock(:lock)")


def take_turn(connection: Connection, name: str) -> None:
    """Wait until no other transaction has this turn, and keep it until this one ends.

    On SQLite the writing door has made sure of it already.
    """
    if connection.dialect.name == "postgresql":
        digest = hashlib.sha256(f"turn\n{name}".encode()).digest()
        connection.execute(LOCK, {"lock": int.from_bytes(digest[:8], signed=True)})
