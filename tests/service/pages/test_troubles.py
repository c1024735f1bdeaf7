"""Troubles: a fault stands at the field in which the answer was typed."""

from __future__ import annotations

from service.pages.troubles import trouble_of
from workflows.errors import DataInvalid, Fault


def test_a_fault_in_a_row_stands_where_the_row_was_typed() -> None:
    places = {"/content/provisions/0": "/content/provisions/2", "/answers/0": "/answers/1", "/regions/7": "/regions"}
    pointers = ("/content/provisions/0/text", "/data/answers/0/text", "/regions/7", "/title")
    found = trouble_of(DataInvalid([Fault(one, "missing") for one in pointers]), "nl", places).faults
    assert list(found) == ["/content/provisions/2/text", "/answers/1/text", "/regions", "/title"]
