"""Followers: who asked to hear of a case, or was made to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from service.store.holders import FOLLOWERS
from workflows.recipients import FOLLOWED


def follow(connection: Connection, case: str, person: str, now: datetime) -> None:
    """Let a person hear of a case (its id) from now on; whoever does so already goes on."""
    known = select(FOLLOWERS.c.case_id).where(FOLLOWERS.c.case_id == case, FOLLOWERS.c.person_id == person)
    if connection.execute(known).first() is None:
        row = {"case_id": case, "person_id": person, "since_at": now, "notices": sorted(FOLLOWED)}
        connection.execute(insert(FOLLOWERS), row)


def unfollow(connection: Connection, case: str, person: str) -> None:
    """Let a person hear no more of a case."""
    connection.execute(delete(FOLLOWERS).where(FOLLOWERS.c.case_id == case, FOLLOWERS.c.person_id == person))
