"""Measures: each office records its own country's, and the case waits once nothing is open."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from service.commands.measures import RecordMeasure, record_measure
from service.queries.asked import asks_on
from service.queries.case_filters import CaseFilter
from service.queries.cases import list_cases
from service.queries.measures import MeasureShown, measure, measures
from service.store.tables import CaseRow, EventRow, InstrumentRow, OutboxRow
from service.store.work import Work
from tests.builders import an_actor
from tests.service.seeds import House
from workflows.errors import DataInvalid, MoveNotOpen, NotFound, RoleMissing, Stale, VersionMissing

CASES, EVENTS, INSTRUMENTS, OUTBOX = (row.__table__ for row in (CaseRow, EventRow, InstrumentRow, OutboxRow))
IN_FORCE: dict[str, Any] = {"state": "in_force", "on": "2026-11-24", "reference": "Stb. 2026, 410"}


def planned(house: House, case: str, name: str = "stranger") -> dict[str, MeasureShown]:
    """The measures of a case by country, as this person reads them."""
    with house.store.reading() as connection:
        id = connection.execute(select(INSTRUMENTS.c.id).where(INSTRUMENTS.c.case_id == case)).scalar_one()
        page = measures(connection, house.actor(name), id, limit=50)
    return {one.country: one for one in page.items}


def record(house: House, name: str, found: MeasureShown, version: int | None = None, **sent: Any) -> MeasureShown:
    command = RecordMeasure(found.id, version or found.version, lambda: sent or IN_FORCE)
    id = record_measure(command, house.work(name))
    with house.store.reading() as connection:
        return measure(connection, house.actor(name), id)


def due(house: House, case: str) -> date | None:
    with house.store.reading() as connection:
        found: date | None = connection.execute(select(CASES.c.due_on).where(CASES.c.id == case)).scalar_one()
        return found


def waiting(house: House, case: str) -> int:
    """How many notices said that every measure is done."""
    statement = (
        select(OUTBOX.c.id)
        .join(EVENTS, EVENTS.c.id == OUTBOX.c.event_id)
        .where(OUTBOX.c.case_id == case, EVENTS.c.kind == "MeasureRecorded")
    )
    with house.store.reading() as connection:
        return len(connection.execute(statement).all())


def test_the_case_waits_for_the_secretary_once_nothing_is_open(house: House) -> None:
    case = house.bring("implementation")
    version, found = house.case(case).version, planned(house, case)
    assert due(house, case) == date(2027, 6, 30)
    for country in ("be", "lu"):
        record(house, f"office_{country}", found[country.upper()])
    assert (house.case(case).waits_for, due(house, case), waiting(house, case)) == (
        "minister_office",
        date(2027, 6, 30),
        0,
    )
    done = record(house, "office_nl", found["NL"])
    assert (done.state, done.on, done.reference, done.version) == ("in_force", date(2026, 11, 24), "Stb. 2026, 410", 2)
    assert (house.case(case).waits_for, due(house, case), waiting(house, case)) == ("secretary", None, 1)
    record(house, "secretary", done, state="declined")
    assert (house.case(case).waits_for, waiting(house, case)) == ("secretary", 1)
    assert house.case(case).version == version


def test_a_measure_that_is_open_again_makes_the_case_wait_for_the_offices(house: House) -> None:
    case = house.bring("implementation")
    for country, one in planned(house, case).items():
        record(house, f"office_{country.lower()}", one)
    record(house, "secretary", planned(house, case)["NL"], state="planned")
    assert (house.case(case).waits_for, due(house, case)) == ("minister_office", date(2027, 6, 30))
    assert planned(house, case)["NL"].on is None


def test_an_office_records_the_measures_of_its_own_country(house: House) -> None:
    found = planned(house, house.bring("implementation"))
    with pytest.raises(RoleMissing):
        record(house, "office_nl", found["BE"])
    for name in ("officer", "delegate_nl", "intake", "sg", "auditor", "admin", "stranger"):
        with pytest.raises(RoleMissing):
            record(house, name, found["NL"])
    assert record(house, "secretary", found["BE"]).state == "in_force"


def test_an_office_that_answers_for_belgium_records_for_it(house: House) -> None:
    found = planned(house, house.bring("implementation"))
    federal = an_actor("minister_office", "BE-FED", answers_for="BE", person="person-office_be")
    for country, refused in (("BE", False), ("NL", True)):
        command = RecordMeasure(found[country].id, 1, lambda: IN_FORCE)
        if refused:
            with pytest.raises(RoleMissing):
                record_measure(command, Work(house.store, federal, house.now))
        else:
            record_measure(command, Work(house.store, federal, house.now))


def test_the_version_is_that_of_the_measure(house: House) -> None:
    found = planned(house, house.bring("implementation"))["NL"]
    with pytest.raises(VersionMissing):
        record_measure(RecordMeasure(found.id, None, lambda: IN_FORCE), house.work("office_nl"))
    with pytest.raises(Stale):
        record(house, "office_nl", found, 5)
    with pytest.raises(DataInvalid):
        record(house, "office_nl", found, state="adopted")
    with pytest.raises(NotFound):
        record_measure(RecordMeasure("nothing", 1, lambda: IN_FORCE), house.work("office_nl"))


def test_what_changes_nothing_leaves_no_trace(house: House) -> None:
    case = house.bring("implementation")
    events = house.case(case).events
    assert record(house, "office_nl", planned(house, case)["NL"], state="planned").version == 1
    assert house.case(case).events == events


def test_after_the_end_nothing_is_recorded(house: House) -> None:
    case = house.bring("resolved")
    with pytest.raises(MoveNotOpen):
        record(house, "office_nl", planned(house, case)["NL"], state="declined")


def test_the_event_names_country_and_state(house: House) -> None:
    case = house.bring("implementation")
    record(house, "office_nl", planned(house, case)["NL"])
    with house.store.reading() as connection:
        row = connection.execute(select(EVENTS).where(EVENTS.c.kind == "MeasureRecorded")).mappings().one()
    assert '"country":"NL"' in row["body"]
    assert '"state":"in_force"' in row["body"]
    assert "Stb." not in row["body"]
    assert row["on_date"] == date(2026, 11, 24)


def test_a_recommendation_asks_for_no_more_than_a_decision_to_follow_it(house: House) -> None:
    case = house.bring("implementation", kind="recommendation")
    for country, one in planned(house, case).items():
        assert asked(house, country) == [case]
        record(house, f"office_{country.lower()}", one, state="adopted", on="2026-11-24")
        assert asked(house, country) == []
    assert (house.case(case).waits_for, due(house, case), waiting(house, case)) == ("secretary", None, 1)


def test_a_decision_asks_for_more_than_adopted_measures(house: House) -> None:
    case = house.bring("implementation")
    for country, one in planned(house, case).items():
        record(house, f"office_{country.lower()}", one, state="adopted", on="2026-11-24")
        assert asked(house, country) == [case]
    assert (house.case(case).waits_for, due(house, case)) == ("minister_office", date(2027, 6, 30))


def asked(house: House, delegation: str) -> list[str]:
    """The cases on which something is asked of a delegation."""
    with house.store.reading() as connection:
        wanted = CaseFilter(asked_of=(delegation,))
        page = list_cases(connection, house.actor("sg"), wanted, date(2026, 11, 24), limit=9)
        lines = asks_on(connection, house.actor("sg"), delegation, [one.id for one in page.items])
    assert set(lines) == {one.id for one in page.items}
    return [one.id for one in page.items]
