"""Acts without a resource of their own: publishing and reporting."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import RowMapping, select

from service.commands.acts import AskedAct, DoAct, do_act
from service.store.tables import CaseRow, EventRow, InstrumentRow
from service.store.work import Once
from tests.service.seeds import House
from workflows.errors import DataInvalid, MoveNotOpen, NotFound, Refused, RoleMissing, UnknownAct

PUBLISHED = {"journal": "2026-9", "published_on": "2026-11-24"}


def instrument(house: House) -> RowMapping:
    with house.store.reading() as connection:
        return connection.execute(select(InstrumentRow.__table__)).mappings().one()


def last_event(house: House) -> RowMapping:
    events = EventRow.__table__
    with house.store.reading() as connection:
        return connection.execute(select(events).order_by(events.c.position.desc()).limit(1)).mappings().one()


def test_a_publication_dates_the_entry_into_force(house: House) -> None:
    case = house.bring("implementation")
    before, kept = house.case(case), instrument(house)
    house.act("sg", case, "publish", PUBLISHED)
    found = instrument(house)
    assert (found["journal"], found["published_on"]) == ("2026-9", date(2026, 11, 24))
    assert found["in_force_on"] == date(2026, 11, 25), "the day after publication"
    assert found["version"] == kept["version"] + 1
    assert house.case(case).version == before.version + 1
    event = last_event(house)
    body = json.loads(event["body"])
    assert (event["kind"], body["act"], body["instrument"]) == ("InstrumentPublished", "publish", found["id"])
    assert body["data"] == {"published_on": "2026-11-24"}
    assert json.loads(event["private"])["data"] == {"journal": "2026-9"}


def test_nothing_is_published_before_it_was_adopted(house: House) -> None:
    case = house.bring("implementation")
    with pytest.raises(DataInvalid) as refused:
        house.act("sg", case, "publish", {**PUBLISHED, "published_on": "2026-11-23"})
    (fault,) = refused.value.faults
    assert (fault.pointer, fault.code) == ("/data/published_on", "before_the_adoption")
    assert dict(fault.values) == {"value": "2026-11-24"}


def test_a_recommendation_does_not_enter_into_force(house: House) -> None:
    case = house.bring("implementation", kind="recommendation")
    house.act("sg", case, "publish", PUBLISHED)
    assert instrument(house)["in_force_on"] is None


def project(house: House) -> str:
    case = house.begin("intake", procedure="benelux-project", content={"summary": "Proef"})
    house.move("intake", case, "propose", {"working_group": "transport", "theme": "digital"})
    house.move("sg", case, "take_up")
    return case


def test_a_report_adds_to_how_a_project_stands_in_the_plan(house: House) -> None:
    case = project(house)
    house.act("secretary", case, "report", {"progress": "De proef loopt.", "plan_status": "in_development"})
    house.act("secretary", case, "report", {"progress": "Rustig."})
    house.act("secretary", case, "report", {"progress": "Op volle sterkte.", "plan_status": "ongoing"})
    with house.store.reading() as connection:
        statuses = connection.execute(select(CaseRow.__table__.c.plan_status)).scalar_one()
    assert statuses == [
        {"on": "2026-11-24", "status": "in_development", "basis": "reported"},
        {"on": "2026-11-24", "status": "ongoing", "basis": "reported"},
    ]
    event = last_event(house)
    assert event["kind"] == "CaseReported"
    assert json.loads(event["private"])["data"] == {"progress": "Op volle sterkte."}


@pytest.mark.parametrize(
    ("name", "stage", "act", "data", "refusal"),
    [
        ("stranger", "implementation", "publish", PUBLISHED, NotFound),
        ("sg", "implementation", "fly", {}, UnknownAct),
        ("sg", "implementation", "comment", {}, UnknownAct),
        ("secretary", "implementation", "report", {"progress": "x"}, UnknownAct),
        ("secretary", "implementation", "publish", {}, RoleMissing),
        ("sg", "drafting", "publish", {}, MoveNotOpen),
        ("sg", "implementation", "publish", {"journal": "x"}, DataInvalid),
        ("sg", "implementation", "publish", {**PUBLISHED, "published_on": "2026-11-25"}, DataInvalid),
    ],
)
def test_what_is_refused(
    house: House, name: str, stage: str, act: str, data: dict[str, Any], refusal: type[Refused]
) -> None:
    case = house.bring(stage)
    with pytest.raises(refusal):
        house.act(name, case, act, data)


def test_an_act_with_a_key_happens_once(house: House) -> None:
    case = house.bring("implementation")
    key, before = Once("acts", "key", "a" * 64), instrument(house)["version"]
    asking = DoAct(case, lambda: AskedAct("publish", PUBLISHED))
    first = do_act(asking, house.work("sg", key))
    assert do_act(asking, house.work("sg", key)) == first
    assert instrument(house)["version"] == before + 1
