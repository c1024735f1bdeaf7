"""The inbox takes as many queries for one case as for thirty, and counts what it does not show."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from service.commands.visits import visit_inbox
from service.queries import inbox as queries_inbox
from service.queries import inbox_groups
from service.queries.inbox import Group, Visit, inbox, last_visit
from service.queries.inbox_groups import GROUPS
from service.queries.waiting import waits_for_actor
from service.store.sight import CASES, Sight
from tests.service.queries.test_constant_queries import counting
from tests.service.seeds import NOW, TODAY, House


def looked_at(house: House, who: str, limit: int = 25) -> tuple[dict[str, Group], int]:
    """The groups of somebody's inbox, and how many queries that took."""
    with house.store.reading() as connection, counting(connection) as seen:
        groups = inbox(connection, house.actor(who), TODAY, NOW - timedelta(days=1), dict.fromkeys(GROUPS, limit))
    return {one.name: one for one in groups}, len(seen)


def test_its_queries_do_not_grow_with_its_lines(house: House) -> None:
    house.bring("consultation")
    _, few = looked_at(house, "delegate_be")
    for _ in range(5):
        house.bring("consultation")
    groups, many = looked_at(house, "delegate_be")
    assert (few, many) == (10, 10)
    assert [one.what for line in groups["mine"].lines for one in line.asks] == ["delegations"] * 6
    shown, _ = looked_at(house, "delegate_be", limit=2)
    assert (len(shown["mine"].lines), shown["mine"].count) == (2, 6)


def test_what_only_needs_an_eye_is_counted_less_far(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries_inbox, "GLANCED", 2)
    for _ in range(4):
        house.bring("consultation")
    groups, _ = looked_at(house, "secretary", limit=1)
    assert (groups["new"].count, groups["new"].more) == (2, True)
    groups, _ = looked_at(house, "secretary", limit=3)  # asked for as a whole
    assert (groups["new"].count, groups["new"].more) == (4, False)
    groups, _ = looked_at(house, "delegate_be", limit=1)
    assert (groups["mine"].count, groups["mine"].more) == (4, False)


def test_what_to_do_first_takes_one_query_for_all_lines(house: House) -> None:
    house.bring("exploration")
    _, few = looked_at(house, "secretary")
    for stage in ("exploration", "consultation", "drafting", "drafting"):
        house.bring(stage)
    groups, many = looked_at(house, "secretary")
    assert few == many
    firsts = [line.first for line in groups["mine"].lines]
    assert [(one.act, one.needs) for one in firsts if one is not None] == [
        ("analyse", ("BE", "LU", "NL")),
        ("analyse", ("BE", "LU", "NL")),
        ("write_text", ("nl", "fr")),
        ("write_text", ("nl", "fr")),
    ]


def test_a_case_stands_in_one_group_alone(house: House) -> None:
    for stage in ("submitted", "admissibility", "consultation", "implementation", "resolved"):
        house.bring(stage)
    for who in ("secretary", "intake", "sg", "delegate_be", "office_be", "adviser"):
        groups, _ = looked_at(house, who)
        ids = [line.id for one in groups.values() for line in one.lines]
        assert len(ids) == len(set(ids))


def test_few_cases_and_many_lead_to_the_same_inbox(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for stage in ("consultation", "consultation", "common_position", "adoption", "implementation", "resolved"):
        house.bring(stage)
    for who in ("delegate_be", "adviser", "office_be", "secretary", "sg"):
        few, _ = looked_at(house, who)
        with monkeypatch.context() as patched:
            patched.setattr(inbox_groups, "few_cases", lambda *_: None)
            many, _ = looked_at(house, who)
        assert few == many, who
        assert {line.id for line in few["mine"].lines} == waiting(house, who)


def test_what_is_asked_is_what_waits(house: House) -> None:
    for stage in ("submitted", "consultation", "common_position", "adoption", "implementation", "resolved"):
        house.bring(stage)
    for who in ("delegate_be", "office_be", "secretary", "sg", "adviser"):
        groups, _ = looked_at(house, who)
        assert {line.id for line in groups["mine"].lines} == waiting(house, who), who


def waiting(house: House, who: str) -> set[str]:
    """Every case that waits for somebody, asked of each case by itself."""
    sight = Sight(house.actor(who))
    statement = select(CASES.c.id).where(waits_for_actor(sight), sight.readable())
    with house.store.reading() as connection:
        return set(connection.scalars(statement))


def test_a_visit_ends_after_half_an_hour_elsewhere(house: House) -> None:
    def visited() -> Visit | None:
        with house.store.reading() as connection:
            return last_visit(connection, house.actor("sg"))

    assert visited() is None
    visit_inbox(house.work("sg"))
    assert visited() == Visit(NOW, None)
    house.now += timedelta(minutes=29)
    visit_inbox(house.work("sg"))
    assert visited() == Visit(house.now, None)
    before, house.now = house.now, house.now + timedelta(minutes=31)
    visit_inbox(house.work("sg"))
    assert visited() == Visit(house.now, before)
