"""Many at once: threads and processes move cases on one database, and afterwards everything holds."""

from __future__ import annotations

import mailbox
import os
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, text

from service.commands.comments import MakeComment, make_comment
from service.commands.links import LinkCase, link_case
from service.commands.moves import AskedMove, MoveCase, move_case
from service.commands.positions import GivePosition, give_position
from service.store.once import Seen
from service.store.tables import CommentRow, DeliveryRow, InstrumentRow
from service.store.work import Once
from tests.faults.drifting import Plan, a_worker, await_end, crowd, open_store, start_process, working
from tests.faults.honest import Honest
from tests.faults.served import served
from tests.faults.told import CameTo, Deed, Memory
from tests.faults.verdict import verdict
from tests.service.seeds import MEASURES, House
from tests.service.seeds import seed as seed_people
from tests.service.test_at_once import at_once, refusals
from workflows.errors import IdempotencyInProgress

COMMENTS, DELIVERIES, INSTRUMENTS = (row.__table__ for row in (CommentRow, DeliveryRow, InstrumentRow))
SEED = "SLAGBOOM_TEST_SEED"
STEPS = int(os.environ.get("SLAGBOOM_TEST_STEPS", "30"))
"""What each pair of hands does. More of it is for a longer run by hand."""
CASES = 200
STAGES = (
    *["draft"] * 6,
    *["submitted"] * 4,
    *["admissibility"] * 3,
    *["exploration"] * 3,
    *["consultation"] * 3,
    "adoption",
)


@pytest.fixture
def house(database_url: str) -> Iterator[Honest]:
    """People of every role, and cases that only ever move by what people ask for."""
    with open_store(database_url) as store:
        seed_people(store)
        yield Honest(store)


@pytest.fixture
def drawn() -> int:
    """What chance is made from: another one each time, printed with a failure; name it to see nearly the same again."""
    chosen = int(os.environ.get(SEED) or secrets.randbits(31))
    sys.stdout.write(f"{SEED}={chosen}\n")  # pytest shows it with a failure only
    return chosen


@pytest.fixture
def plan(database_url: str, house: Honest, tmp_path: Path, drawn: int) -> Plan:
    """Two hundred cases to move, on all the way from a draft to a vote."""
    (tmp_path / "mail").mkdir()
    for number in range(CASES):
        house.bring(STAGES[number % len(STAGES)])
    return Plan(url=database_url, folder=tmp_path, seed=drawn, began_at=time.time(), steps=STEPS, threads=8)


@pytest.fixture
def scene(house: Honest, plan: Plan) -> list[Deed]:
    """What was done to set the scene, as it stands in the log."""
    with house.store.reading() as connection:
        rows = connection.execute(text("SELECT actor, kind, case_id, move FROM events")).all()
    done = CameTo.DONE
    return [Deed(person=row.actor, kind=row.kind, case=row.case_id, name=row.move, came_to=done) for row in rows]


def judge(plan: Plan, scene: Sequence[Deed], memories: Sequence[Memory]) -> None:
    """Nothing surprised anybody, the database is as it must be, and every letter is out."""
    surprises = [surprise for memory in memories for surprise in memory.surprises]
    assert not surprises, "\n".join(surprises[:5])
    unfit = [why for memory in memories for why in memory.refusals if "DataInvalid" in why and "/original" not in why]
    assert not unfit, "the driver sends what does not fit"
    done = Counter(deed.kind for memory in memories for deed in memory.deeds if deed.came_to is CameTo.DONE)
    assert {"CaseMoved", "PositionGiven", "CommentMade", "AnalysisWritten"} <= done.keys(), "hardly anything was done"
    send_the_rest(plan)
    faults = verdict(plan.url, [*scene, *(deed for memory in memories for deed in memory.deeds)])
    assert not faults, "\n".join(faults[:20])
    letters_are_there(plan)


UNSENT = ("outbox WHERE expanded_at IS NULL", "deliveries WHERE state = 'waiting'")


def send_the_rest(plan: Plan) -> None:
    """Nobody is at work any more: what still waits goes out."""
    with open_store(plan.url) as store:
        worker = a_worker(store, plan)
        for _ in range(100):
            with store.reading() as connection:
                left = [connection.execute(text(f"SELECT count(*) FROM {what}")).scalar_one() for what in UNSENT]
            if not any(left):
                return
            worker.turn()
            time.sleep(0.1)
        raise AssertionError(f"{left} notices and letters never go out")


def letters_are_there(plan: Plan) -> None:
    """Each letter was sent, and lies in the folder once: two workers never took the same one."""
    with open_store(plan.url) as store, store.reading() as connection:
        sent = Counter(connection.scalars(select(DELIVERIES.c.message_id).where(DELIVERIES.c.state == "sent")))
        assert sent.total() == connection.execute(text("SELECT count(*) FROM deliveries")).scalar_one()
    box = mailbox.Maildir(plan.folder / "mail", create=False)
    assert Counter(str(message["Message-ID"]) for message in box) == sent


@pytest.mark.timeout(300)  # of which a busy machine may need the most
def test_eight_threads_move_two_hundred_cases(plan: Plan, scene: list[Deed]) -> None:
    with working(plan):
        memory = crowd(plan)
    judge(plan, scene, [memory])


@pytest.mark.timeout(300)
def test_three_processes_move_two_hundred_cases(plan: Plan, scene: list[Deed]) -> None:
    plans = [replace(plan, seed=plan.seed + one, threads=3, name=f"process-{one}") for one in range(3)]
    processes = [start_process(one) for one in plans]
    judge(plan, scene, [await_end(process, one) for process, one in zip(processes, plans, strict=True)])


# -- in the same second ------------------------------------------------------------------------------

DELEGATES = ("delegate_be", "delegate_lu", "delegate_nl")


def test_three_delegates_answer_in_the_same_second_fifty_times(house: Honest, database_url: str) -> None:
    case = house.bring("consultation")
    asked, version = house.round_of(case)[0], house.case(case).version
    for turn in range(50):
        said = {"position": "agree", "text": f"De {turn}e keer."}
        came_to = at_once(*(speak(house, name, asked, said) for name in DELEGATES))
        assert not refusals(came_to)
        assert house.case(case).version == version
    with house.store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM positions")).scalar_one() == 150
        told = "SELECT count(*) FROM outbox JOIN events ON events.id = event_id WHERE events.kind = 'PositionGiven'"
        assert connection.execute(text(told)).scalar_one() == 1, "that all have spoken is told once"
    assert verdict(database_url) == []


def speak(house: House, name: str, asked: str, said: dict[str, str]) -> Callable[[], Seen]:
    return lambda: give_position(GivePosition(asked, lambda: said), house.work(name))


def test_three_delegates_answer_over_http_without_a_412(house: Honest, database_url: str, tmp_path: Path) -> None:
    case = house.bring("consultation")
    asked, events = house.round_of(case)[0], house.case(case).events
    with served(database_url, tmp_path) as service, httpx.Client(base_url=service.url, trust_env=False) as client:
        path, body = f"/api/v1/consultations/{asked}/positions", {"position": "agree"}
        for turn in range(50):
            headers = {name: {**service.headers(name), "Idempotency-Key": f"turn-{turn}"} for name in DELEGATES}
            send = [lambda h=headers[name]: client.post(path, json=body, headers=h, timeout=60) for name in DELEGATES]
            assert [answer.status_code for answer in at_once(*send)] == [201, 201, 201]
    assert house.case(case).events == events + 150
    assert verdict(database_url) == []


@pytest.mark.timeout(300)
def test_two_adoptions_in_the_same_second_have_two_numbers_thirty_times(house: Honest, database_url: str) -> None:
    data = {"adopted_on": "2026-11-24", "in_force": {"how": "day_after_publication"}, "measures": MEASURES}
    for turn in range(30):
        cases = [house.bring("adoption") for _ in range(2)]
        for case in cases:
            house.agree(case)
        came_to = at_once(*(move(house, "sg", case, AskedMove("adopt", data)) for case in cases))
        assert not refusals(came_to)
        with house.store.reading() as connection:
            numbers = connection.scalars(select(INSTRUMENTS.c.number).where(INSTRUMENTS.c.case_id.in_(cases)))
            assert set(numbers) == {f"M(2026){2 * turn + 1}", f"M(2026){2 * turn + 2}"}
    assert verdict(database_url) == []


def move(house: House, name: str, case: str, asked: AskedMove, once: Once | None = None) -> Callable[[], Seen]:
    version = house.case(case).version
    return lambda: move_case(MoveCase(case, version, lambda: asked), house.work(name, once))


def test_two_cases_are_linked_to_each_other_in_the_same_second_fifty_times(house: Honest, database_url: str) -> None:
    for _ in range(50):
        one, other = house.bring("submitted"), house.bring("submitted")
        came_to = at_once(link(house, one, other), link(house, other, one))
        assert not refusals(came_to)
        assert [house.case(case).events for case in (one, other)] == [2, 2]
    assert verdict(database_url) == []


def link(house: House, case: str, to: str) -> Callable[[], Seen]:
    command = LinkCase(case=case, asked=lambda: {"kind": "based_on", "to": to})
    return lambda: link_case(command, house.work("intake"))


def test_one_key_sent_by_eight_at_the_same_time_runs_once(house: Honest, database_url: str) -> None:
    for turn in range(25):
        case = house.begin()
        submit = move(house, "officer", case, AskedMove("submit"), Once("moves", f"submit-{turn}", "a" * 64))
        came_to = at_once(*[submit] * 8)
        only_one(came_to)
        assert house.case(case).events == 1
        key = Once("comments", f"comment-{turn}", "b" * 64)
        comment = MakeComment(case=case, asked=lambda: {"text": "Wanneer?", "audience": "shared"})
        only_one(at_once(*[lambda comment=comment, key=key: make_comment(comment, house.work("intake", key))] * 8))
        with house.store.reading() as connection:
            assert len(connection.execute(select(COMMENTS.c.id).where(COMMENTS.c.case_id == case)).all()) == 1
    assert verdict(database_url) == []


def only_one(came_to: Sequence[object]) -> None:
    """At least one was answered, all who were alike, and nobody was told anything else than to wait."""
    assert len({one for one in came_to if isinstance(one, Seen)}) == 1
    assert {type(one) for one in came_to if not isinstance(one, Seen)} <= {IdempotencyInProgress}
