"""Numbers: one after the other in a year, without holes, and above those that were given elsewhere."""

from __future__ import annotations

import threading

import pytest

from service.store.engine import Store
from service.store.numbers import next_number, record


def take(store: Store, series: str = "OBS", year: int = 2026) -> int:
    with store.writing() as connection:
        return next_number(connection, series, year)


def test_each_series_and_year_counts_for_itself(store: Store) -> None:
    assert [take(store), take(store), take(store, year=2027), take(store, "PRO"), take(store)] == [1, 2, 1, 1, 3]


def test_a_number_of_a_command_that_failed_goes_to_the_next(store: Store) -> None:
    assert take(store) == 1
    with pytest.raises(RuntimeError), store.writing() as connection:
        raise RuntimeError(next_number(connection, "OBS", 2026))
    assert take(store) == 2


def test_threads_get_a_row_without_holes_or_doubles(store: Store) -> None:
    taken: list[int] = []
    threads = [threading.Thread(target=lambda: taken.extend(take(store) for _ in range(10))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 51))


@pytest.mark.parametrize(("known", "following"), [([7], 8), ([7, 3], 8), ([3, 7, 7], 8), ([], 1)])
def test_the_next_number_lies_above_the_highest_known(store: Store, known: list[int], following: int) -> None:
    with store.writing() as connection:
        for number in known:
            record(connection, "M", 2015, number)
    assert take(store, "M", 2015) == following
    assert take(store, "M", 2016) == 1


def test_a_number_from_elsewhere_below_ours_changes_nothing(store: Store) -> None:
    assert [take(store, "M"), take(store, "M")] == [1, 2]
    with store.writing() as connection:
        record(connection, "M", 2026, 1)
    assert take(store, "M") == 3


@pytest.mark.parametrize(("series", "number"), [("OBS", 4), ("M", 0), ("M", -1)])
def test_references_of_cases_are_never_given_elsewhere(store: Store, series: str, number: int) -> None:
    with pytest.raises(ValueError, match="number"), store.writing() as connection:
        record(connection, series, 2026, number)
    assert take(store, series) == 1
