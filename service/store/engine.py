"""The store's two doors: one to read through, one to write through."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import DBAPIError

from service.store.errors import plain, told_plainly
from service.store.migrating import at_head, downgrade, newest_revision, upgrade
from service.store.postgres import LIMITS, postgres_engine
from service.store.sqlite import WriterLock, file_of, sqlite_engine

__all__ = ["Store", "at_head", "downgrade", "upgrade"]

REVISION = text("SELECT version_num FROM alembic_version")

to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
# A page of cases holds hundreds of small lists and mappings; this reads one in a fifth of the time of `json.loads`.
JSON: dict[str, Any] = {"json_serializer": to_json, "json_deserializer": from_json}


class Store:
    """An open database. Opened once by a composition root, used by all its threads.

    `dialect` is sqlite or postgresql.
    """

    def __init__(self, reads: Engine, writes: Engine, turn: Callable[[], AbstractContextManager[None]]) -> None:
        self._reads, self._writes, self._turn = reads, writes, turn
        self.dialect = writes.dialect.name

    @classmethod
    def open(cls, url: str, *, pool_size: int = 10) -> Store:
        """Open the database at this address; nothing connects yet.

        `pool_size`: how many connections each door has, as many as there are threads that use it.
        """
        return _open_sqlite(url, pool_size) if url.startswith("sqlite") else _open_postgres(url, pool_size)

    def close(self) -> None:
        """Close every connection."""
        self._reads.dispose()
        self._writes.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that cannot write; on SQLite all its queries see one moment.

        Raises DatabaseGone, DatabaseBusy or DatabaseUnfit.
        """
        with told_plainly(), self._reads.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in one transaction: committed at the end of the block, rolled back by any exception.

        Raises DatabaseGone, DatabaseBusy, DatabaseFull or DatabaseUnfit; RuntimeError when this thread is writing
        already (SQLite).
        """
        with told_plainly(writing=True), self._turn(), self._writes.begin() as connection:
            yield connection

    def at_head(self) -> bool:
        """Whether the database stands at this program's newest migration. Cheap: for a readiness probe."""
        with self.reading() as connection:
            try:
                found = connection.execute(REVISION).scalar()
            except DBAPIError as error:
                if plain(error) is not None:
                    raise
                return False  # no such table: never migrated
        return bool(found == newest_revision())


def _open_sqlite(url: str, pool_size: int) -> Store:
    address = make_url(url)
    lock = WriterLock(file_of(address))
    reads = sqlite_engine(address, begin="BEGIN", pool_size=pool_size, more=("query_only = ON",), **JSON)
    writes = sqlite_engine(address, begin="BEGIN IMMEDIATE", pool_size=1, **JSON)
    return Store(reads, writes, lock.held)


def _open_postgres(url: str, pool_size: int) -> Store:
    address = make_url(url)
    # Reading needs no transaction of its own (a list is one query), so it pays for no BEGIN and no ROLLBACK.
    reads = postgres_engine(
        address,
        pool_size=pool_size,
        limits=LIMITS | {"default_transaction_read_only": "on"},
        isolation_level="AUTOCOMMIT",
        **JSON,
    )
    writes = postgres_engine(address, pool_size=pool_size, limits=LIMITS, isolation_level="READ COMMITTED", **JSON)
    return Store(reads, writes, nullcontext)
