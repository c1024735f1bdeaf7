"""Two transactions take turns."""

from __future__ import annotations

import threading

from service.store.engine import Store
from service.store.turns import take_turn


def test_the_second_waits_until_the_first_has_ended(store: Store) -> None:
    order: list[str] = []
    started = threading.Event()

    def second() -> None:
        started.set()
        with store.writing() as connection:
            take_turn(connection, "imports")
            order.append("second")

    with store.writing() as connection:
        take_turn(connection, "imports")
        thread = threading.Thread(target=second)
        thread.start()
        assert started.wait(10)
        thread.join(0.2)  # long enough to overtake, if it could
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


def test_turns_of_other_names_do_not_wait(store: Store) -> None:
    if store.dialect == "postgresql":  # SQLite has one writer at a time anyhow
        with store.writing() as one, store.writing() as other:
            take_turn(one, "imports")
            take_turn(other, "exports")
