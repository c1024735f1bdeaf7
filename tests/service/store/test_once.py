"""A request with a key happens once, whatever arrives beside it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from service.store.engine import Store
from service.store.once import Seen, keep, prune, seen
from tests.service.store.rows import MORNING
from workflows.errors import IdempotencyInProgress, IdempotencyMismatch

WHO = ("person-1", "POST /cases", "key-1")
RESULT = Seen(status=201, location="/api/v1/cases/a", thing="case", thing_id="a")


def test_a_request_that_was_carried_out_is_seen(store: Store) -> None:
    with store.writing() as connection:
        assert seen(connection, *WHO, "f") is None
        keep(connection, *WHO, "f", RESULT, MORNING)
    with store.writing() as connection:
        assert seen(connection, *WHO, "f") == RESULT


@pytest.mark.parametrize("other", [("person-2", *WHO[1:]), (WHO[0], "POST /x", WHO[2]), (*WHO[:2], "key-2")])
def test_the_key_belongs_to_the_person_and_the_operation(store: Store, other: tuple[str, str, str]) -> None:
    with store.writing() as connection:
        keep(connection, *WHO, "f", RESULT, MORNING)
    with store.writing() as connection:
        assert seen(connection, *other, "f") is None


def test_the_key_cannot_be_used_for_another_request(store: Store) -> None:
    with store.writing() as connection:
        keep(connection, *WHO, "f", RESULT, MORNING)
    with pytest.raises(IdempotencyMismatch), store.writing() as connection:
        seen(connection, *WHO, "g")


def test_a_request_that_was_refused_is_not_kept(store: Store) -> None:
    def fail(connection: Connection) -> None:
        keep(connection, *WHO, "f", RESULT, MORNING)
        raise RuntimeError

    with pytest.raises(RuntimeError), store.writing() as connection:
        fail(connection)
    with store.writing() as connection:
        assert seen(connection, *WHO, "f") is None


def test_the_second_of_two_at_once_waits_or_is_turned_away(store: Store) -> None:
    heard: list[object] = []
    started = threading.Event()

    def second() -> None:
        started.set()
        try:
            with store.writing() as connection:
                heard.append(seen(connection, *WHO, "f"))
        except IdempotencyInProgress as error:
            heard.append(error.code)

    thread = threading.Thread(target=second)
    with store.writing() as connection:
        assert seen(connection, *WHO, "f") is None
        thread.start()
        started.wait()
        if store.dialect == "postgresql":
            thread.join()  # turned away while the first is still at it
        keep(connection, *WHO, "f", RESULT, MORNING)
    thread.join()
    assert heard == ([RESULT] if store.dialect == "sqlite" else ["idempotency_in_progress"])
    with store.writing() as connection:
        assert seen(connection, *WHO, "f") == RESULT


def test_old_ones_are_forgotten(store: Store) -> None:
    with store.writing() as connection:
        keep(connection, *WHO, "f", RESULT, MORNING)
        keep(connection, *WHO[:2], "key-2", "f", RESULT, MORNING + timedelta(hours=1))
    with store.writing() as connection:
        assert prune(connection, MORNING + timedelta(minutes=1)) == 1
        assert seen(connection, *WHO, "g") is None
        assert seen(connection, *WHO[:2], "key-2", "f") == RESULT
