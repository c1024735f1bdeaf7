"""Which facts a move needs: one key of a move is enough, and what it needs is told before it is made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import a_case
from workflows.advance import needs_of
from workflows.facts import Need

EXPLORED = a_case("exploration")
BARE = EXPLORED.procedure.moves["withdraw"]
CLOSING_ON = EXPLORED.procedure.moves["extend_consultation"].asks


def test_a_move_that_changes_nothing_beside_the_case_needs_nothing() -> None:
    assert needs_of(EXPLORED, BARE) == frozenset()


@pytest.mark.parametrize(
    "key",
    [{"opens": "delegations"}, {"closes": "delegations"}, {"cancels": "delegations"}, {"asks": CLOSING_ON}],
    ids=lambda key: next(iter(key)),
)
def test_what_touches_a_consultation_needs_the_open_one(key: dict[str, Any]) -> None:
    assert needs_of(EXPLORED, replace(BARE, **key)) == {Need.CONSULTATION}


@pytest.mark.parametrize("key", ["drafts", "numbers", "freezes", "unfreezes"])
def test_what_touches_an_instrument_needs_it(key: str) -> None:
    assert needs_of(EXPLORED, replace(BARE, **{key: "texts"})) == {Need.INSTRUMENT}


def test_what_asks_for_something_else_needs_no_consultation() -> None:
    assert needs_of(a_case(), EXPLORED.procedure.moves["mark_duplicate"]) == frozenset()
