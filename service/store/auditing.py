"""Auditing: every look that there is whether the log, and what hangs on it, is what was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from service.store.chain import Fault, verify
from service.store.dangling import check_named
from service.store.recomputing import check_numbers, recompute
from service.store.resealing import check_seals
from service.store.retelling import check_told

READ_TIMES = 3
"""How often each event is read: for its hash, for where it leaves the case, and for all that it tells."""


def faults_of_log(
    connection: Connection, case_id: str | None = None, progress: Callable[[int], object] = lambda events: None
) -> Iterator[Fault]:
    """Everything that is not as it was written, of one case (its id) or of all; numbers and seals are those of all.

    `progress` is told how many events were read, each time.
    """
    yield from verify(connection, case_id, progress)
    for look in (recompute, check_told):
        for read, found in look(connection, case_id):
            yield from found
            progress(read)
    if case_id is None:
        yield from check_numbers(connection)
        for look_over in (check_seals, check_named):
            yield from _as_far_as_it_reads(look_over(connection))


def _as_far_as_it_reads(faults: Iterator[Fault]) -> Iterator[Fault]:
    """A moment or a content that is none stops a look; that it is none is a fault too."""
    try:
        yield from faults
    except (DBAPIError, TypeError, ValueError):
        yield Fault("seals and digests", None, "what lies in the database cannot be read as it was written")
