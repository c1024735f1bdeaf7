"""`slagboom audit verify`."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import text, update

from service.cli import status_of
from service.store.tables import CaseRow
from tests.service.seeds import House

CASES = CaseRow.__table__


pytestmark = pytest.mark.usefixtures("at_home", "two_cases")


@pytest.fixture
def two_cases(house: House) -> None:
    house.bring("consultation")
    house.bring("submitted")


def test_a_whole_log_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["audit", "verify"]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == "2 cases, 5 events: the log holds"
    assert "cannot see" in said.out
    assert said.err == ""


def test_one_case_is_verified_by_its_reference_or_id(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["audit", "verify", "OBS-2026-0002"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 case, 1 event: the log holds"
    with house.store.writing() as connection:
        connection.execute(update(CASES).where(CASES.c.reference == "OBS-2026-0001").values(stage="draft"))
    assert status_of(["audit", "verify", "OBS-2026-0002"]) == 0
    assert status_of(["audit", "verify", "OBS-2026-0001"]) == 1
    assert status_of(["audit", "verify", house.case("OBS-2026-0002").id]) == 0
    capsys.readouterr()
    assert status_of(["audit", "verify", "OBS-2026-0009"]) == 1
    assert capsys.readouterr().err == "slagboom: there is no case OBS-2026-0009\n"
    assert status_of(["audit", "verify", os.fsdecode(b"\xff\xfe")]) == 1  # as a shell hands on what is not UTF-8
    assert "slagboom: there is no case" in capsys.readouterr().err


def test_every_fault_is_named_with_its_case_and_place(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    with house.store.writing() as connection:
        if house.store.dialect == "sqlite":
            connection.execute(text("DROP TRIGGER events_refuse_update"))
        else:
            connection.execute(text("ALTER TABLE events DISABLE TRIGGER events_refuse_update"))
        connection.execute(
            text("UPDATE events SET body = replace(body, 'admissible', 'inadmissible') WHERE position = 3")
        )
    assert status_of(["audit", "verify"]) == 1
    said = capsys.readouterr()
    assert "OBS-2026-0001, event 3: the body does not have its hash" in said.out
    assert said.err.splitlines()[-1].startswith("slagboom: ")
    assert said.err.splitlines()[-1].endswith("named above: the log does not hold")
    assert "the log holds" not in said.out
