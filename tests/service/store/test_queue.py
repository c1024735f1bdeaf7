"""The queue of those who want to write: first come, first served, and nobody's turn is lost."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from service.store.sqlite import Queue

PATIENCE = 20.0  # longer than any of this takes


def waiting(queue: Queue, act: Callable[[], None], patience: float = PATIENCE) -> threading.Thread:
    """A thread that has come to the queue and waits there; it acts when its turn comes."""
    known = len(queue._waiting)

    def take_turn() -> None:
        if queue.enter(patience):
            act()
            queue.leave()

    thread = threading.Thread(target=take_turn)
    thread.start()
    until = time.monotonic() + PATIENCE
    while len(queue._waiting) == known and time.monotonic() < until:
        time.sleep(0.001)
    return thread


def test_who_came_first_is_let_in_first() -> None:
    queue, order = Queue(), list[int]()
    assert queue.enter(0)
    threads = [waiting(queue, partial(order.append, number)) for number in range(8)]
    queue.leave()
    for thread in threads:
        thread.join(PATIENCE)
    assert order == list(range(8))
    assert queue.enter(0)


def test_who_has_just_written_waits_behind_those_who_came_meanwhile() -> None:
    queue, order = Queue(), list[str]()
    assert queue.enter(0)
    thread = waiting(queue, lambda: order.append("the other"))
    queue.leave()
    assert queue.enter(PATIENCE)
    order.append("the first again")
    queue.leave()
    thread.join(PATIENCE)
    assert order == ["the other", "the first again"]


def test_who_loses_patience_leaves_and_the_next_one_is_let_in() -> None:
    queue, order = Queue(), list[str]()
    assert queue.enter(0)
    assert not queue.enter(0.01)
    thread = waiting(queue, lambda: order.append("the next"))
    queue.leave()
    thread.join(PATIENCE)
    assert order == ["the next"]


def test_a_turn_that_comes_while_one_gives_up_is_not_lost() -> None:
    """Patience that ends just when the turn comes: again and again, from many sides."""
    queue, came, inside = Queue(), Counter[str](), threading.Lock()

    def press(patience: float) -> None:
        for _ in range(200):
            if queue.enter(patience):
                assert inside.acquire(blocking=False)
                time.sleep(0.0001)
                inside.release()
                queue.leave()
                came["in"] += 1

    threads = [threading.Thread(target=press, args=(number * 0.0001,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert came["in"] > 0
    assert queue.enter(PATIENCE)
    assert not queue._waiting


class Interrupted(BaseException):
    """Stands for Ctrl-C."""


@pytest.mark.parametrize("too_late", [True, False])
def test_who_is_interrupted_while_waiting_takes_no_turn_away(monkeypatch: pytest.MonkeyPatch, too_late: bool) -> None:
    queue = Queue()

    class Ticket:
        """A lock that is interrupted while it is waited for; `too_late`: when the turn had come already."""

        def acquire(self, timeout: float = -1) -> bool:
            if timeout < 0:
                return True
            if too_late:
                queue.leave()
            raise Interrupted

        def release(self) -> None:
            """Nobody waits for it any more."""

    assert queue.enter(0)
    monkeypatch.setattr(threading, "Lock", Ticket)
    with pytest.raises(Interrupted):
        queue.enter(PATIENCE)
    monkeypatch.undo()
    if not too_late:
        queue.leave()
    assert queue.enter(0)
