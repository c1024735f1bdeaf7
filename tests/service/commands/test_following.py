"""Following: whoever reads a case may hear of it, and stop hearing of it; it leaves no trace in its history."""

from __future__ import annotations

import pytest

from service.commands.following import FollowCase, UnfollowCase, follow_case, unfollow_case
from service.queries.following import Following, following
from tests.service.seeds import House
from workflows.errors import MoveNotOpen, NotFound


def read(house: House, name: str, case: str) -> Following:
    with house.store.reading() as connection:
        return following(connection, house.actor(name), case)


def test_one_follows_once_however_often_one_asks(house: House) -> None:
    case = house.bring("exploration")
    events = house.case(case).events
    for _ in range(2):
        assert follow_case(FollowCase(case), house.work("secretary")) == case
    assert read(house, "secretary", case) == Following(mine=True, names=("Secretary",))
    assert house.case(case).events == events
    for _ in range(2):
        unfollow_case(UnfollowCase(case), house.work("secretary"))
    assert read(house, "secretary", case) == Following(mine=False, names=())


def test_who_follows_is_told_to_the_secretariat_alone(house: House) -> None:
    case = house.bring("exploration")
    follow_case(FollowCase(case), house.work("officer"))
    assert read(house, "auditor", case).names == ("Officer",)
    assert read(house, "officer", case) == Following(mine=True, names=())


def test_a_case_of_others_is_not_followed(house: House) -> None:
    case = house.bring("exploration")
    with pytest.raises(NotFound):
        follow_case(FollowCase(case), house.work("stranger"))


def test_of_a_draft_there_is_nothing_to_be_heard(house: House) -> None:
    with pytest.raises(MoveNotOpen):
        follow_case(FollowCase(house.begin()), house.work("officer"))
