"""Whatever was changed behind the log's back shows: against the events, the counters, and the seals of the past."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, Executable, delete, select, text, update

from service.store.chain import Fault, make_seal, merkle_root
from service.store.recomputing import at_one_moment, check_numbers, recompute, size
from service.store.resealing import check_seals
from service.store.seals import HEADS
from service.store.tables import (
    CaseRow,
    ClockRow,
    EventRow,
    InstrumentRow,
    NumberRow,
    OutboxRow,
    SealedHeadRow,
    SealRow,
)
from tests.service.seeds import House

CASES, CLOCKS, NUMBERS = CaseRow.__table__, ClockRow.__table__, NumberRow.__table__
INSTRUMENTS, SEALS = InstrumentRow.__table__, SealRow.__table__
EVENTS, OUTBOX, SEALED = EventRow.__table__, OutboxRow.__table__, SealedHeadRow.__table__


def recomputed(house: House, case: str | None = None) -> list[Fault]:
    with house.store.reading() as connection:
        at_one_moment(connection)
        found = list(recompute(connection, case))
        if case is None:
            assert sum(events for events, _ in found) == size(connection)[1]
        return [fault for _, faults in found for fault in faults]


def numbers(house: House) -> list[Fault]:
    with house.store.reading() as connection:
        return list(check_numbers(connection))


def seals(house: House) -> list[Fault]:
    with house.store.reading() as connection:
        return list(check_seals(connection))


def test_every_case_is_what_its_events_say(house: House) -> None:
    for stage in ("draft", "submitted", "information_requested", "inadmissible", "consultation", "resolved"):
        house.now += timedelta(days=1)
        house.bring(stage)
    assert recomputed(house) == []
    assert numbers(house) == []


QUIET = CLOCKS.c.name == "quiet"
TAMPERED = [
    (update(CASES).values(stage="exploration"), "the stage is exploration, by the events consultation"),
    (update(CASES).values(anchor="submitted"), "the anchor is submitted, by the events "),
    (update(CASES).values(ended=True), "is ended, though it stands in consultation"),
    (update(CASES).values(reference="OBS-2026-0007"), "is called OBS-2026-0007, by the events OBS-2026-0001"),
    (update(CASES).values(procedure_version=9), "follows benelux-obstacle/9, which this program does not know"),
    (update(CLOCKS).values(rung=["late"]).where(QUIET), "the clock quiet: rung is ['late'], by the events []"),
    (update(CLOCKS).values(state="met").where(QUIET), "the clock quiet: state is met, by the events running"),
    (update(CLOCKS).values(suspended_days=3), "suspended_days is 3, by the events 0"),
    (update(CLOCKS).values(due_on=date(2030, 1, 1)), "due_on is 2030-01-01, by the events 2"),
    (delete(CLOCKS), "the clock quiet is not there"),
    (update(CLOCKS).values(name="invented").where(QUIET), "no event started the clock invented"),
]


@pytest.mark.parametrize(("change", "told"), TAMPERED, ids=[told for _, told in TAMPERED])
def test_a_row_that_was_changed_by_hand_is_found(house: House, change: Executable, told: str) -> None:
    case = house.bring("consultation")
    with house.store.writing() as connection:
        connection.execute(change)
    found = recomputed(house)
    assert {fault.case for fault in found} == {case}
    assert any(told in fault.what for fault in found), found
    assert recomputed(house, case) == found


def test_a_case_that_no_event_began_is_found(house: House) -> None:
    case = house.begin()
    with house.store.writing() as connection:
        connection.execute(update(CASES).values(stage="submitted"))
    assert recomputed(house) == [Fault(case, None, "stands in submitted without a single event")]


def test_a_hole_in_the_references_is_found(house: House) -> None:
    for _ in range(3):
        house.bring("submitted")
    with house.store.writing() as connection:
        connection.execute(update(CASES).where(CASES.c.reference == "OBS-2026-0002").values(reference="OBS-2026-0009"))
    assert [fault.what for fault in numbers(house)] == [
        "numbers were given that no case has: 0002",
        "a case has number 9, the counter stands at 3",
    ]
    with house.store.writing() as connection:
        connection.execute(update(CASES).where(CASES.c.reference == "OBS-2026-0009").values(reference="Visé"))
        connection.execute(NUMBERS.delete())
    assert [(fault.case, fault.what) for fault in numbers(house)] == [
        ("Visé", "is not a reference as they are given here"),
        ("OBS-2026", "has numbers up to 3, and no counter that gave them"),
    ]


def test_an_instrument_above_its_counter_is_found(house: House) -> None:
    house.bring("implementation")
    assert numbers(house) == []
    with house.store.writing() as connection:
        connection.execute(update(INSTRUMENTS).values(number="M(2026)40"))
    assert numbers(house) == [Fault("M(2026)40", None, "lies above the counter of its year")]


def test_every_seal_can_be_made_again(house: House) -> None:
    for _ in range(4):
        house.bring("admissibility")
        house.now += timedelta(days=1)
        with house.store.writing() as connection:
            make_seal(connection, house.now)
    house.bring("submitted")
    assert seals(house) == []


def test_a_command_that_was_under_way_when_the_seal_was_made_is_no_fault(house: House) -> None:
    old = house.bring("submitted")
    sealed_at = house.now + timedelta(seconds=3)
    with house.store.writing() as connection:
        make_seal(connection, sealed_at)
    house.now += timedelta(seconds=2)  # began before the seal, committed after it
    house.bring("submitted")
    house.bring("admissibility", old)
    assert seals(house) == []


def test_a_seal_that_took_a_while_to_make_holds_what_came_meanwhile(house: House) -> None:
    began_at = house.now
    house.now += timedelta(seconds=2)
    house.bring("admissibility")
    with house.store.writing() as connection:
        seal = make_seal(connection, began_at)
    assert seal.at == house.now
    house.bring("submitted")
    assert seals(house) == []


def test_a_seal_made_while_many_write_can_be_made_again(house: House) -> None:
    slow = [house.bring("submitted") for _ in range(4)]
    house.now += timedelta(seconds=2)
    for _ in range(20):
        house.bring("submitted")
    with house.store.writing() as connection:
        make_seal(connection, house.now)
    house.now -= timedelta(seconds=1)  # they had begun before the twenty, and were kept after the seal
    for case in slow:
        house.bring("admissibility", case)
    house.now += timedelta(minutes=5)
    with house.store.writing() as connection:
        make_seal(connection, house.now)
    assert seals(house) == []


def test_two_seals_at_the_same_moment_are_one_after_the_other(house: House) -> None:
    made = []
    for _ in range(2):
        house.bring("submitted")
        with house.store.writing() as connection:
            made.append(make_seal(connection, house.now))
    assert made[0].at < made[1].at
    assert seals(house) == []


def test_what_was_noted_of_a_seal_cannot_hide_what_was_cut_off(house: House) -> None:
    case = house.bring("exploration")
    with house.store.writing() as connection:
        make_seal(connection, house.now)
        cut_off(connection, case)
        connection.execute(update(SEALED).values(position=SEALED.c.position - 1))
    assert [fault.case for fault in seals(house)] == ["seals"]


def cut_off(connection: Connection, case: str) -> None:
    """Take the last event of a case out, with its notices and its trace in the row, as an owner of the tables can."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TRIGGER events_refuse_delete")
    else:
        connection.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER events_refuse_delete")
    last = connection.execute(select(EVENTS).where(EVENTS.c.case_id == case).order_by(EVENTS.c.position.desc())).first()
    assert last is not None
    before = connection.execute(
        select(EVENTS.c.sha256).where(EVENTS.c.case_id == case, EVENTS.c.position == last.position - 1)
    ).scalar_one()
    connection.execute(delete(OUTBOX).where(OUTBOX.c.event_id == last.id))
    connection.execute(delete(EVENTS).where(EVENTS.c.id == last.id))
    connection.execute(update(CASES).where(CASES.c.id == case).values(events=last.position - 1, head=before))


@pytest.mark.parametrize("seconds", [0, 3600])
def test_a_log_that_was_changed_under_a_seal_is_found(house: House, seconds: int) -> None:
    house.bring("admissibility")
    with house.store.writing() as connection:
        make_seal(connection, house.now)
        # what somebody who can write the tables, triggers and all, would rather have had sealed
        forged = merkle_root([(row.id, "0" * 64) for row in connection.execute(HEADS)])
        later = house.now + timedelta(seconds=seconds)
        row = {"id": "forged", "at": later, "root": forged, "cases": 1, "events": 2}
        connection.execute(SEALS.insert(), row)
    house.now += timedelta(days=1)
    assert [fault.case for fault in seals(house)] == ["seals"]


def test_a_case_that_was_taken_out_whole_is_found_by_the_seal(house: House) -> None:
    house.bring("submitted")
    with house.store.writing() as connection:
        row = {"id": "before", "at": house.now, "root": "0" * 64, "cases": 2, "events": 2}
        connection.execute(SEALS.insert(), row)
    (fault,) = seals(house)
    assert fault.what == f"the log is not the one that was sealed at {house.now:%Y-%m-%d %H:%M:%S} UTC"


def test_reading_at_one_moment_sees_nothing_of_what_is_written_meanwhile(house: House) -> None:
    house.bring("submitted")
    with house.store.reading() as connection:
        at_one_moment(connection)
        before = size(connection)
        house.bring("submitted")
        assert size(connection) == before
    with house.store.reading() as connection:
        assert size(connection) != before
        assert connection.execute(text("SELECT 1")).scalar() == 1
