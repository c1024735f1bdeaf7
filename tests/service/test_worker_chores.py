"""Chores go on after a failure, and logs say what failed and nothing of people."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog

from service.store.errors import DatabaseGone
from service.worker.chores import Chore
from service.worker.logs import log_as_json
from tests.service.hands import MONDAY, Hand


def test_a_failing_chore_is_counted_and_tried_again_after_a_growing_pause() -> None:
    hand, failures = Hand(MONDAY), [DatabaseGone("cut")] * 7

    def do() -> timedelta:
        if failures:
            raise failures.pop()
        return timedelta(minutes=10)

    chore, pauses = Chore("clocks", do), []
    for _ in range(7):
        chore.turn(hand)
        pauses.append(chore.seconds_left(hand.at))
        hand.go(seconds=pauses[-1])
    assert pauses == [2, 4, 8, 16, 30, 30, 30]
    assert chore.failures == 7
    chore.turn(hand)
    assert chore.failures == 0
    assert chore.seconds_left(hand.at) == 600


@pytest.mark.parametrize("back", [{"seconds": -2}, {"minutes": -30}, {"days": -400}], ids=str)
def test_a_clock_of_the_machine_that_was_set_back_holds_up_no_chore(back: dict[str, float]) -> None:
    hand, done = Hand(MONDAY), []
    chore = Chore("letters", lambda: done.append(hand.at) or timedelta(seconds=0.5))
    chore.turn(hand)
    hand.go(**back)
    chore.turn(hand)
    assert len(done) == 2
    assert chore.seconds_left(hand.at) == 0.5


@pytest.fixture
def _as_it_was() -> Iterator[None]:
    """Logging is the process's own; put it back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.usefixtures("_as_it_was")
def test_logs_are_lines_of_json_that_say_what_failed_where_and_nothing_of_people() -> None:
    stream = io.StringIO()
    log_as_json(stream)
    try:
        raise ValueError("Jan Peeters has no mandate")
    except ValueError:
        structlog.get_logger("slagboom.test").exception("chore_failed", chore="letters")
        logging.getLogger("notifications.relay").exception("delivery %s: the channel failed", "d-1")
    ours, theirs = (json.loads(line) for line in stream.getvalue().splitlines())
    assert ours["event"] == "chore_failed"
    assert (ours["chore"], ours["level"], ours["error"]) == ("letters", "error", "builtins.ValueError")
    assert "tests/service/test_worker_chores.py" in ours["where"][-1]
    assert theirs["event"] == "delivery d-1: the channel failed"
    assert "Peeters" not in stream.getvalue()
