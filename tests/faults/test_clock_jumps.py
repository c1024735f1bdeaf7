"""The clock jumps: hours and days, forwards and backwards, while cases move.

What must hold: the log and everything that is worked out from it, whatever the clock said; that nothing waits for a
day to come; that nothing sticks. What cannot: a clock that runs ahead lets periods run out that have not, sends the
digest of a week that is not over, and forgets the keys of requests; nobody but another clock would know.
"""

from __future__ import annotations

import dataclasses
import random
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from service.store.ids import new_id
from service.store.tables import ClockRow
from service.worker import Worker
from tests.faults.drift import Drift
from tests.faults.mailroom import Mailroom
from tests.faults.processes import FAKETIME, Site, seed_people
from tests.faults.siege import faults_of, rows, undisturbed, wait_for_post
from tests.faults.stubborn import Line
from tests.faults.told import Memory
from tests.faults.traffic import Traffic
from tests.faults.verdict import verdict
from tests.service.seeds import NOW, House
from tests.service.test_worker import Recorder

CLOCKS = ClockRow.__table__
STEPS = 250
DAY = 86_400
JUMPS = ("-2d", "+3d", "-30m", "+5h", "-26h", "+0")


def test_whatever_the_clock_says_the_books_are_right(house: House, database_url: str, seed: int) -> None:
    chance, memory = random.Random(seed), Memory()
    at = [0.0]

    def seconds() -> float:
        """It runs, and every few steps it jumps, by up to three days either way."""
        if chance.random() < 0.3:
            at[0] = chance.uniform(-3, 3) * DAY
        at[0] += 1
        return at[0]

    drift = Drift(house, seed, memory, seconds)
    rounds = 0
    while len(memory.deeds) <= STEPS / 3 and rounds < 4:  # by chance many a step is refused
        drift.run(STEPS)
        rounds += 1
    assert memory.surprises == []
    assert verdict(database_url, memory.deeds) == []
    assert len(memory.deeds) > STEPS / 3, memory.refusals


def test_a_clock_that_is_set_back_lets_no_period_run_out(house: House) -> None:
    house.bring("consultation")
    before = [dict(row) for row in _clocks(house)]
    channel = Recorder()
    for back in (timedelta(hours=3), timedelta(days=40), timedelta(days=4_000)):
        _worker(house, channel, back).turn()
    assert [dict(row) for row in _clocks(house)] == before
    assert {row["state"] for row in before} <= {"running", "met", "stopped"}


def test_what_a_clock_that_ran_ahead_let_run_out_can_still_be_met(house: House) -> None:
    case = house.bring("consultation")
    _worker(house, Recorder(), timedelta(days=-400)).turn()
    assert "missed" in {row["state"] for row in _clocks(house)}
    house.agree(case)
    house.move("secretary", case, "close_consultation")
    assert house.case(case).stage == "common_position"


def test_ids_are_unique_whatever_the_clock_does(seed: int) -> None:
    chance = random.Random(seed)
    moments = [NOW + timedelta(seconds=chance.choice((0, 0, 0, -DAY, DAY, -1))) for _ in range(200_000)]
    ids = [new_id(moment) for moment in moments]
    assert len(set(ids)) == len(ids)
    assert {id[14] for id in ids} == {"7"}


def _clocks(house: House) -> list[dict[str, object]]:
    with house.store.reading() as connection:
        ordered = select(CLOCKS).order_by(CLOCKS.c.case_id, CLOCKS.c.name)
        return [dict(row) for row in connection.execute(ordered).mappings()]


def _worker(house: House, channel: Recorder, back: timedelta) -> Worker:
    now = house.now - back
    return Worker(
        house.store, channel, public_url="https://slagboom.test", mail_from="post@slagboom.test", now=lambda: now
    )


@pytest.mark.timeout(300)
@pytest.mark.skipif(FAKETIME is None, reason="THE CLOCK OF REAL PROCESSES WAS NOT MOVED: install faketime")
def test_real_processes_go_on_when_their_clock_jumps(at: Site, post: Mailroom, seed: int, tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    clock.write_text("+0")
    seed_people(at)
    at.start("server", clock=clock)
    at.start("worker", clock=clock)
    at.wait_until_ready()
    traffic = Traffic(Line(at.address), seed, pause=0.02)
    dossier, heard = undisturbed(at, traffic.line, post)
    traffic.dossiers.append(dossier)
    traffic.start(people=3)
    try:
        for jump in JUMPS:
            _set(clock, jump)
            _wait_for_answers(traffic)
            assert not traffic.faults, f"after {jump}: {traffic.faults}"
    finally:
        traffic.stop()
        traffic.line.close()
    assert traffic.faults == []
    wait_for_post(at, 30)
    at.end("worker")
    at.end("server")
    for dossier in traffic.dossiers:  # keys are forgotten after a day, by the clock that there is
        dossier.deeds = [dataclasses.replace(deed, key=None) for deed in dossier.deeds]
    assert list(faults_of(at, post, traffic, heard)) == []
    days = {str(row.at)[:10] for row in rows(at, "SELECT at FROM events")}
    assert len(days) >= 3, "the clock of the server never jumped"


def _set(clock: Path, jump: str) -> None:
    draft = clock.with_suffix(".draft")
    draft.write_text(jump)
    draft.replace(clock)


def _wait_for_answers(traffic: Traffic) -> None:
    before, until = traffic.answers, time.monotonic() + 60
    while traffic.answers < before + 12 and not traffic.faults:
        assert time.monotonic() < until, "nobody got an answer"
        time.sleep(0.05)
