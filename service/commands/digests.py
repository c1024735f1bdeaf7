"""Digests: what the offices are told of a week, kept and put into the outbox together."""

from __future__ import annotations

from collections.abc import Sequence

from service.store.digest_rows import ForPerson, keep_digests
from service.store.work import Work


def send_digests(digests: Sequence[ForPerson], work: Work) -> int:
    """Send each digest once per person, organisation and week, all under one seal; says how many are new."""
    with work:
        return keep_digests(work.connection, digests, work.now)
