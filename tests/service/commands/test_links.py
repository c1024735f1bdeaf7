from __future__ import annotations

import json
from typing import Any

import pytest

from service.commands.links import LinkCase, link_case
from service.queries.links import Link, link, links
from service.store.once import Seen
from tests.service.commands.test_comments import last_event
from tests.service.seeds import House
from workflows.errors import DataInvalid, NotFound, RoleMissing


def tie(house: House, name: str, case: str, kind: Any, to: Any) -> Seen:
    return link_case(LinkCase(case=case, asked=lambda: {"kind": kind, "to": to}), house.work(name))


def read(house: House, name: str, case: str) -> tuple[Link, ...]:
    with house.store.reading() as connection:
        return links(connection, house.actor(name), case)


def two(house: House) -> tuple[str, str]:
    return house.bring("admissibility"), house.bring("admissibility")


def test_a_link_is_seen_from_both_sides(house: House) -> None:
    one, other = two(house)
    seen = tie(house, "secretary", one, "parent", house.case(other).reference)
    assert seen.thing_id == f"parent/{other}"
    [there], [back] = read(house, "secretary", one), read(house, "secretary", other)
    assert (there.kind, there.direction, there.to.id) == ("parent", "out", other)
    assert (back.kind, back.direction, back.to.id) == ("parent", "in", one)
    assert there.to.reference == house.case(other).reference
    body = json.loads(last_event(house, one)["body"])
    assert (body["link"], body["linked"]) == ("parent", other)


@pytest.mark.parametrize("kind", ["related", "parent"])
def test_the_same_link_again_changes_nothing(house: House, kind: str) -> None:
    one, other = two(house)
    first = tie(house, "intake", one, kind, other)
    events = house.case(one).events
    assert tie(house, "intake", one, kind, other) == first
    assert (len(read(house, "intake", one)), house.case(one).events) == (1, events)


def test_related_from_the_other_side_is_the_same_link(house: House) -> None:
    one, other = two(house)
    tie(house, "intake", one, "related", other)
    tie(house, "intake", other, "related", one)
    assert [found.direction for found in read(house, "intake", other)] == ["in"]
    with house.store.reading() as connection:
        assert link(connection, house.actor("intake"), other, "related", one).direction == "in"


def test_a_parent_of_each_other_is_two_links(house: House) -> None:
    one, other = two(house)
    tie(house, "intake", one, "parent", other)
    tie(house, "intake", other, "parent", one)
    assert {found.direction for found in read(house, "intake", one)} == {"in", "out"}


def test_only_the_secretariat_links(house: House) -> None:
    one, other = two(house)
    for name in ("officer", "auditor"):
        with pytest.raises(RoleMissing):
            tie(house, name, one, "related", other)
    with pytest.raises(NotFound):
        tie(house, "stranger", one, "related", other)


def test_a_case_that_one_does_not_read_is_not_there(house: House) -> None:
    one = house.bring("admissibility")
    hidden = house.bring("submitted")  # not yet in any working group: `secretary` is an intake and reads it
    tie(house, "secretary", one, "related", hidden)
    draft = house.begin()
    with pytest.raises(DataInvalid) as refused:
        tie(house, "secretary", one, "related", draft)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/to", "unknown_case")]


@pytest.mark.parametrize(
    ("kind", "to", "pointer", "code"),
    [
        ("cousin", "itself", "/kind", "not_a_choice"),
        ("related", "itself", "/to", "the_case_itself"),
        ("related", "OBS-2026-9999", "/to", "unknown_case"),
        ("related", 7, "/to", "wrong_type"),
        ("related", "a\0b", "/to", "text_unclean"),
    ],
)
def test_a_link_without_its_form_is_refused(house: House, kind: str, to: Any, pointer: str, code: str) -> None:
    one = house.bring("submitted")
    with pytest.raises(DataInvalid) as refused:
        tie(house, "intake", one, kind, one if to == "itself" else to)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [(pointer, code)]


def test_the_filer_sees_only_links_to_cases_of_her_own(house: House) -> None:
    mine = house.bring("submitted")
    theirs = house.begin("intake", organisation="BENELUX-SG", language="en")
    house.move("intake", theirs, "submit")
    tie(house, "intake", mine, "related", theirs)
    assert len(read(house, "intake", mine)) == 1
    assert read(house, "officer", mine) == ()
