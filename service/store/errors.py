"""What can go wrong with a database, each in one clear line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# SQLSTATE: lock not available, cancelled for taking too long, serialization failure, deadlock
BUSY = {"55P03", "57014", "40001", "40P01"}
# SQLSTATE: disk full
FULL = "53100"
# SQLSTATE: a transaction that may only read (the server is a copy of another, or was told so)
READ_ONLY = "25006"
# SQLite: no database, damaged, not ours to open, the disk fails
UNFIT = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR}
# SQLSTATE: shut down, crashed, starting up, idle in a transaction for too long, too many connections
CUT = {"57P01", "57P02", "57P03", "25P03", "53300"}


class StoreFailed(Exception):
    """The database cannot be used; the message is for the operator."""


class DatabaseGone(StoreFailed):
    """The connection to the database was cut or cannot be made. The next one may work."""


class DatabaseBusy(StoreFailed):
    """The database did not get to it in time; the same request may be tried again."""


class DatabaseFull(StoreFailed):
    """There is no room for what was to be kept. Nothing of it was, and reading goes on."""


class DatabaseForeign(StoreFailed):
    """The database holds tables that are not ours, and no record of our migrations."""


class DatabaseNewer(StoreFailed):
    """The database was migrated by a newer version of the program."""


class DatabaseUnfit(StoreFailed):
    """What is there cannot be used as it is: no database at all, a damaged or a read-only one, an unknown option."""


class ReferenceBroken(StoreFailed):
    """A migration would have left a row that points nowhere; nothing of it was kept."""


@contextmanager
def told_plainly(*, writing: bool = False) -> Iterator[None]:
    """Turn what the driver says of a lost, overloaded, full or unfit database into one of these.

    `writing`: here the database ought to be written to, so that a read-only one is unfit.
    """
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseBusy("every connection to the database is in use") from error
    except DBAPIError as error:
        failure = plain(error)
        if failure is None and writing and is_read_only(error):
            failure = DatabaseUnfit(f"the database is read-only: {_message(error)}")
        if failure is None:
            raise
        raise failure from error


def plain(error: DBAPIError) -> StoreFailed | None:
    """What a driver's error means for who waits; None where it is about the statement itself."""
    message = _message(error)
    if is_cut(error):
        return DatabaseGone(f"no connection to the database: {message}")
    if is_late(error):
        return DatabaseBusy(f"the database is busy: {message}")
    if is_full(error):
        return DatabaseFull(f"no room is left for the database: {message}")
    if is_unfit(error):
        return DatabaseUnfit(f"the database cannot be used: {message}")
    return None


def is_cut(error: DBAPIError) -> bool:
    """Whether the connection itself was lost, or could not be made."""
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_code(error.orig) == sqlite3.SQLITE_CANTOPEN
    state = getattr(error.orig, "sqlstate", None)
    # What the server says has a state; what has none was said by the driver, of the connection.
    return error.connection_invalidated or state in CUT or (state is None and isinstance(error, OperationalError))


def is_late(error: DBAPIError) -> bool:
    """Whether somebody else held a lock for too long, or the statement took too long."""
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_code(error.orig) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return getattr(error.orig, "sqlstate", None) in BUSY


def is_full(error: DBAPIError) -> bool:
    """Whether the disk, or what the database may have of it, is full."""
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_code(error.orig) == sqlite3.SQLITE_FULL
    return getattr(error.orig, "sqlstate", None) == FULL


def is_unfit(error: DBAPIError) -> bool:
    """Whether what is there is no database, or its address is none that the driver understands."""
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_code(error.orig) in UNFIT
    # The driver itself refused, before there was a connection to run a statement on.
    return error.statement is None and getattr(error.orig, "sqlstate", None) is None


def is_read_only(error: DBAPIError) -> bool:
    """Whether something was to be written where nothing can be."""
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_code(error.orig) == sqlite3.SQLITE_READONLY
    return getattr(error.orig, "sqlstate", None) == READ_ONLY


def _message(error: DBAPIError) -> str:
    return " ".join(str(error.orig).split())


def _sqlite_code(error: sqlite3.Error) -> int:
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF  # the low byte; the rest tells variants apart
