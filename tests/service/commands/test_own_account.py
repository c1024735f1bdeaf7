"""The own account: another password is taken by who knows the one that stands, and by nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from service.commands.own_account import ChangePassword, change_password
from service.queries.people import account
from service.store.sessions import BrowserSessions
from service.store.tables import OutboxRow
from tests.service.seeds import TODAY, House
from workflows.errors import DataInvalid, Fault


def hashing(password: str) -> str:
    if len(password) < 12:
        raise DataInvalid([Fault("/new", "password_too_short")])
    return f"hash of {password}"


def take(house: House, password: str, instead_of: str | None = None) -> None:
    change_password(ChangePassword(password=password, instead_of=instead_of, hashing=hashing), house.work("officer"))


def kept(house: House) -> str | None:
    with house.store.reading() as connection:
        found = account(connection, "person-officer", TODAY)
    assert found is not None
    return found.password_hash


def told(house: House) -> list[object]:
    with house.store.reading() as connection:
        return list(connection.execute(select(OutboxRow.__table__.c.context)).scalars())


def test_the_other_password_is_kept_and_told_and_ends_what_was_begun(house: House) -> None:
    sessions = BrowserSessions(house.store, idle=timedelta(hours=3), longest=timedelta(hours=12))
    before = kept(house)
    sessions.begin("here", "person-officer", house.now)
    take(house, "vier woorden op rij", before)
    assert kept(house) == "hash of vier woorden op rij"
    assert told(house) == [{"person": "person-officer", "what": "password"}]
    assert sessions.find("here", house.now) is None


def test_a_password_that_cannot_be_kept_changes_nothing(house: House) -> None:
    before = kept(house)
    with pytest.raises(DataInvalid):
        take(house, "te kort", before)
    assert (kept(house), told(house)) == (before, [])


def test_whoever_knew_the_password_before_the_last_one_changes_nothing(house: House) -> None:
    before = kept(house)
    take(house, "vier woorden op rij", before)
    with pytest.raises(DataInvalid) as refused:
        take(house, "nog eens vier woorden", before)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/current", "password_wrong")]
    assert kept(house) == "hash of vier woorden op rij"


def test_a_password_stands_in_no_account_of_what_was_asked() -> None:
    asked = ChangePassword(password="vier woorden op rij", instead_of="hash", hashing=hashing)
    assert "woorden" not in repr(asked)
