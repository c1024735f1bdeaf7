"""Limits: how much of the service one person, and all people together, may take at once."""

from __future__ import annotations

import math
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager

PER_MINUTE = 1_000
WINDOW = 60.0  # seconds
BODIES = 20
"""Bodies that one person may be sending at once: a browser opens six connections, a client that sends side by side ten.
"""
REMEMBERED = 10_000  # people; the one who was silent longest is forgotten first


class Pace:
    """How many requests each person made in the last minute, in this process.

    A moving window: of any sixty seconds, whenever they begin, no more than `limit` requests are let in. (The
    memory store of `limits` starts a thread every ten milliseconds to forget; here forgetting is part of asking.)
    """

    def __init__(self, limit: int = PER_MINUTE, window: float = WINDOW) -> None:
        self._limit, self._window = limit, window
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, person: str, moment: float) -> int:
        """Count one request at this moment (seconds of a clock that never goes back).

        0 when it may go on; else the seconds after which the next one may. A refused request is not counted.
        """
        with self._lock:
            moments = self._moments(person)
            while moments and moments[0] <= moment - self._window:
                moments.popleft()
            if len(moments) >= self._limit:
                return max(1, math.ceil(moments[0] + self._window - moment))
            moments.append(moment)
            return 0

    def _moments(self, person: str) -> deque[float]:
        moments = self._seen.get(person)
        if moments is None:
            moments = self._seen[person] = deque()
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
        self._seen.move_to_end(person)
        return moments


class Arrivals:
    """How many bodies each person is sending now, in this process.

    A body that arrives holds a connection and what of it is here already; so one person may have only so many.
    Used by the event loop alone.
    """

    def __init__(self, limit: int = BODIES) -> None:
        self._limit = limit
        self._now: Counter[str] = Counter()

    @contextmanager
    def one_of(self, person: str) -> Iterator[bool]:
        """While it arrives. Is it one of those that may?"""
        fits = self._now[person] < self._limit
        self._now[person] += fits
        try:
            yield fits
        finally:
            self._now[person] -= fits
            if not self._now[person]:
                del self._now[person]
