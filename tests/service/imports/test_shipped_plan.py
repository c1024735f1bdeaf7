"""The plan of 2023 that travels with the product, on real databases."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select

from service.commands.imports import Works
from service.imports.annual_plan import import_annual_plan, shipped_plan
from service.imports.report import Report
from service.store.chain import verify
from service.store.engine import Store
from service.store.numbers import next_number
from service.store.sight import CASES
from service.store.tables import (
    AnnualPlanRow,
    CaseInstrumentRow,
    ClockRow,
    EventRow,
    InstrumentLinkRow,
    InstrumentRow,
    LinkRow,
    OutboxRow,
    WorkingGroupRow,
)
from service.store.work import Work
from tests.builders import an_actor
from tests.service.imports.conftest import NOW
from workflows.advance import Request, advance
from workflows.events import replay

EVENTS, LINKS, INSTRUMENTS = EventRow.__table__, LinkRow.__table__, InstrumentRow.__table__
USES, AMENDMENTS, GROUPS = CaseInstrumentRow.__table__, InstrumentLinkRow.__table__, WorkingGroupRow.__table__


@pytest.fixture
def report(works: Works) -> Report:
    return import_annual_plan(shipped_plan(), works)


def case(store: Store, item: str) -> Any:
    with store.reading() as connection:
        found = select(CASES).where(CASES.c.plan_key == f"annual-plan-2023/{item}")
        return connection.execute(found).mappings().one()


def test_every_item_and_every_instrument_goes_in(store: Store, report: Report) -> None:
    assert list(report.lines()) == [
        "Annual Plan 2023 of the Benelux Union",
        "items: 158 added, 0 already there, 0 left out",
        "instruments: 43 added, 0 already there, 0 left out",
    ]
    with store.reading() as connection:
        counted = connection.execute(select(CASES.c.procedure, func.count()).group_by(CASES.c.procedure))
        assert dict(map(tuple, counted)) == {"benelux-obstacle": 14, "benelux-proposal": 2, "benelux-project": 142}
        assert connection.execute(select(func.count(INSTRUMENTS.c.kind.distinct()))).scalar_one() == 14


def test_numbers_are_those_of_the_year_of_the_plan_and_have_no_holes(store: Store, report: Report) -> None:
    with store.reading() as connection:
        found = connection.execute(select(CASES.c.reference)).scalars().all()
    given = {
        f"{prefix}-2023-{n:04d}" for prefix, last in (("OBS", 14), ("PRP", 2), ("PRJ", 142)) for n in range(1, last + 1)
    }
    assert set(found) == given


def test_a_second_time_changes_nothing_and_says_so(store: Store, works: Works, report: Report) -> None:
    before = rows(store)
    again = import_annual_plan(shipped_plan(), works)
    assert list(again.lines())[1:] == [
        "items: 0 added, 158 already there, 0 left out",
        "instruments: 0 added, 43 already there, 0 left out",
    ]
    assert rows(store) == before


def rows(store: Store) -> list[Any]:
    tables = (CASES, EVENTS, LINKS, INSTRUMENTS, USES, AMENDMENTS, GROUPS, AnnualPlanRow.__table__)
    with store.reading() as connection:
        return [sorted(map(repr, connection.execute(select(table)))) for table in tables]


def test_the_chain_of_each_case_begins_with_its_lines_in_the_plan(store: Store, report: Report) -> None:
    found = case(store, "2023-1.1-09")
    with store.reading() as connection:
        assert list(verify(connection)) == []
        event = connection.execute(select(EVENTS).where(EVENTS.c.case_id == found["id"])).mappings().one()
    body = json.loads(event["body"])
    assert event["kind"] == "CaseImported"
    assert event["actor"] is None
    assert body["source"] | {"item": "2023-1.1-09", "source_lines": ["246-252"]} == body["source"]
    assert body["reference"] == found["reference"]
    assert json.loads(event["private"])["filed"]["title"] == found["title"]


def test_stage_and_anchor_can_be_recomputed_from_the_event(store: Store, report: Report) -> None:
    with store.reading() as connection:
        kept = select(CASES.c.stage, CASES.c.anchor, EVENTS.c.body).join(EVENTS, EVENTS.c.case_id == CASES.c.id)
        for stage, anchor, body in connection.execute(kept):
            again = replay([json.loads(body)])
            assert (again.stage, again.anchor) == (stage, anchor)
            assert anchor == stage  # an import leads only into stages to which a case can come back


def test_no_clock_starts_and_nobody_is_told(store: Store, report: Report) -> None:
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(ClockRow.__table__)).scalar_one() == 0
        assert connection.execute(select(func.count()).select_from(OutboxRow.__table__)).scalar_one() == 0


def test_an_obstacle_says_what_the_plan_says_and_no_more(store: Store, report: Report) -> None:
    found = case(store, "2023-1.1-04")
    assert found["stage"] == "exploration"
    assert found["organisation"] == "BENELUX-SG"
    assert found["countries"] == ["BE", "NL", "LU"]
    assert found["plan_status"] == [{"on": "2023-01-01", "status": "new", "basis": "heading"}]
    assert "who_is_hindered" not in found["content"]
    assert found["content"]["situation"].endswith("ontwikkelen loont minder.")
    assert found["content"]["plan"]["inferred"] == ["stage"]
    assert "toelatingsregels" in found["searchable"]


def test_an_obstacle_that_the_compiler_concluded_is_marked(store: Store, report: Report) -> None:
    content = case(store, "2023-2.1.5-03")["content"]
    assert "Afgeleid, staat niet in het jaarplan: " in content["situation"]
    assert "obstacle" in content["plan"]["inferred"]


def test_parents_are_linked_and_related_cases_once(store: Store, report: Report) -> None:
    with store.reading() as connection:
        found = connection.execute(select(LINKS.c.kind, LINKS.c.case_id, LINKS.c.to_case)).all()
    assert Counter(kind for kind, _, _ in found) == {"parent": 28, "related": 22}
    assert ("parent", case(store, "2023-1.1-09")["id"], case(store, "2023-1.1-07")["id"]) in found


def test_instruments_keep_their_numbers_dates_and_relations(store: Store, report: Report) -> None:
    with store.reading() as connection:
        found = {row["plan_key"]: row for row in connection.execute(select(INSTRUMENTS)).mappings()}
        amended = connection.execute(select(AMENDMENTS)).mappings().all()
        uses = connection.execute(select(USES.c.relation)).scalars()
        assert Counter(uses) == {"implements": 38, "based_on": 17, "produces": 12, "evaluates": 7, "amends": 2}
    pyro, amending = found["annual-plan-2023/M(2020)14"], found["annual-plan-2023/M(2022)9"]
    assert [dict(row) for row in amended] == [{"from_id": amending["id"], "kind": "amends", "to_id": pyro["id"]}]
    assert found["annual-plan-2023/M(2022)12"]["adopted_on"].isoformat() == "2022-10-17"
    assert found["annual-plan-2023/M(2016)9"]["adopted_on"] is None
    assert found["annual-plan-2023/M(2016)9"]["adopted_on_text"] == "2016-11"
    unnumbered = found["annual-plan-2023/AMBULANCE-BE-NL"]
    assert (unnumbered["number"], unnumbered["external"], unnumbered["state"]) == (None, True, "in_force")


def test_our_own_numbers_go_on_above_the_highest_that_the_plan_names(store: Store, report: Report) -> None:
    with store.writing() as connection:
        assert next_number(connection, "M", 2022) == 13


def test_the_working_groups_of_the_plan_are_made_from_their_names(store: Store, report: Report) -> None:
    with store.reading() as connection:
        groups = dict(map(tuple, connection.execute(select(GROUPS.c.code, GROUPS.c.name))))
    assert groups["taskforce-grensarbeiders-van-de-grande-region"] == "Taskforce Grensarbeiders van de Grande Région"
    assert len(groups) == 29
    assert max(map(len, groups)) <= 64
    assert case(store, "2023-1.4-01")["working_group"] == "taskforce-grensarbeiders-van-de-grande-region"


def test_a_case_of_the_plan_goes_on_as_any_other_and_its_clocks_run_from_then(store: Store, report: Report) -> None:
    id = case(store, "2023-1.1-08")["id"]
    intake = an_actor("secretary", "BENELUX-SG", person="p")
    data = {"working_group": "werkgroep-fiets", "theme": "mobility_transport"}
    with Work(store, intake, NOW) as work:
        before = work.case(id)
        facts = work.facts(before, frozenset(), [("working_group", "werkgroep-fiets")])
        request = Request(move="register", actor=intake, data=data, now=NOW)
        after = work.keep(advance(before, facts, request), before, facts)
    assert (after.stage, after.events) == ("admissibility", 2)
    with store.reading() as connection:
        clocks = dict(map(tuple, connection.execute(select(ClockRow.__table__.c.name, ClockRow.__table__.c.starts_on))))
        assert clocks["admissibility"].isoformat() == "2026-03-02"
        assert list(verify(connection)) == []


def test_who_carries_on_is_waited_for_where_no_measure_comes_along(store: Store, report: Report) -> None:
    found = select(CASES.c.stage, CASES.c.waits_for).where(CASES.c.procedure == "benelux-obstacle").distinct()
    with store.reading() as connection:
        waiting = dict(map(tuple, connection.execute(found)))
    assert waiting["implementation"] == "secretary", "and not for offices of which nothing was asked"
    assert (waiting["submitted"], waiting["exploration"]) == ("intake", "secretary")
