"""A lease belongs to one process at a time, and to another when its time is over."""

from __future__ import annotations

from datetime import timedelta

from service.store.engine import Store
from service.store.leases import give_back, take
from tests.service.store.rows import MORNING


def try_to_take(store: Store, holder: str, seconds_later: int, name: str = "sweep") -> bool:
    with store.writing() as connection:
        return take(connection, name, holder, MORNING + timedelta(seconds=seconds_later), 30)


def test_one_holder_at_a_time(store: Store) -> None:
    assert try_to_take(store, "one", 0)
    assert not try_to_take(store, "two", 29)
    assert try_to_take(store, "two", 0, "digest")
    assert try_to_take(store, "two", 30)
    assert not try_to_take(store, "one", 31)


def test_who_has_it_takes_it_longer(store: Store) -> None:
    assert try_to_take(store, "one", 0)
    assert try_to_take(store, "one", 20)
    assert not try_to_take(store, "two", 49)


def test_who_gives_it_back_lets_the_next_one_in(store: Store) -> None:
    assert try_to_take(store, "one", 0)
    with store.writing() as connection:
        give_back(connection, "sweep", "two")
    assert not try_to_take(store, "two", 1)
    with store.writing() as connection:
        give_back(connection, "sweep", "one")
    assert try_to_take(store, "two", 1)


def test_a_lease_of_a_clock_that_ran_ahead_does_not_stick(store: Store) -> None:
    assert try_to_take(store, "one", 86_400)
    assert try_to_take(store, "two", 0), "one died, and nobody waits a day for it"
    assert not try_to_take(store, "three", -30), "a clock that is a little behind takes nothing from who has it"
    assert not try_to_take(store, "three", 29)
