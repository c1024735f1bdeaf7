"""Sessions of browsers: how long they last, and that they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from service.store.sessions import BrowserSessions
from service.store.tables import PersonRow, SessionRow
from tests.service.seeds import NOW, House

OFFICER = "person-officer"


@pytest.fixture
def sessions(house: House) -> BrowserSessions:
    return BrowserSessions(house.store, idle=timedelta(hours=3), longest=timedelta(hours=12))


def test_a_session_is_known_by_its_name(sessions: BrowserSessions) -> None:
    assert sessions.begin("one", OFFICER, NOW) == NOW + timedelta(hours=12)
    assert sessions.find("one", NOW) == OFFICER
    assert sessions.find("two", NOW) is None


def test_a_session_in_use_lasts_until_its_end(sessions: BrowserSessions) -> None:
    sessions.begin("one", OFFICER, NOW)
    for hours in range(2, 12, 2):
        assert sessions.find("one", NOW + timedelta(hours=hours)) == OFFICER
    assert sessions.find("one", NOW + timedelta(hours=12)) is None


def test_a_session_that_nobody_uses_is_over(sessions: BrowserSessions) -> None:
    sessions.begin("one", OFFICER, NOW)
    assert sessions.find("one", NOW + timedelta(hours=3, minutes=1)) is None


def test_whoever_signs_out_is_out(sessions: BrowserSessions) -> None:
    sessions.begin("one", OFFICER, NOW)
    sessions.end("one")
    assert sessions.find("one", NOW) is None


def test_a_new_session_ends_the_one_before_it_and_forgets_what_is_over(sessions: BrowserSessions, house: House) -> None:
    sessions.begin("old", OFFICER, NOW - timedelta(days=2))
    sessions.begin("one", OFFICER, NOW)
    sessions.begin("two", OFFICER, NOW, instead_of="one")
    with house.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(SessionRow.__table__)).scalar_one() == 1


def test_whoever_may_no_longer_come_in_is_out_at_once(sessions: BrowserSessions, house: House) -> None:
    sessions.begin("one", OFFICER, NOW)
    people = PersonRow.__table__
    with house.store.writing() as connection:
        connection.execute(update(people).where(people.c.id == OFFICER).values(active=False))
    assert sessions.find("one", NOW) is None
