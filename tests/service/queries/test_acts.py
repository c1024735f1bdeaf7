"""Acts and contacts: what somebody may change beside moving a case, and whom one may ask about it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.commands.comments import MakeComment, make_comment
from service.commands.following import FollowCase, follow_case
from service.commands.links import LinkCase, link_case
from service.queries.acts import acts_of
from service.queries.analyses import analyses
from service.queries.holding import contacts, since
from service.queries.links import linked_to
from service.store.following import follow
from tests.service.seeds import TODAY, House
from workflows.errors import NotFound


def may(house: House, name: str, case: str) -> set[str]:
    with house.store.reading() as connection:
        return {one.act for one in acts_of(connection, house.actor(name), case, "nl")}


def test_each_finds_the_acts_of_stage_and_role(house: House) -> None:
    case = house.bring("consultation")
    assert may(house, "secretary", case) == {"correct", "assign", "give_position", "comment", "attach", "link"}
    assert may(house, "delegate_nl", case) == {"give_position", "comment", "attach"}
    assert may(house, "officer", case) == {"comment", "attach"}
    assert may(house, "auditor", case) == set()


def test_who_only_follows_changes_nothing(house: House) -> None:
    case = house.bring("exploration")
    with house.store.writing() as connection:
        follow(connection, case, "person-stranger", house.now)
    assert may(house, "stranger", case) == set()
    assert may(house, "officer", house.begin()) == {"edit", "discard", "comment", "attach"}
    follow_case(FollowCase(case), house.work("stranger"))


def test_the_acts_of_a_case_of_others_are_not_told(house: House) -> None:
    case = house.begin()
    with pytest.raises(NotFound):
        may(house, "secretary", case)


def test_one_asks_the_secretary_of_the_group_or_else_the_intake(house: House) -> None:
    with house.store.reading() as connection:
        found = contacts(connection, house.actor("officer"), ("transport", "energy", "nowhere", None), TODAY)
    assert found == {"transport": "Secretary", "energy": "Other Secretary", "nowhere": "Intake", None: "Intake"}


def test_since_when_a_case_lies_where_it_lies_is_told_to_whoever_reads_it(house: House) -> None:
    case = house.bring("submitted")
    house.now += timedelta(days=3)
    house.bring("admissibility", case)
    with house.store.reading() as connection:
        assert since(connection, house.actor("officer"), [case]) == {case: TODAY + timedelta(days=3)}
        assert since(connection, house.actor("stranger"), [case]) == {}
    house.now += timedelta(days=2)
    said = {"text": "Wat gezegd wordt, is geen stap.", "audience": "shared"}
    make_comment(MakeComment(case=case, asked=lambda: said), house.work("secretary"))
    with house.store.reading() as connection:
        assert since(connection, house.actor("officer"), [case]) == {case: TODAY + timedelta(days=3)}


def test_linked_cases_are_told_from_either_side_to_whoever_reads_both(house: House) -> None:
    one, other = house.bring("exploration"), house.bring("exploration")
    link_case(LinkCase(case=one, asked=lambda: {"kind": "related", "to": other}), house.work("secretary"))
    with house.store.reading() as connection:
        found = linked_to(connection, house.actor("officer"), [one, other])
        assert {case: [linked.id for linked in others] for case, others in found.items()} == {
            one: [other],
            other: [one],
        }
        assert linked_to(connection, house.actor("stranger"), [one, other]) == {}


def test_findings_are_read_together_by_the_secretariat_alone(house: House) -> None:
    case = house.bring("exploration")
    house.analyse(case)
    with house.store.reading() as connection:
        assert [one.country for one in analyses(connection, house.actor("auditor"), case)] == ["BE", "LU", "NL"]
        assert analyses(connection, house.actor("officer"), case) == ()
