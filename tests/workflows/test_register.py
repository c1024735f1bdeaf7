"""The register: what is taken of an instrument that was numbered elsewhere."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest

from tests.builders import TODAY
from workflows.errors import DataInvalid
from workflows.register import KINDS, MinistersNumber, entry_of, ministers_number

SENT: dict[str, Any] = {
    "kind": "decision",
    "number": "M(2015)15",
    "title": "Proeven met langere en zwaardere vrachtwagens",
    "language": "nl",
}


def faults(**changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(DataInvalid) as refused:
        entry_of(SENT | changes, TODAY)
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def test_an_instrument_of_the_ministers_is_known_by_its_number() -> None:
    entry = entry_of(SENT | {"adopted_on": "2015-05-01", "url": "https://www.benelux.int/m201515.pdf"}, TODAY)
    assert entry.ministers == MinistersNumber(2015, 15)
    assert (str(entry.adopted_on), entry.url) == ("2015-05-01", "https://www.benelux.int/m201515.pdf")


@pytest.mark.parametrize("number", ["2017/1", "Trb. 2014, 62", "CM-2020", "BNL 7"])
def test_a_number_of_another_series_is_taken_as_it_is(number: str) -> None:
    assert entry_of(SENT | {"number": f" {number} "}, TODAY).number == number
    assert ministers_number(number) is None


@pytest.mark.parametrize(
    "number", ["M(2015) 15", "M (2015)15", "m(2015)15", "M(15)15", "M(2015)0", "M(2015)015", "M2015/15", "M(2027)1"]
)
def test_a_slip_in_a_number_of_the_ministers_is_found(number: str) -> None:
    assert faults(number=number) == [("/number", "number_form")]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"kind": "poem"}, [("/kind", "not_a_choice")]),
        ({"number": " "}, [("/number", "missing")]),
        ({"number": None}, [("/number", "wrong_type")]),
        ({"language": "es"}, [("/language", "not_a_choice")]),
        ({"adopted_on": "2026-03-03"}, [("/adopted_on", "must_not_lie_after_today")]),
        ({"adopted_on": "2015"}, [("/adopted_on", "no_date")]),
        ({"url": "javascript:alert(1)"}, [("/url", "no_address")]),
        ({"state": "in_force"}, [("/state", "unknown_field")]),
    ],
)
def test_what_does_not_fit_is_named(changes: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert faults(**changes) == found


def test_every_kind_of_the_shipped_instruments_is_known() -> None:
    shipped = json.loads(resources.files("service.imports.data").joinpath("instruments.json").read_text("utf-8"))
    assert {one["type"] for one in shipped["benelux_instruments"]} == set(KINDS)
