"""Ids: unique, of version 7, and in the order in which they were made."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

from service.store.ids import new_id
from tests.service.store.rows import MORNING


def test_an_id_is_a_uuid_of_version_7_that_knows_its_millisecond() -> None:
    made = UUID(new_id(MORNING))
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == int(MORNING.timestamp() * 1000)
    assert len(new_id(MORNING)) == 36


def test_ids_sort_as_they_were_made() -> None:
    moments = [MORNING + timedelta(microseconds=step) for step in range(0, 5000, 7)]
    made = [new_id(moment) for moment in moments for _ in range(3)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_of_one_moment_rise_whatever_others_make_in_between() -> None:
    made = []
    for step in range(200):
        made.append(new_id(MORNING))
        new_id(MORNING + timedelta(microseconds=step))
        new_id(MORNING - timedelta(days=step))
    assert made == sorted(made)


def test_an_earlier_moment_gives_an_earlier_id() -> None:
    later = new_id(MORNING)
    assert new_id(datetime(2023, 1, 1, tzinfo=UTC)) < later


def test_threads_never_get_the_same_id() -> None:
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.extend(new_id(MORNING) for _ in range(500))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2000
