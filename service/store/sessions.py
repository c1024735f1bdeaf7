"""Sessions of browsers, shared by all processes; the secret itself is never kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select, update

from service.store.engine import Store
from service.store.tables import PersonRow, SessionRow

SESSIONS = SessionRow.__table__
PEOPLE = PersonRow.__table__

SEEN_EVERY = timedelta(minutes=5)
"""A session notes that it is in use no more often: a page that only reads should not write each time."""

FIND = (
    select(SESSIONS.c.person_id, SESSIONS.c.seen_at, SESSIONS.c.ends_at)
    .join(PEOPLE, PEOPLE.c.id == SESSIONS.c.person_id)
    .where(SESSIONS.c.id == bindparam("one"), PEOPLE.c.active)
)
BEGIN = insert(SESSIONS)
TOUCH = update(SESSIONS).where(SESSIONS.c.id == bindparam("one")).values(seen_at=bindparam("moment"))
END = delete(SESSIONS).where(SESSIONS.c.id == bindparam("one"))
END_ALL = delete(SESSIONS).where(SESSIONS.c.person_id == bindparam("person"))
FORGET = delete(SESSIONS).where(SESSIONS.c.ends_at <= bindparam("now", type_=SESSIONS.c.ends_at.type))


class BrowserSessions:
    """The sessions that hold. `name`s are digests of secrets; `idle` and `longest` say how long one lasts."""

    def __init__(self, store: Store, *, idle: timedelta, longest: timedelta) -> None:
        self._store, self._idle, self._longest = store, idle, longest

    def begin(self, name: str, person: str, now: datetime, *, instead_of: str | None = None) -> datetime:
        """Begin a session and forget those that are over. Gives when it ends at the latest."""
        ends_at = now + self._longest
        with self._store.writing() as connection:
            connection.execute(FORGET, {"now": now})
            if instead_of is not None:
                connection.execute(END, {"one": instead_of})
            row = {"id": name, "person_id": person, "begun_at": now, "seen_at": now, "ends_at": ends_at}
            connection.execute(BEGIN, row)
        return ends_at

    def find(self, name: str, now: datetime) -> str | None:
        """The person of this session, if it still holds and the person may still come in."""
        with self._store.reading() as connection:
            row = connection.execute(FIND, {"one": name}).one_or_none()
        if row is None or now >= row.ends_at or now - row.seen_at > self._idle:
            return None
        if now - row.seen_at > SEEN_EVERY:
            with self._store.writing() as connection:
                connection.execute(TOUCH, {"one": name, "moment": now})
        return str(row.person_id)

    def end(self, name: str) -> None:
        """Sign out."""
        with self._store.writing() as connection:
            connection.execute(END, {"one": name})

    def end_all(self, person: str) -> None:
        """Sign the person out in every browser."""
        with self._store.writing() as connection:
            connection.execute(END_ALL, {"person": person})
