"""Ids: UUIDs of version 7, which sort as they were made."""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TAIL_BITS = 62

MOMENTS = 1_000
"""How many moments are remembered: more than commands are under way at once in one process."""

_lock = threading.Lock()
_tails: dict[int, int] = {}  # moment -> the tail of its newest id, the moment that was used last at the end


def new_id(now: datetime) -> str:
    """A new id made at this moment, as text of 36 characters.

    48 bits of milliseconds, 12 bits of what is below them (RFC 9562, 6.2, method 3), 62 random bits. Ids made in
    one process at the very same moment rise too, so the things of one step sort as they were written, whatever other
    threads make meanwhile at moments of their own.
    """
    moment = _moment(now)
    with _lock:
        last = _tails.pop(moment, None)
        # The first one leaves so much room above it that no moment ever uses it up.
        tail = secrets.randbits(TAIL_BITS - 1) if last is None else last + 1 + secrets.randbits(31)
        _tails[moment] = tail
        if len(_tails) > MOMENTS:
            del _tails[next(iter(_tails))]
    upper = moment >> 12 << 16 | 0x7000 | moment & 0xFFF
    digits = f"{upper << 64 | 0b10 << TAIL_BITS | tail:032x}"  # a UUID would be made only to be written out
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _moment(now: datetime) -> int:
    """Milliseconds since 1970 and 12 bits of the rest, as one number."""
    milliseconds, rest = divmod((now - EPOCH) // timedelta(microseconds=1), 1000)
    return milliseconds << 12 | rest * 4096 // 1000


def moment_of(id: str) -> datetime | None:
    """The millisecond in which an id was made; None for what is no id of ours."""
    digits = id.replace("-", "")
    if len(id) != 36 or len(digits) != 32 or digits[12] != "7":
        return None
    try:
        return EPOCH + timedelta(milliseconds=int(digits[:12], 16))
    except (OverflowError, ValueError):
        return None
