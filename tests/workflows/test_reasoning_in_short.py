"""In short: of the reasons for an outcome the one sentence that says what would bring adoption, else the first."""

from __future__ import annotations

import pytest

from workflows import shelf
from workflows.decision_rule import Reservation, Stance, Vote, decide, say, say_in_short

RULE = shelf.newest("benelux-obstacle").rules["unanimity"]
VOTERS = ("BE", "LU", "NL")
AGREED, OBJECTED = Vote(Stance.AGREE), Vote(Stance.OBJECT)
RESERVED = Vote(Stance.RESERVATION, Reservation.PARLIAMENTARY)


@pytest.mark.parametrize(
    ("votes", "place"),
    [
        (dict.fromkeys(VOTERS, AGREED), 0),
        ({"BE": OBJECTED, "LU": AGREED, "NL": AGREED}, 0),
        ({"BE": RESERVED, "LU": OBJECTED, "NL": AGREED}, 2),
        ({"BE": RESERVED}, 2),
        ({}, 0),
    ],
)
@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_it_is_the_sentence_that_holds_the_condition(votes: dict[str, Vote], place: int, language: str) -> None:
    found = decide(RULE, VOTERS, votes)
    assert say_in_short(found, language) == say(found, language)[place]
