"""A database as it stood when the journey was finished (migration 0007), made by the program of that day."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg

DATA = Path(__file__).parent / "data"
REVISION = "0007"
"""What it holds: cases of each procedure in many stages, with every kind of event, letters, digests and a seal."""


def load(url: str) -> None:
    """Fill an empty database with it."""
    kind = "sqlite" if url.startswith("sqlite") else "postgres"
    dump = gzip.decompress((DATA / f"journey-{REVISION}.{kind}.sql.gz").read_bytes()).decode()
    if kind == "sqlite":
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.executescript(dump)
        return
    with psycopg.connect(url.replace("+psycopg", "", 1)) as opened:
        opened.execute(dump.encode())
