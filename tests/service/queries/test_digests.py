"""The digest: every number is that of the list behind it, for several weeks; nothing to say, no mail."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update
from starlette.requests import Request

from service.api.case_filters import AskedList, asked_list
from service.queries import digests
from service.queries.cases import list_cases
from service.queries.digests import Office, compose, compose_all, monday_of, offices, week_of
from service.store.outbox import Outbox
from service.store.sight import CASES
from service.store.tables import DeliveryRow, DigestRow, FollowerRow
from service.worker.digests import is_due, monday_before, send_due, send_week
from tests.service.queries.test_constant_queries import counting
from tests.service.seeds import House
from workflows.actor import Actor
from workflows.notices import Digest

MONDAYS = [date(2026, 11, 2) + timedelta(weeks=number) for number in range(5)]
SECTIONS = ["asked", "late", "filed", "advanced", "adopted", "ended"]


def moment(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)


def read(query: str) -> AskedList:
    """The filter that the API makes of a query string."""
    request = Request({"type": "http", "query_string": query.encode(), "headers": [], "state": {}})
    return asyncio.run(asked_list(request))


@pytest.fixture
def busy(house: House) -> House:
    """Five weeks in which cases are filed, advance, are adopted and end."""
    stages = ["submitted", "consultation", "adoption", "implementation", "resolved"]
    for number, monday in enumerate(MONDAYS):
        for offset, stage in enumerate(stages[: number + 1]):
            house.now = moment(monday + timedelta(days=offset))
            house.bring(stage)
    house.now = moment(MONDAYS[-1] + timedelta(days=5))
    late = house.bring("implementation")
    house.now = moment(date(2027, 7, 5))  # its measures were due in June
    assert house.case(late).stage == "implementation"
    return house


def digest(house: House, office: str, monday: date) -> Digest:
    with house.store.reading() as connection:
        delegation = office.partition("_")[2].upper()
        return compose(connection, house.actor(office), delegation, monday, house.now.date())


@pytest.mark.parametrize("office", ["office_be", "office_lu", "office_nl"])
def test_each_number_is_that_of_the_list_behind_it(busy: House, office: str) -> None:
    seen = set()
    for monday in MONDAYS:
        found = digest(busy, office, monday)
        assert [section.name for section in found.sections] == SECTIONS
        for section in found.sections:
            asked = read(section.query)
            with busy.store.reading() as connection:
                page = list_cases(connection, busy.actor(office), asked.wanted, busy.now.date(), limit=200)
            assert section.count == len(page.items), (monday, section.name)
            assert {line.case for line in section.lines} <= {case.id for case in page.items}
            if section.count:
                seen.add(section.name)
    # Luxembourg is not among the countries of these cases: it reads those on which it was asked.
    assert seen == set(SECTIONS) if office != "office_lu" else {"asked", "late"} <= seen


def test_who_reads_the_same_has_it_composed_once_and_who_follows_a_case_has_her_own(house: House) -> None:
    case = house.bring("submitted", house.begin(countries=["BE", "DE"]))
    readers = [Office(colleague(house, "office_nl", number), "NL") for number in range(3)]
    follower = {"case_id": case, "person_id": "person-nobody", "since_at": house.now, "notices": []}
    readers.append(Office(dataclasses.replace(house.actor("office_nl"), person="person-nobody", language="fr"), "NL"))
    with house.store.writing() as connection:
        connection.execute(insert(FollowerRow.__table__), follower)
    monday, today = monday_before(house.now.date()) + timedelta(weeks=1), house.now.date()
    with house.store.reading() as connection, counting(connection) as asked:
        alone = [compose(connection, one.actor, one.delegation, monday, today) for one in readers]
        one_by_one = len(asked)
        together = [found for _, found in compose_all(connection, readers, monday, today)]
        assert len(asked) - one_by_one < one_by_one
    assert together == alone
    filed = [next(section for section in found.sections if section.name == "filed") for found in together]
    assert [section.count for section in filed] == [0, 0, 0, 1]


def colleague(house: House, office: str, number: int) -> Actor:
    """Another person of the same office, by a mandate of her own."""
    actor = house.actor(office)
    mandates = tuple(dataclasses.replace(one, id=f"{one.id}-{number}") for one in actor.mandates)
    return dataclasses.replace(actor, person=f"person-colleague-{number}", mandates=mandates)


def test_a_line_says_what_is_asked_and_by_when(house: House) -> None:
    house.now = moment(date(2026, 11, 24))
    case = house.bring("adoption")
    asked = digest(house, "office_be", date(2026, 11, 23)).sections[0]
    assert [(line.case, line.what, line.due_on) for line in asked.lines] == [(case, "vote", date(2027, 3, 12))]


def test_what_is_due_first_is_told_first(house: House) -> None:
    house.now = moment(date(2026, 11, 24))
    cases = {stage: house.bring(stage) for stage in ("adoption", "implementation", "consultation")}
    asked = digest(house, "office_be", date(2026, 11, 23)).sections[0]
    assert [line.what for line in asked.lines if line.case in cases.values()] == ["position", "vote", "measure"]


def test_what_is_asked_of_the_delegation_counts_and_not_what_else_the_case_waits_for(house: House) -> None:
    house.now = moment(date(2026, 11, 24))
    asked_first, later = house.bring("consultation"), house.bring("implementation")
    with house.store.writing() as connection:
        connection.execute(update(CASES).where(CASES.c.id == later).values(due_on=date(2026, 11, 25)))
    asked = digest(house, "office_be", date(2026, 11, 23)).sections[0]
    assert [line.case for line in asked.lines] == [asked_first, later]


def test_where_not_everything_is_shown_what_is_due_first_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "SHOWN", 1)
    house.now = moment(date(2026, 11, 24))
    first = house.bring("consultation")
    house.bring("implementation")
    asked = digest(house, "office_be", date(2026, 11, 23)).sections[0]
    assert [line.case for line in asked.lines] == [first]


def test_a_week_begins_on_monday_in_brussels(house: House) -> None:
    house.now = datetime(2026, 11, 22, 22, 59, tzinfo=UTC)  # Sunday, one minute to midnight in Brussels
    house.bring("submitted")
    house.now = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # Monday
    house.bring("submitted")
    filed = [
        digest(house, "office_be", monday).sections[2].count for monday in (date(2026, 11, 16), date(2026, 11, 23))
    ]
    assert filed == [1, 1]


def test_a_digest_goes_out_once_per_person_and_week(house: House) -> None:
    house.now = moment(date(2026, 11, 24))
    house.bring("adoption")
    assert send_week(house.store, date(2026, 11, 30), house.now) == 3
    assert send_week(house.store, date(2026, 12, 4), house.now) == 0, "the same week, whichever day is named"
    assert Outbox(house.store, "worker", "slagboom.example").expand(house.now) > 3
    with house.store.reading() as connection:
        kept = connection.execute(select(DigestRow.__table__)).mappings().all()
        letters = (
            connection.execute(select(DeliveryRow.__table__).where(DeliveryRow.notice == "digest")).mappings().all()
        )
    assert {row["week"] for row in kept} == {"2026-W48"}
    assert len({row["seal_id"] for row in kept}) == 1
    assert all(len(row["content"]["seal"]) == 64 for row in kept)
    assert {row["person_id"] for row in letters} == {"person-office_be", "person-office_lu", "person-office_nl"}
    assert {row["language"] for row in letters} == {
        house.actor(f"office_{code}").language for code in ("be", "lu", "nl")
    }


def test_a_new_installation_does_not_begin_with_a_digest(house: House) -> None:
    house.now = moment(date(2026, 11, 24))
    house.bring("adoption")
    assert send_due(house.store, house.now) == 0, "last week there was nothing here yet"
    assert send_due(house.store, moment(date(2026, 11, 30), hour=5)) == 0, "it is not seven o'clock in Brussels"
    assert send_due(house.store, moment(date(2026, 11, 30), hour=6)) == 3
    assert send_due(house.store, moment(date(2026, 11, 30), hour=7)) == 0


def test_nothing_to_say_no_mail(house: House) -> None:
    assert send_week(house.store, date(2026, 11, 30), house.now) == 0
    with house.store.reading() as connection:
        assert [office.delegation for office in offices(connection, house.now.date())] == ["BE", "LU", "NL"]


def test_weeks_are_iso_weeks() -> None:
    assert week_of(date(2027, 1, 3)) == "2026-W53"
    assert monday_of("2026-W53") == date(2026, 12, 28)
    assert monday_before(date(2026, 11, 30)) == date(2026, 11, 23)
    assert monday_before(date(2026, 12, 6)) == date(2026, 11, 23)
    assert week_of(date.min) == "0001-W01"
    for wrong in ("2026-53", "2026-W54", "26-W01", "2026-W00", "x", "9999-W52"):
        with pytest.raises(ValueError, match=r"."):
            monday_of(wrong)


def test_it_is_time_on_monday_at_seven_in_brussels() -> None:
    assert not is_due(datetime(2026, 11, 30, 5, 59, tzinfo=UTC))
    assert is_due(datetime(2026, 11, 30, 6, 0, tzinfo=UTC))
    assert is_due(datetime(2026, 12, 2, 0, 0, tzinfo=UTC)), "a worker that was away catches up"
