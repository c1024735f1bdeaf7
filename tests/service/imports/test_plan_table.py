"""The plan of a year, as a query and as a table."""

from __future__ import annotations

from sqlalchemy import event, update

from service.commands.imports import IMPORTER, Works
from service.imports.annual_plan import import_annual_plan
from service.imports.plan_table import READER, plan_lines
from service.queries.plans import plan_of
from service.store.engine import Store
from service.store.sight import CASES
from tests.builders import an_actor
from tests.service.imports.plans import a_plan, an_item


def test_themes_come_in_their_order_and_what_is_new_first(store: Store, works: Works) -> None:
    plan = a_plan(
        an_item("1", status="ongoing", status_basis="inferred"),
        an_item("2", kind="obstacle"),
        an_item("3", theme="mobility_transport"),
    )
    import_annual_plan(plan, works)
    with store.reading() as connection:
        lines = list(plan_lines(plan_of(connection, READER, 2024), str.upper))
    assert lines == [
        "Plan (en)",
        "3 cases with a status in 2024",
        "",
        "MOBILITY_TRANSPORT (1)",
        "  new       PRJ-2024-0002  preparing    Titel van 3",
        "",
        "ENERGY (2)",
        "  new       OBS-2024-0001  exploration  Titel van 2",
        "  ongoing*  PRJ-2024-0001  preparing    Titel van 1",
        "",
        "* not under a heading of the plan: concluded from its wording",
    ]


def test_a_status_that_was_reported_later_stands_in_the_year_of_the_report(store: Store, works: Works) -> None:
    import_annual_plan(a_plan(an_item(status="new")), works)
    dated = [
        {"on": "2024-01-01", "status": "new", "basis": "heading"},
        {"on": "2024-09-01", "status": "in_development", "basis": "report"},
        {"on": "2025-02-01", "status": "ongoing", "basis": "report"},
    ]
    with store.writing() as connection:
        connection.execute(update(CASES).values(plan_status=dated))
    with store.reading() as connection:
        told = {year: [case.status for case in plan_of(connection, READER, year).cases] for year in range(2023, 2027)}
    assert told == {2023: [], 2024: ["in_development"], 2025: ["ongoing"], 2026: []}


def test_who_reads_no_case_sees_none_of_the_plan(store: Store, works: Works) -> None:
    import_annual_plan(a_plan(an_item()), works)
    with store.reading() as connection:
        assert len(plan_of(connection, an_actor("secretary"), 2024).cases) == 1
        assert plan_of(connection, an_actor("officer"), 2024).cases == ()
        assert plan_of(connection, IMPORTER, 2024).cases == ()


def test_the_number_of_queries_does_not_grow(store: Store, works: Works) -> None:
    counted = []
    for items in (1, 20):
        import_annual_plan(a_plan(*(an_item(str(n)) for n in range(items))), works)
        with store.reading() as connection:
            statements: list[object] = []

            def count(*told: object, into: list[object] = statements) -> None:
                into.append(told)

            event.listen(connection, "before_cursor_execute", count)
            plan_of(connection, READER, 2024)
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 3
