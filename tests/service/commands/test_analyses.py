"""Analyses: a finding per country with a version of its own, seen by the secretariat alone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from service.commands.analyses import WriteAnalysis, WrittenAnalysis, write_analysis
from service.queries.analyses import AnalysisShown, analysis
from service.store.tables import EventRow
from tests.service.seeds import House
from workflows.errors import DataInvalid, MoveNotOpen, NotFound, RoleMissing, Stale, VersionMissing

FOUND: dict[str, Any] = {"finding": "Art. 4 verbiedt het vervoer.", "sources": ["WVW 1994, art. 4"]}


def write(
    house: House, case: str, country: str = "NL", version: int | None = None, name: str = "secretary", **sent: Any
) -> WrittenAnalysis:
    return write_analysis(WriteAnalysis(case, country, version, lambda: FOUND | sent), house.work(name))


def read(house: House, case: str, country: str = "NL", name: str = "secretary") -> AnalysisShown:
    with house.store.reading() as connection:
        return analysis(connection, house.actor(name), case, country)


def test_the_first_finding_needs_no_version_and_the_next_one_does(house: House) -> None:
    case = house.bring("exploration")
    version = house.case(case).version
    assert write(house, case).new
    with pytest.raises(VersionMissing):
        write(house, case)
    with pytest.raises(Stale) as stale:
        write(house, case, version=7)
    assert stale.value.version == "1"
    assert not write(house, case, version=1, finding="Toch niet.").new
    found = read(house, case)
    assert (found.finding, found.version, found.written_by) == ("Toch niet.", 2, "Secretary")
    assert house.case(case).version == version


def test_a_version_of_a_finding_that_is_not_there_is_stale(house: House) -> None:
    with pytest.raises(Stale):
        write(house, house.bring("exploration"), version=1)


def test_findings_stay_in_the_secretariat(house: House) -> None:
    case = house.bring("consultation")
    for name in ("secretary", "intake", "sg", "auditor"):
        assert read(house, case, name=name).country == "NL"
    for name in ("officer", "delegate_nl", "office_nl", "adviser", "stranger", "other_secretary"):
        with pytest.raises(NotFound):
            read(house, case, name=name)
        with pytest.raises(NotFound):
            write(house, case, name=name)


def test_a_country_without_a_finding_is_not_found(house: House) -> None:
    with pytest.raises(NotFound):
        read(house, house.bring("exploration"))


def test_refusals_come_in_order(house: House) -> None:
    case = house.bring("admissibility")
    with pytest.raises(DataInvalid) as refused:
        write(house, case, "XX", name="auditor")
    assert refused.value.faults[0].pointer == "/country"
    for name in ("intake", "sg", "auditor"):
        with pytest.raises(RoleMissing):
            write(house, case, name=name, finding="")
    with pytest.raises(MoveNotOpen):
        write(house, case, finding="")
    with pytest.raises(DataInvalid):
        write(house, house.bring("exploration", case), finding="")


def test_any_country_can_be_looked_into_and_the_event_names_it(house: House) -> None:
    case = house.bring("exploration")
    assert write(house, case, "DE").country == "DE"
    with house.store.reading() as connection:
        row = connection.execute(select(EventRow.__table__).order_by(EventRow.__table__.c.position.desc())).mappings()
        event = row.first()
    assert event is not None
    assert (event["kind"], event["audience"]) == ("AnalysisWritten", "inner")
    assert '"country":"DE"' in event["body"]
    assert "verbiedt" not in event["body"]
    assert "verbiedt" in event["private"]


def test_with_three_findings_the_consultation_can_be_opened(house: House) -> None:
    case = house.bring("exploration")
    for country in ("BE", "LU", "NL"):
        write(house, case, country)
    data = {"question": "Akkoord?", "closing_on": "2027-01-29", "invited": []}
    house.move("secretary", case, "open_consultation", data)
    assert house.case(case).stage == "consultation"
