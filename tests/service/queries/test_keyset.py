"""Keysets: page after page, nothing twice and nothing left out, whatever has no value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from service.queries.keyset import Order, page_of
from service.queries.paging import rows_of
from service.store.engine import Store, upgrade
from service.store.tables import CaseRow
from tests.service.store.rows import case_row
from workflows.errors import DataInvalid

CASES = CaseRow.__table__
DAYS = [date(2026, 11, 24), None, date(2026, 11, 20), date(2026, 11, 24), None, date(2026, 12, 1), None]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", ["due_on", "updated_at"])
def test_pages_make_the_whole_list(database_url: str, column: str, descending: bool) -> None:
    store = Store.open(database_url)
    order = Order((CASES.c[column], CASES.c.id), descending)
    with store.writing() as connection:
        for index, day in enumerate(DAYS):
            at = datetime(2026, 11, 24, 9, index % 3, 0, index, tzinfo=UTC)
            connection.execute(insert(CASES), case_row(f"case-{index}", due_on=day, updated_at=at))
    with store.reading() as connection:
        statement = select(CASES.c[column], CASES.c.id)
        in_order = [(one.desc() if descending else one.asc()).nulls_last() for one in order.columns]
        whole = list(connection.execute(statement.order_by(*in_order)).mappings())
        paged: list[Any] = []
        place = None
        while place is not None or not paged:
            rows, further = page_of(rows_of(connection, statement, order, place, 3), 2)
            paged += rows
            place = order.place([rows[-1][one] for one in order.columns]) if further else None
    store.close()
    assert paged == whole
    assert len(paged) == len(DAYS)
    if column == "due_on":
        assert [row[column] for row in whole[-3:]] == [None] * 3


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(("column", "text"), [("updated_at", "2026-11-24T09:00:00+00:00"), ("due_on", "2026-11-24")])
def test_a_page_far_down_begins_where_the_index_says(tmp_path: Path, column: str, text: str, descending: bool) -> None:
    url = f"sqlite:///{tmp_path / 'cases.db'}"
    upgrade(url)
    store = Store.open(url)
    order = Order((CASES.c[column], CASES.c.id), descending)
    with store.reading() as connection:
        for number, leg in enumerate(order.legs((text, "case-7"))):
            far_down = select(CASES.c.id).where(leg).order_by(*order.by())
            said = far_down.compile(connection, compile_kwargs={"literal_binds": True})
            steps = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}")]
            assert len(steps) == 1, "nothing is sorted"
            assert steps[0].startswith("SEARCH cases USING"), "and nothing before that page is read"
            assert f"ix_cases_{column}_id" in steps[0]
            assert (f"({column},id)" in steps[0]) == (number == 0)
    store.close()


@pytest.mark.parametrize(
    ("column", "place"),
    [
        ("due_on", ("2026-13-01", "x")),
        ("due_on", ("x",)),
        ("updated_at", ("2026-11-24T09:00:00", "x")),
        ("updated_at", ("0001-01-01T00:00:00+14:00", "x")),
        ("version", (str(1 << 40), "x")),
        ("stage", ("a\0b", "x")),
        ("stage", ("\ud800", "x")),
    ],
)
def test_a_place_that_cannot_be_is_refused(column: str, place: tuple[str, ...]) -> None:
    with pytest.raises(DataInvalid):
        Order((CASES.c[column], CASES.c.id)).legs(place)
