"""The outbox: who hears is decided once, at the moment of sending; a letter is one worker's at a time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from service.store.engine import Store
from service.store.outbox import LEASE, NotSent, Outbox, Sent
from service.store.tables import DeliveryRow, MandateRow, OutboxRow
from tests.service.store.people import NOW, file, settle

DELIVERIES = DeliveryRow.__table__
LATER = NOW + timedelta(seconds=5)


def outbox(store: Store, holder: str = "worker-1") -> Outbox:
    return Outbox(store, holder, "slagboom.example")


def test_roles_become_people_with_their_language(store: Store) -> None:
    people = settle(store)
    file(store, people)
    assert outbox(store).expand(LATER) == 4
    assert outbox(store).expand(LATER) == 0
    with store.reading() as connection:
        rows = connection.execute(select(DELIVERIES).order_by(DELIVERIES.c.id)).mappings().all()
    told = [(row["notice"], row["email"], row["language"], row["role"]) for row in rows]
    assert told == [
        ("receipt", "filer@slagboom.example", "fr", "filer"),
        ("waiting", "intake@slagboom.example", "nl", "intake"),
        ("progress", "filer@slagboom.example", "fr", "filer"),
        ("waiting", "secretary@slagboom.example", "nl", "secretary"),
    ]
    assert len({row["message_id"] for row in rows}) == 4


def test_a_mandate_that_ended_meanwhile_is_not_written_to(store: Store) -> None:
    people = settle(store)
    file(store, people)
    with store.writing() as connection:
        ended = update(MandateRow.__table__).where(MandateRow.__table__.c.person_id == people["secretary"].person)
        connection.execute(ended.values(ends_on=NOW.date() - timedelta(days=1)))
    outbox(store).expand(LATER)
    with store.reading() as connection:
        rows = connection.execute(select(DELIVERIES.c.person_id, DELIVERIES.c.role, DELIVERIES.c.instead_of)).all()
    assert rows[-1] == (people["intake"].person, "secretary", "secretary")


def test_a_letter_is_one_workers_until_its_lease_runs_out(store: Store) -> None:
    file(store, settle(store))
    first, second = outbox(store, "worker-1"), outbox(store, "worker-2")
    first.expand(LATER)
    taken = first.claim(LATER, 3)
    assert [one.attempts for one in taken] == [1, 1, 1]
    rest = second.claim(LATER, 10)
    assert len(rest) == 1
    assert second.claim(LATER, 10) == []
    again = second.claim(LATER + LEASE + timedelta(seconds=1), 10)
    assert {one.delivery for one in again} == {one.delivery for one in (*taken, *rest)}
    assert {one.attempts for one in again} == {2}


def test_a_clock_that_ran_ahead_and_was_set_back_holds_up_no_letter(store: Store) -> None:
    file(store, settle(store))
    ahead, first, second = LATER + timedelta(days=3), outbox(store, "worker-1"), outbox(store, "worker-2")
    first.expand(ahead)
    taken = first.claim(ahead, 2)
    tried = NotSent(taken[0].delivery, "waiting", "the mail server is full", ahead + timedelta(minutes=1))
    first.keep([], [tried])
    assert len(second.claim(LATER, 10)) == 4, "one waits for a day to come, one is leased until then, two are new"
    assert first.claim(LATER, 10) == []


def test_a_clock_that_is_a_little_behind_takes_no_letter_from_who_has_it(store: Store) -> None:
    file(store, settle(store))
    first, second = outbox(store, "worker-1"), outbox(store, "worker-2")
    first.expand(LATER)
    assert len(first.claim(LATER, 10)) == 4
    assert second.claim(LATER - LEASE / 2, 10) == []


def test_what_became_of_each_letter_is_kept(store: Store) -> None:
    file(store, settle(store))
    box = outbox(store)
    box.expand(LATER)
    sent, later, parked, refused = (one.delivery for one in box.claim(LATER, 10))
    others = [
        NotSent(later, "waiting", "the mail server is away", LATER + timedelta(minutes=1)),
        NotSent(parked, "parked", "tried eight times", LATER),
        NotSent(refused, "refused", "no such mailbox", LATER),
    ]
    box.keep([Sent(sent, "Ontvangen", LATER)], others)
    assert box.claim(LATER, 10) == []
    assert [one.delivery for one in box.claim(LATER + timedelta(minutes=1), 10)] == [later]
    box.keep((), [NotSent(sent, "waiting", "too late: it was sent", LATER)])
    with store.reading() as connection:
        rows = connection.execute(select(DELIVERIES.c.id, DELIVERIES.c.state, DELIVERIES.c.reason)).all()
    states = {row.id: (row.state, row.reason) for row in rows}
    assert states[sent] == ("sent", None)
    assert states[parked] == ("parked", "tried eight times")
    assert states[refused] == ("refused", "no such mailbox")


def test_a_lease_is_begun_anew_only_where_it_is_still_ours(store: Store) -> None:
    file(store, settle(store))
    first, second = outbox(store, "worker-1"), outbox(store, "worker-2")
    first.expand(LATER)
    ids = [one.delivery for one in first.claim(LATER, 4)]
    gone = LATER + LEASE + timedelta(seconds=1)
    taken = [one.delivery for one in second.claim(gone, 2)]
    assert set(first.hold(ids, gone)) == set(ids) - set(taken)
    assert second.claim(gone, 10) == []


def test_a_worker_that_comes_back_too_late_spoils_nothing(store: Store) -> None:
    """It says what it knows of letters that another has by now: that one is out counts, that one is not does not."""
    file(store, settle(store))
    first, second = outbox(store, "worker-1"), outbox(store, "worker-2")
    first.expand(LATER)
    out, stuck, *_ = [one.delivery for one in first.claim(LATER, 4)]
    gone = LATER + LEASE + timedelta(seconds=1)
    second.claim(gone, 4)
    first.keep([Sent(out, "Ontvangen", gone)], [NotSent(stuck, "parked", "server_gone", gone)])
    assert first.claim(gone, 4) == []
    second.keep((), [NotSent(out, "waiting", "server_gone", gone), NotSent(stuck, "waiting", "server_silent", gone)])
    with store.reading() as connection:
        rows = connection.execute(select(DELIVERIES.c.id, DELIVERIES.c.state, DELIVERIES.c.reason)).all()
    found = {row.id: (row.state, row.reason) for row in rows}
    assert (found[out], found[stuck]) == (("sent", None), ("waiting", "server_silent"))


def test_what_was_not_tried_counts_as_no_attempt_and_says_why_it_waits(store: Store) -> None:
    file(store, settle(store))
    first, second = outbox(store, "worker-1"), outbox(store, "worker-2")
    first.expand(LATER)
    (other,) = [one.delivery for one in second.claim(LATER, 1)]
    mine = [one.delivery for one in first.claim(LATER, 1)]
    first.put_back([*mine, other], "server_silent", LATER)
    with store.reading() as connection:
        rows = connection.execute(select(DELIVERIES)).mappings().all()
    found = {row["id"]: (row["attempts"], row["reason"], row["leased_by"]) for row in rows}
    assert found.pop(other) == (1, None, "worker-2")
    assert set(found.values()) == {(0, "server_silent", None)}
    assert len(first.claim(LATER, 10)) == 3


def test_a_letter_to_one_person_names_that_person(store: Store) -> None:
    people = settle(store)
    row = {
        "id": "outbox-1", "notice": "account", "roles": [], "created_at": NOW,
        "context": {"person": people["filer"].person, "what": "password"},
    }  # fmt: skip
    with store.writing() as connection:
        connection.execute(OutboxRow.__table__.insert(), row)
    assert outbox(store).expand(LATER) == 1
    with store.reading() as connection:
        found = connection.execute(select(DELIVERIES)).mappings().one()
    assert (found["notice"], found["person_id"], found["event_id"]) == ("account", people["filer"].person, None)
