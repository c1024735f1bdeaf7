"""SQLite: how a connection is set up, and the lock that lets one writer in at a time."""

from __future__ import annotations

import fcntl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from service.store.errors import DatabaseBusy, DatabaseUnfit

PATIENCE = 10.0  # seconds that a connection waits for a lock which our own side lock does not know (a backup, a shell)
PRAGMAS = (
    f"busy_timeout = {PATIENCE * 1000:.0f}",  # first, so that the others wait too
    "journal_mode = WAL",
    # An answered command must survive a power cut. In WAL mode NORMAL may lose the last commits.
    "synchronous = FULL",
    "foreign_keys = ON",
    "recursive_triggers = ON",  # so that REPLACE cannot delete an event behind the trigger's back
    "trusted_schema = OFF",
    "cache_size = -8000",
    "temp_store = MEMORY",
)


def file_of(url: URL) -> Path:
    """The file of the database; its folder is made when it is not there."""
    if not url.database or url.database == ":memory:":
        raise ValueError("SQLite needs a file: in memory there is no second connection, and nothing is kept")
    path = Path(url.database).absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def sqlite_engine(url: URL, *, begin: str, pool_size: int, more: tuple[str, ...] = (), **options: Any) -> Engine:
    """Connections to a SQLite file. `begin` is what opens a transaction, `more` further pragmas.

    The driver of Python 3.11 begins transactions by its own lights, too late and never before a SELECT or a DDL
    statement; so it is told not to (`isolation_level=None`), and the transaction is begun here.
    """
    engine = create_engine(
        url,
        connect_args={"isolation_level": None, "timeout": PATIENCE, "cached_statements": 512},
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=PATIENCE,
        pool_use_lifo=True,
        hide_parameters=True,  # an error that is logged must not repeat what people wrote
        **options,
    )

    def prepare(connection: Any, _record: object) -> None:
        for pragma in (*PRAGMAS, *more):
            connection.execute(f"PRAGMA {pragma}")

    def open_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", open_transaction)
    return engine


class Queue:
    """Lets one thread in at a time, in the order in which they came.

    A lock of Python's own goes to whoever happens to run. Of eight threads that moved cases, one in a hundred saw 25
    moves of the others go by before its turn came; in a queue there are seven.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def enter(self, patience: float) -> bool:
        """Wait for the turn for so many seconds; whether it came."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        try:
            came = turn.acquire(timeout=patience)
        except BaseException:  # Ctrl-C: nobody would ever give back a turn that came to a thread that has left
            if not self._withdraw(turn):
                self.leave()
            raise
        return came or not self._withdraw(turn)

    def leave(self) -> None:
        """Give the turn to who has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    def _withdraw(self, turn: threading.Lock) -> bool:
        """Whether it was still waited for; False where the turn came in this very moment."""
        with self._guard:
            if turn not in self._waiting:
                return False
            self._waiting.remove(turn)
            return True


class WriterLock:
    """One writer at a time: the threads of this process by a lock, the processes by `flock` on a side file.

    SQLite's own lock makes the second writer sleep and try again: beside a busy process the worker then waits for
    seconds. `flock` wakes it up at once, and the kernel drops the lock of a process that dies.
    """

    def __init__(self, database: Path, patience: float = 30.0) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._patience = patience
        self._threads = Queue()
        self._holder: int | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the turn.

        Raises DatabaseBusy when the threads before take too long, DatabaseUnfit where the side file cannot be.
        """
        if self._holder == threading.get_ident():
            raise RuntimeError("this thread is writing already; one command is one transaction")
        if not self._threads.enter(self._patience):
            raise DatabaseBusy(f"no turn to write within {self._patience:.0f} s")
        try:
            self._holder = threading.get_ident()
            with self._side() as side:  # closing the file drops the lock
                fcntl.flock(side, fcntl.LOCK_EX)
                yield
        finally:
            self._holder = None
            self._threads.leave()

    def _side(self) -> IO[str]:
        try:
            return self._path.open("a")
        except OSError as error:
            raise DatabaseUnfit(f"nothing can be written beside the database: {error}") from error
