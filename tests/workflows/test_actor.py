"""Actors: from when to when a mandate holds, and which role somebody has where."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.builders import a_mandate, an_actor
from workflows.actor import SECRETARIAT, Actor, Role

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 31)
BEFORE, AFTER = date(2026, 3, 1), date(2026, 4, 1)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "holds"),
    [
        (None, None, (True, True, True, True)),
        (FIRST, None, (False, True, True, True)),
        (None, LAST, (True, True, True, False)),
        (FIRST, LAST, (False, True, True, False)),
    ],
)
def test_a_mandate_holds_on_its_first_day_and_on_its_last(
    starts_on: date | None, ends_on: date | None, holds: tuple[bool, ...]
) -> None:
    mandate = replace(a_mandate("delegate", "NL"), starts_on=starts_on, ends_on=ends_on)
    assert tuple(mandate.holds(day) for day in (BEFORE, FIRST, LAST, AFTER)) == holds


def test_a_role_is_held_anywhere_or_at_one_of_these_organisations() -> None:
    actor = an_actor("delegate", "NL")
    assert actor.has(Role.DELEGATE)
    assert actor.has(Role.DELEGATE, ("BE", "NL"))
    assert not actor.has(Role.DELEGATE, ("BE",))
    assert not actor.has(Role.SECRETARY)
    assert not Actor(person="p", name="P", language="nl", mandates=()).has(Role.DELEGATE)


def test_intake_is_any_secretary_of_the_secretariat() -> None:
    assert an_actor("secretary", SECRETARIAT, "transport").intake
    assert not an_actor("secretary", "NL-MIN-IENW", "transport").intake
    assert not an_actor("secretary_general", SECRETARIAT).intake


def test_somebody_speaks_for_her_own_organisation_and_for_whom_it_answers() -> None:
    assert a_mandate("delegate", "NL").voices == ("NL",)
    assert a_mandate("delegate", "BE-FED", answers_for="BE").voices == ("BE-FED", "BE")
