"""Who reads few cases finds them as everybody else does: the same list, in the same order."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.queries import cases as read
from service.queries import few
from service.queries.case_filters import CaseFilter
from service.queries.cases import list_cases
from service.queries.few import few_cases
from service.store.sight import CASES, Sight
from service.store.tables import FollowerRow
from tests.service.seeds import NOW, TODAY, House

PEOPLE = (
    "officer", "secretary", "other_secretary", "intake", "sg", "auditor", "delegate_be", "adviser", "partner",
    "office_be", "stranger",
)  # fmt: skip


def furnish(house: House) -> None:
    """Cases at several stages, one of which a stranger follows."""
    for stage in ("draft", "submitted", "consultation", "adoption", "resolved"):
        case = house.bring(stage)
    follower = {"case_id": case, "person_id": house.actor("stranger").person, "since_at": NOW, "notices": []}
    with house.store.writing() as connection:
        connection.execute(FollowerRow.__table__.insert(), follower)


def test_no_case_is_left_out_of_the_few(house: House) -> None:
    furnish(house)
    with house.store.reading() as connection:
        for who in PEOPLE:
            actor = house.actor(who)
            readable = set(connection.scalars(select(CASES.c.id).where(Sight(actor).readable())))
            found = few_cases(connection, actor)
            assert found is None or readable <= set(found), who
        assert few_cases(connection, house.actor("sg")) is None  # who reads everything has no few
        assert few_cases(connection, house.actor("stranger")) is not None


def test_few_and_many_give_the_same_list(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(house)
    with house.store.reading() as connection:
        for who in PEOPLE:
            for wanted in (CaseFilter(), CaseFilter(status=("open",)), CaseFilter(q="border")):
                actor = house.actor(who)
                by_few = list_cases(connection, actor, wanted, TODAY, limit=2, count=True)
                with monkeypatch.context() as patched:
                    patched.setattr(read, "few_cases", lambda *_: None)
                    by_many = list_cases(connection, actor, wanted, TODAY, limit=2, count=True)
                    assert list_cases(connection, actor, wanted, TODAY, limit=2, count_to=9).count == by_many.count
                assert by_few == by_many, who


def test_from_a_bound_on_they_are_many(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(house)
    with house.store.reading() as connection:
        assert len(few_cases(connection, house.actor("officer")) or ()) == 5
        monkeypatch.setattr(few, "FEW", 5)
        few._sources.cache_clear()
        try:
            assert few_cases(connection, house.actor("officer")) is None
        finally:
            few._sources.cache_clear()


def test_a_long_list_is_counted_so_far_and_no_further(house: House) -> None:
    for _ in range(4):
        house.bring("submitted")
    with house.store.reading() as connection:
        for who in ("officer", "sg"):
            assert list_cases(connection, house.actor(who), CaseFilter(), TODAY, limit=1, count_to=3).count == 3
            assert list_cases(connection, house.actor(who), CaseFilter(), TODAY, limit=1, count_to=5).count == 4
