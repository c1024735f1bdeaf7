"""Measures: how their progress is recorded, and which office speaks for a country."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.builders import TODAY, a_mandate, an_actor
from workflows.actor import Actor
from workflows.errors import DataInvalid
from workflows.measures import Progress, progress_of, speaking_for

PLANNED = Progress(state="planned")
ADOPTED = Progress(state="adopted", on=date(2026, 2, 1), reference="Stb. 2026, 12", url="https://example.org/12")


def faults(before: Progress, **sent: Any) -> list[tuple[str, str]]:
    with pytest.raises(DataInvalid) as refused:
        progress_of(sent, before, TODAY)
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def test_what_is_left_out_stays() -> None:
    assert progress_of({}, ADOPTED, TODAY) == ADOPTED
    assert progress_of({"reference": "Stb. 2026, 13"}, ADOPTED, TODAY).on == ADOPTED.on
    assert progress_of({"reference": "Stb. 2026, 13"}, ADOPTED, TODAY).reference == "Stb. 2026, 13"
    assert progress_of({"url": None}, ADOPTED, TODAY).url is None


def test_a_day_goes_with_its_state() -> None:
    assert progress_of({"state": "planned"}, ADOPTED, TODAY).on is None
    assert progress_of({"state": "in_force", "on": "2026-03-02"}, ADOPTED, TODAY).on == TODAY
    assert progress_of({"state": "declined", "on": "2026-03-01"}, PLANNED, TODAY).on == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("before", "sent", "found"),
    [
        (PLANNED, {"state": "adopted"}, [("/on", "missing")]),
        (PLANNED, {"state": "in_force", "on": None}, [("/on", "missing")]),
        (ADOPTED, {"state": "in_force"}, [("/on", "missing")]),
        (ADOPTED, {"on": None}, [("/on", "missing")]),
        (PLANNED, {"state": "in_force", "on": "2026-03-03"}, [("/on", "must_not_lie_after_today")]),
        (PLANNED, {"state": "done"}, [("/state", "not_a_choice")]),
        (PLANNED, {"state": None}, [("/state", "wrong_type"), ("/state", "not_a_choice")]),
        (PLANNED, {"country": "BE"}, [("/country", "unknown_field")]),
        (PLANNED, {"reference": ""}, [("/reference", "missing")]),
        (PLANNED, {"url": "ftp://example.org"}, [("/url", "no_address")]),
    ],
)
def test_what_does_not_fit_is_named(before: Progress, sent: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert faults(before, **sent) == found


def test_an_office_speaks_for_its_own_country_alone() -> None:
    federal = an_actor("minister_office", "BE-FED", answers_for="BE")
    assert speaking_for(federal, "BE") == federal
    assert speaking_for(federal, "NL").mandates == ()
    secretary = an_actor("secretary", working_group="transport")
    assert speaking_for(secretary, "NL") == secretary
    both = Actor(
        person="p",
        name="P",
        language="nl",
        mandates=(a_mandate("minister_office", "NL"), a_mandate("minister_office", "LU")),
    )
    assert speaking_for(both, "LU").mandates == both.mandates[1:]
