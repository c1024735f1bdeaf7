"""The demo people: everybody whom a visitor may want to be, there once however often the demo starts."""

import hashlib
from datetime import UTC, datetime

from sqlalchemy import func, select

from service.auth.passwords import SHORTEST
from service.demo.people import ORGANISATIONS, PASSWORD, PEOPLE, WORKING_GROUPS, seed, table
from service.store.engine import Store
from service.store.tables import MandateRow, OrganisationRow, OutboxRow, PersonRow, WorkingGroupRow
from service.store.work import Work
from workflows.actor import Actor, Role
from workflows.procedures import LANGUAGES

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUSE = Actor(person="", name="demo", language="en", mandates=())


def hashed(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()


def rows(store: Store, table: type) -> int:
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table.__table__)).scalar_one())  # type: ignore[attr-defined]  # every row class has one


def test_everybody_is_there_once_however_often_it_starts(database_url: str) -> None:
    store = Store.open(database_url)
    try:
        seeded = rows(store, OrganisationRow)
        for _ in range(2):
            seed(lambda: Work(store, HOUSE, NOW), hashed)
        assert rows(store, PersonRow) == rows(store, MandateRow) == len(PEOPLE)
        assert rows(store, OrganisationRow) == seeded + len(ORGANISATIONS)
        assert rows(store, WorkingGroupRow) == len(WORKING_GROUPS)
        assert rows(store, OutboxRow) == 0, "nobody is mailed about an account of the demo"
    finally:
        store.close()


def test_there_is_somebody_for_every_role_and_every_language() -> None:
    assert {somebody.role for somebody in PEOPLE} == set(Role)
    assert {somebody.language for somebody in PEOPLE} == set(LANGUAGES)
    assert len({somebody.email for somebody in PEOPLE}) == len({somebody.name for somebody in PEOPLE}) == len(PEOPLE)


def test_the_password_may_be_used_and_whom_to_be_is_printed() -> None:
    assert len(PASSWORD) >= SHORTEST
    lines = list(table())
    assert [line.split()[0] for line in lines] == [somebody.email for somebody in PEOPLE]
    assert max(map(len, lines)) <= 120
