"""The worker: what was committed is told, clocks ring, nothing is lost and nothing is told twice side by side."""

from __future__ import annotations

import json
import mailbox
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pytest
from sqlalchemy import insert, select, text

from notifications.channels import Channel, TryLater, Written, nothing
from notifications.channels.maildir import Maildir
from service.store import leases
from service.store.engine import Store
from service.store.errors import DatabaseGone
from service.store.outbox import Outbox
from service.store.tables import (
    DeliveryRow,
    EventRow,
    OnceRow,
    OutboxRow,
    SignInRow,
)
from service.worker import Worker
from tests.service.hands import MONDAY, Hand
from tests.service.seeds import House
from workflows.case import Case

DELIVERIES, OUTBOX, EVENTS = (row.__table__ for row in (DeliveryRow, OutboxRow, EventRow))


class Recorder:
    """A channel that remembers, and does what it is told before or after it takes a message."""

    def __init__(self, on_send: Callable[[str], None] = lambda _to: None) -> None:
        self.taken: list[tuple[str, str]] = []
        self.opened = self.closed = 0
        self.on_send = on_send

    def __enter__(self) -> Self:
        self.opened += 1
        return self

    def __exit__(self, *_: object) -> None:
        self.closed += 1

    def send(self, letter: Written, to: str, meanwhile: Callable[[], None] = nothing) -> None:
        self.on_send(to)
        self.taken.append((to, letter.message_id))
        meanwhile()


class Crash(BaseException):
    """The process is gone: nothing that catches errors catches this."""


@pytest.fixture
def store(house: House) -> Store:
    return house.store


@pytest.fixture
def hand() -> Hand:
    return Hand(MONDAY)


def a_worker(store: Store, channel: Channel, now: Callable[[], datetime], **more: Any) -> Worker:
    mail_from = "Slagboom <post@slagboom.test>"
    return Worker(store, channel, public_url="https://slagboom.test", mail_from=mail_from, now=now, **more)


def filed(store: Store, at: datetime) -> Case:
    """A case that an officer has filed just now."""
    house = House(store, at)
    return house.case(house.bring("submitted"))


def all_of(store: Store, statement: Any) -> list[Any]:
    with store.reading() as connection:
        return list(connection.execute(statement).all())


# -- letters -----------------------------------------------------------------------------------------


def test_what_was_committed_lies_in_the_maildir(store: Store, hand: Hand, tmp_path: Path) -> None:
    case = filed(store, hand.at)
    a_worker(store, Maildir(str(tmp_path / "mail")), hand).turn()

    messages = list(mailbox.Maildir(tmp_path / "mail", create=False))
    assert {message["Delivered-To"] for message in messages} == {"officer@example.org", "intake@example.org"}
    (head,) = all_of(store, select(EVENTS.c.sha256))
    for message in messages:
        assert message["X-Slagboom-Case"] == case.reference
        assert message["X-Slagboom-Event"] == head.sha256
        assert message["Message-ID"].endswith("@slagboom.test>")
    assert {row.state for row in all_of(store, select(DELIVERIES.c.state))} == {"sent"}


def test_a_notice_is_out_within_five_seconds_while_the_worker_runs(store: Store, tmp_path: Path) -> None:
    out = threading.Event()
    worker = a_worker(store, Recorder(lambda _to: out.set()), lambda: datetime.now(UTC))
    running = threading.Thread(target=worker.run)
    running.start()
    try:
        filed(store, datetime.now(UTC))
        assert out.wait(5)
    finally:
        worker.stop()
        running.join(10)
    assert not running.is_alive()


def test_one_connection_serves_all_letters_and_is_closed_when_there_are_no_more(store: Store, hand: Hand) -> None:
    for _ in range(3):
        filed(store, hand.at)
    channel = Recorder()
    a_worker(store, channel, hand).turn()
    assert len(channel.taken) == 6
    assert (channel.opened, channel.closed) == (1, 1)


def test_it_stops_after_the_letter_in_hand_and_the_rest_is_sent_by_the_next(store: Store, hand: Hand) -> None:
    for _ in range(3):
        filed(store, hand.at)
    channel = Recorder(lambda _to: worker.stop())
    worker = a_worker(store, channel, hand)
    worker.turn()
    assert len(channel.taken) == 1

    other = Recorder()
    a_worker(store, other, hand).turn()
    assert len(other.taken) == 5
    assert not set(channel.taken) & set(other.taken)


CRASHES = [
    (Outbox, "expand", "before"),
    (Outbox, "expand", "after"),
    (Outbox, "claim", "before"),
    (Outbox, "claim", "after"),
    (Recorder, "send", "before"),
    (Recorder, "send", "after"),
    (Outbox, "keep", "before"),
    (Outbox, "keep", "after"),
]


@pytest.mark.parametrize(("owner", "step", "when"), CRASHES, ids=lambda part: getattr(part, "__name__", part))
def test_a_crash_between_any_two_steps_loses_nothing(
    store: Store, hand: Hand, monkeypatch: pytest.MonkeyPatch, owner: type, step: str, when: str
) -> None:
    filed(store, hand.at)
    channel, real = Recorder(), getattr(owner, step)

    def crashing(*arguments: Any) -> Any:
        if when == "after":
            real(*arguments)
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(owner, step, crashing)
        with pytest.raises(Crash):
            a_worker(store, channel, hand).turn()
    hand.go(minutes=6)  # the dead worker's lease runs out
    a_worker(store, channel, hand).turn()

    sent = {row.message_id: row.email for row in all_of(store, select(DELIVERIES))}
    assert set(channel.taken) == {(email, message) for message, email in sent.items()}
    assert sorted(sent.values()) == ["intake@example.org", "officer@example.org"]
    doubles = len(channel.taken) - len(set(channel.taken))
    assert doubles == {("send", "after"): 1, ("keep", "before"): 2}.get((step, when), 0)  # two were kept together
    assert {row.state for row in all_of(store, select(DELIVERIES.c.state))} == {"sent"}


def test_two_workers_never_send_one_letter_side_by_side(store: Store, hand: Hand) -> None:
    for _ in range(4):
        filed(store, hand.at)
    Outbox(store, "before", "slagboom.example").expand(hand.at)  # letters wait for both before either begins
    meeting = threading.Barrier(2, timeout=10)
    met = threading.Event()

    def wait_for_the_other(_to: str) -> None:
        if not met.is_set():  # the first letters are in hand at the same time
            meeting.wait()
            met.set()

    channels = [Recorder(wait_for_the_other) for _ in range(2)]
    threads = [threading.Thread(target=a_worker(store, channel, hand, batch=2).turn) for channel in channels]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    taken = [letter for channel in channels for letter in channel.taken]
    assert len(taken) == len(set(taken)) == 8
    assert all(channel.taken for channel in channels)


def test_a_letter_that_does_not_get_out_is_tried_again_later(store: Store, hand: Hand) -> None:
    filed(store, hand.at)

    def closed(_to: str) -> None:
        raise TryLater("letter_postponed", "451 Later")

    channel = Recorder(closed)
    worker = a_worker(store, channel, hand)
    worker.turn()
    rows = all_of(store, select(DELIVERIES))
    assert {(row.state, row.reason) for row in rows} == {("waiting", "letter_postponed: 451 Later")}
    assert {row.next_at for row in rows} == {MONDAY + timedelta(minutes=1)}

    channel.on_send = lambda _to: None
    hand.go(seconds=61)
    worker.turn()
    assert len(channel.taken) == 2


def test_a_letter_that_cannot_be_read_is_parked_and_the_others_go_on(
    store: Store, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.worker import post

    filed(store, hand.at)
    failing, real = [ValueError("a column was lost")], post.letter
    monkeypatch.setattr(post, "letter", lambda *given: _raise(failing.pop()) if failing else real(*given))
    channel = Recorder()
    a_worker(store, channel, hand).turn()
    assert len(channel.taken) == 1
    assert sorted(row.state for row in all_of(store, select(DELIVERIES.c.state))) == ["parked", "sent"]


def test_a_database_that_is_gone_parks_no_letter(store: Store, hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    from service.worker import post

    filed(store, hand.at)
    channel = Recorder()
    with monkeypatch.context() as patch:
        patch.setattr(post, "letter", lambda *_: _raise(DatabaseGone("cut")))
        a_worker(store, channel, hand).turn()
    assert {row.state for row in all_of(store, select(DELIVERIES.c.state))} == {"waiting"}
    hand.go(minutes=6)
    a_worker(store, channel, hand).turn()
    assert len(channel.taken) == 2


def test_a_notice_that_nobody_can_resolve_does_not_hold_up_those_behind_it(store: Store, hand: Hand) -> None:
    broken = {"id": "0", "notice": "receipt", "roles": ["filer"], "context": {}, "created_at": MONDAY}
    with store.writing() as connection:
        connection.execute(insert(OUTBOX), broken)
    filed(store, hand.at)
    channel = Recorder()
    worker = a_worker(store, channel, hand)
    worker.turn()
    hand.go(seconds=1)
    worker.turn()
    assert len(channel.taken) == 2
    assert [row.id for row in all_of(store, select(OUTBOX.c.id).where(OUTBOX.c.expanded_at.is_(None)))] == ["0"]


# -- clocks ------------------------------------------------------------------------------------------


def test_a_week_of_absence_is_caught_up_once_and_in_order(store: Store, hand: Hand) -> None:
    cases = [filed(store, MONDAY + timedelta(days=day)) for day in range(3)]
    hand.at = MONDAY
    a_worker(store, Recorder(), hand).turn()
    before = _rung(store)

    hand.go(days=40)
    channel = Recorder()
    worker = a_worker(store, channel, hand)
    worker.turn()
    rung = _rung(store)[len(before) :]
    assert {case for case, _, _ in rung} == {case.id for case in cases}
    for case in cases:
        marks = [on for found, _, on in rung if found == case.id]
        assert marks == sorted(marks)
    told = list(channel.taken)
    assert len(told) == len(set(told))

    hand.go(hours=2)
    worker.turn()
    a_worker(store, channel, hand).turn()
    assert _rung(store)[len(before) :] == rung
    assert channel.taken == told


def test_two_workers_ring_a_clock_once(store: Store, hand: Hand) -> None:
    for _ in range(3):
        filed(store, hand.at)
    hand.go(days=40)
    threads = [threading.Thread(target=a_worker(store, Recorder(), hand).turn) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    rung = _rung(store)
    assert rung
    assert len(rung) == len(set(rung))


def test_a_clock_that_fails_does_not_hold_up_the_others(
    store: Store, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    import service.worker as module

    first, second = filed(store, hand.at), filed(store, hand.at)
    hand.go(days=40)
    real = module.ring_clock
    monkeypatch.setattr(
        module,
        "ring_clock",
        lambda command, work: _raise(ValueError) if command.case == first.id else real(command, work),
    )
    a_worker(store, Recorder(), hand).turn()
    assert {case for case, _, _ in _rung(store)} == {second.id}


def test_the_clocks_are_left_to_the_worker_that_has_them(store: Store, hand: Hand) -> None:
    filed(store, hand.at)
    hand.go(days=40)
    with store.writing() as connection:
        assert leases.take(connection, "clocks", "another", hand.at, 60)
    worker = a_worker(store, Recorder(), hand)
    worker.turn()
    assert _rung(store) == []
    hand.go(seconds=61)  # the other one died
    worker.turn()
    assert _rung(store)


def test_a_new_day_in_brussels_is_looked_at_when_it_begins(store: Store) -> None:
    before_midnight = Hand(datetime(2026, 7, 1, 21, 30, tzinfo=UTC))
    worker = a_worker(store, Recorder(), before_midnight)
    worker.turn()
    with store.writing() as connection:
        connection.execute(text("DELETE FROM leases"))
    clocks = worker._calendar[0]
    assert clocks.seconds_left(before_midnight.at) == 30 * 60
    assert clocks.seconds_left(before_midnight.at + timedelta(minutes=30)) == 0


# -- the rest ----------------------------------------------------------------------------------------


def test_keys_of_yesterday_and_old_sign_ins_are_forgotten(store: Store, hand: Hand) -> None:
    key = {"person_id": "officer", "operation": "POST /cases", "fingerprint": "f", "status": 201, "state": "done"}
    with store.writing() as connection:
        for name, hours in (("old", 25), ("new", 23)):
            at = MONDAY - timedelta(hours=hours)
            connection.execute(insert(OnceRow.__table__), key | {"key": name, "created_at": at})
        for name, minutes in (("old", 6), ("new", 4)):
            tried = {"id": name, "email": "x@example.org", "at": MONDAY - timedelta(minutes=minutes), "ok": False}
            connection.execute(insert(SignInRow.__table__), tried)
    a_worker(store, Recorder(), hand).turn()
    assert [row.key for row in all_of(store, select(OnceRow.__table__.c.key))] == ["new"]
    assert [row.id for row in all_of(store, select(SignInRow.__table__.c.id))] == ["new"]


def _rung(store: Store) -> list[tuple[str, str, date]]:
    """Every mark that rang: case, `clock mark`, day; in the order in which it was written."""
    statement = select(EVENTS).where(EVENTS.c.kind == "ClockRang").order_by(EVENTS.c.id)
    found = []
    for row in all_of(store, statement):
        body = json.loads(row.body)
        found.append((row.case_id, f"{body['clock']} {body['mark']}", row.on_date))
    return found


def _raise(error: BaseException | type[BaseException]) -> Any:
    raise error
