"""The register: the rows of people, their mandates, organisations and working groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update

from service.store.holders import MANDATES, ORGANISATIONS, PEOPLE
from service.store.loading import WORKING_GROUPS
from service.store.tables import OutboxRow, SessionRow
from workflows.notices import ACCOUNT

OUTBOX = OutboxRow.__table__
SESSIONS = SessionRow.__table__

Row = Mapping[str, Any]

# The lock on the row makes two changes of one thing follow one another; rows that only refer to it need not wait.
PERSON = select(PEOPLE).where(PEOPLE.c.id == bindparam("person")).with_for_update(key_share=True)
PERSON_BY_EMAIL = select(PEOPLE).where(PEOPLE.c.email == bindparam("address")).with_for_update(key_share=True)
MANDATES_OF = select(MANDATES).where(MANDATES.c.person_id == bindparam("person")).order_by(MANDATES.c.id)
ORGANISATION = select(ORGANISATIONS).where(ORGANISATIONS.c.code == bindparam("name")).with_for_update(key_share=True)
WORKING_GROUP = select(WORKING_GROUPS).where(WORKING_GROUPS.c.code == bindparam("name")).with_for_update(key_share=True)
MANDATES_AT = select(MANDATES).where(MANDATES.c.organisation == bindparam("name"))
ANSWERING_FOR = select(ORGANISATIONS.c.code).where(ORGANISATIONS.c.answers_for == bindparam("name"))
ADD_PERSON = insert(PEOPLE)
ADD_MANDATE = insert(MANDATES)
ADD_ORGANISATION = insert(ORGANISATIONS)
ADD_WORKING_GROUP = insert(WORKING_GROUPS)
END_MANDATE = update(MANDATES).where(MANDATES.c.id == bindparam("one")).values(ends_on=bindparam("last_day"))
TELL = insert(OUTBOX)
END_SESSIONS = delete(SESSIONS).where(SESSIONS.c.person_id == bindparam("one"))


def person(connection: Connection, id: str) -> Row | None:
    """The row of a person, locked until the end."""
    return _one(connection, PERSON, {"person": id})


def person_by_email(connection: Connection, email: str) -> Row | None:
    """The row of the person with this e-mail address, locked until the end."""
    return _one(connection, PERSON_BY_EMAIL, {"address": email})


def add_person(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a new person."""
    connection.execute(ADD_PERSON, row)


def change_person(connection: Connection, id: str, values: dict[str, Any]) -> None:
    """Change a person's row, which gets its next version. With the password, what was begun by the old one ends."""
    statement = update(PEOPLE).where(PEOPLE.c.id == bindparam("one"))
    connection.execute(statement.values(version=PEOPLE.c.version + 1, **values), {"one": id})
    if "password_hash" in values or values.get("active") is False:
        connection.execute(END_SESSIONS, {"one": id})


def mandates_of(connection: Connection, person: str) -> Sequence[Row]:
    """Every mandate that a person has or had, the oldest first."""
    return [dict(row) for row in connection.execute(MANDATES_OF, {"person": person}).mappings()]


def add_mandate(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a new mandate."""
    connection.execute(ADD_MANDATE, row)


def end_mandate(connection: Connection, id: str, last_day: date) -> None:
    """Let a mandate hold until this day and no longer."""
    connection.execute(END_MANDATE, {"one": id, "last_day": last_day})


def tell_person(connection: Connection, id: str, context: dict[str, Any], now: datetime) -> None:
    """Put the notice of a change of an account into the outbox. `context` names the person and what changed."""
    row = {"id": id, "notice": ACCOUNT, "roles": [], "context": context, "created_at": now}
    connection.execute(TELL, row)


def organisation(connection: Connection, code: str) -> Row | None:
    """The row of an organisation, locked until the end."""
    return _one(connection, ORGANISATION, {"name": code})


def add_organisation(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a new organisation."""
    connection.execute(ADD_ORGANISATION, row)


def change_organisation(connection: Connection, code: str, values: dict[str, Any]) -> None:
    """Change an organisation's row, which gets its next version."""
    statement = update(ORGANISATIONS).where(ORGANISATIONS.c.code == bindparam("one"))
    connection.execute(statement.values(version=ORGANISATIONS.c.version + 1, **values), {"one": code})


def mandates_at(connection: Connection, organisation: str) -> Sequence[Row]:
    """Every mandate at an organisation, also those that have ended."""
    return [dict(row) for row in connection.execute(MANDATES_AT, {"name": organisation}).mappings()]


def is_answered_for(connection: Connection, organisation: str) -> bool:
    """Does any body answer for this organisation?"""
    return connection.execute(ANSWERING_FOR, {"name": organisation}).first() is not None


def working_group(connection: Connection, code: str) -> Row | None:
    """The row of a working group, locked until the end."""
    return _one(connection, WORKING_GROUP, {"name": code})


def add_working_group(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a new working group."""
    connection.execute(ADD_WORKING_GROUP, row)


def change_working_group(connection: Connection, code: str, name: str) -> None:
    """Change the name of a working group, whose row gets its next version."""
    statement = update(WORKING_GROUPS).where(WORKING_GROUPS.c.code == bindparam("one"))
    connection.execute(statement.values(version=WORKING_GROUPS.c.version + 1, name=name), {"one": code})


def _one(connection: Connection, statement: Select[Any], values: dict[str, str]) -> Row | None:
    found = connection.execute(statement, values).mappings().one_or_none()
    return dict(found) if found is not None else None
