"""Clocks that run out: once, in order, also after a week of absence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from service.commands.clocks import THE_HOUSE, RingClock, ring_clock
from service.store.chain import verify
from service.store.clock_rows import due_clocks
from service.store.engine import Store
from service.store.tables import CaseRow, ClockRow, EventRow, OutboxRow
from service.store.work import Work
from tests.service.store.people import begin, file, move, settle

EVENTS, OUTBOX, CLOCKS, CASES = EventRow.__table__, OutboxRow.__table__, ClockRow.__table__, CaseRow.__table__


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store.open(database_url)
    yield opened
    opened.close()


def sweep(store: Store, now: datetime) -> list[tuple[str, str]]:
    """Everything that rings by now, as (clock, mark), in the order of ringing."""
    with store.reading() as connection:
        due = due_clocks(connection, now.date())
        before = connection.execute(select(EVENTS.c.id)).scalars().all()
    for case, clock in due:
        ring_clock(RingClock(case=case, clock=clock), Work(store, THE_HOUSE, now))
    with store.reading() as connection:
        assert list(verify(connection)) == []
        rows = connection.execute(select(EVENTS.c.id, EVENTS.c.body).order_by(EVENTS.c.id)).all()
    bodies = [json.loads(row.body) for row in rows if row.id not in before]
    return [(body["clock"], body["mark"]) for body in bodies]


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=UTC)


def test_a_missed_clock_says_so_once(store: Store) -> None:
    people = settle(store)
    move(store, people["filer"], begin(store, people["filer"]), "submit")  # five working days: until 1 December
    assert sweep(store, at(2026, 12, 1)) == []
    assert sweep(store, at(2026, 12, 2)) == [("acknowledge", "late")]
    assert sweep(store, at(2026, 12, 2)) == []
    assert sweep(store, at(2026, 12, 9)) == []
    with store.reading() as connection:
        told = connection.execute(select(OUTBOX.c.notice, OUTBOX.c.roles).order_by(OUTBOX.c.id.desc())).first()
        row = connection.execute(select(CASES.c.version, CASES.c.due_on)).one()
    assert told == ("late", ["intake"])
    assert row.version == 2, "a clock that runs out does not raise the version"
    assert row.due_on == at(2026, 12, 1).date(), "it is still due, and late"


def test_reminders_that_come_together_are_one_mail(store: Store) -> None:
    people = settle(store)
    case = file(store, people)
    data = {"questions": ["Which rule?"], "reply_by": "2026-12-18"}
    move(store, people["secretary"], case.id, "request_information", data)
    assert sweep(store, at(2026, 12, 14)) == []
    assert sweep(store, at(2026, 12, 21)) == [("reply", "before:3WD"), ("reply", "late")]
    with store.reading() as connection:
        rows = connection.execute(select(OUTBOX.c.notice, OUTBOX.c.roles, OUTBOX.c.context).order_by(OUTBOX.c.id)).all()
    rung = [(row.notice, row.roles) for row in rows if "mark" in row.context]
    assert rung == [("reminder", ["filer"]), ("waiting", ["secretary"])]


def test_quiet_repeats_every_three_months_and_catches_up_once(store: Store) -> None:
    people = settle(store)
    case = file(store, people)
    with store.reading() as connection:
        quiet = select(CLOCKS).where(CLOCKS.c.case_id == case.id, CLOCKS.c.name == "quiet")
        assert connection.execute(quiet).mappings().one()["due_on"] == at(2027, 2, 24).date()
    rung = sweep(store, at(2028, 1, 3))  # the worker was away for ten months
    assert rung.count(("quiet", "late")) == 1
    with store.reading() as connection:
        row = connection.execute(quiet).mappings().one()
    assert (row["state"], row["due_on"]) == ("running", at(2028, 2, 24).date())


def test_a_share_of_the_period_is_said_to_the_secretary(store: Store) -> None:
    people = settle(store)
    file(store, people)  # admissibility: 24 November to 25 January
    assert sweep(store, at(2027, 1, 12)) == []
    assert sweep(store, at(2027, 1, 14)) == [("admissibility", "at:80%")]
    with store.reading() as connection:
        told = connection.execute(select(OUTBOX.c.notice, OUTBOX.c.roles).order_by(OUTBOX.c.id.desc())).first()
    assert told == ("nearly_late", ["secretary"])


def test_an_ended_case_is_silent(store: Store) -> None:
    people = settle(store)
    case = file(store, people)
    move(
        store, people["filer"], case.id, "withdraw", reason="It was solved.", now=at(2026, 11, 24) + timedelta(hours=8)
    )
    assert sweep(store, at(2030, 1, 1)) == []
