"""Visits: the inbox says what is new since a person was last there."""

from __future__ import annotations

from service.store.visits import VISIT, keep_visit
from service.store.work import Work


def visit_inbox(work: Work) -> None:
    """The actor is at the inbox. What was new when this visit began stays new until it ends."""
    with work:
        keep_visit(work.connection, work.actor.person, work.now, work.now - VISIT)
