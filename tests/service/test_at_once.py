"""At once: what several people do in the same second, on both databases."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence

from sqlalchemy import select, update

from service.commands.moves import AskedMove, MoveCase, move_case
from service.commands.positions import GivePosition, give_position
from service.store.chain import verify
from service.store.once import Seen
from service.store.recomputing import check_numbers, recompute
from service.store.tables import CaseRow, EventRow, InstrumentRow, OutboxRow, PositionRow
from service.store.work import Once
from tests.service.commands.test_positions import round_of
from tests.service.seeds import MEASURES, House
from workflows.errors import IdempotencyInProgress, Refused, Stale

CASES, EVENTS, INSTRUMENTS, OUTBOX, POSITIONS = (
    row.__table__ for row in (CaseRow, EventRow, InstrumentRow, OutboxRow, PositionRow)
)


def at_once(*deeds: Callable[[], Seen]) -> list[Seen | Refused]:
    """What each came to, when all begin at the same moment."""
    start, came_to = threading.Barrier(len(deeds), timeout=10), list[Seen | Refused]()

    def do(deed: Callable[[], Seen]) -> None:
        start.wait()
        try:
            came_to.append(deed())
        except Refused as refusal:
            came_to.append(refusal)

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(came_to) == len(deeds)
    return came_to


def sound(house: House) -> bool:
    """The chain, what is recomputed from it, and the numbers agree."""
    with house.store.reading() as connection:
        faults: list[object] = [*verify(connection), *check_numbers(connection)]
        faults += [fault for _, found in recompute(connection) for fault in found]
    return not faults


def refusals(came_to: Sequence[Seen | Refused]) -> Counter[type]:
    return Counter(type(one) for one in came_to if isinstance(one, Refused))


def test_three_delegates_in_the_same_second_are_all_heard(house: House) -> None:
    case = house.bring("consultation")
    asked, before = round_of(house, case), house.case(case)
    came_to = at_once(
        *(
            lambda name=name: give_position(GivePosition(asked, lambda: {"position": "agree"}), house.work(name))
            for name in ("delegate_be", "delegate_lu", "delegate_nl")
        )
    )
    assert not refusals(came_to)
    after = house.case(case)
    assert (after.version, after.events, after.waits_for) == (before.version, before.events + 3, "secretary")
    with house.store.reading() as connection:
        given = connection.execute(select(POSITIONS.c.delegation, POSITIONS.c.superseded)).all()
        told = (
            select(OUTBOX.c.id).join(EVENTS, EVENTS.c.id == OUTBOX.c.event_id).where(EVENTS.c.kind == "PositionGiven")
        )
        assert len(connection.execute(told).all()) == 1, "that all have spoken is told once"
    assert sorted(map(tuple, given)) == [("BE", False), ("LU", False), ("NL", False)]
    assert sound(house)


def test_references_have_no_hole_and_no_double_however_many_file_at_once(house: House) -> None:
    drafts = [house.begin() for _ in range(6)]
    lacking = house.begin(content={})
    asked = AskedMove(move="submit")
    came_to = at_once(
        *(lambda id=id: move_case(MoveCase(id, 1, lambda: asked), house.work("officer")) for id in (*drafts, lacking))
    )
    assert sum(refusals(came_to).values()) == 1, "the one that lacks its answers takes no number"
    with house.store.reading() as connection:
        given = sorted(reference for reference in connection.scalars(select(CASES.c.reference)) if reference)
    assert given == [f"OBS-2026-{number:04d}" for number in range(1, 7)]
    assert sound(house)


def test_two_adoptions_in_the_same_second_have_two_numbers(house: House) -> None:
    cases = [house.bring("adoption") for _ in range(2)]
    for case in cases:
        house.agree(case)
    data = {"adopted_on": "2026-11-24", "in_force": {"how": "day_after_publication"}, "measures": MEASURES}
    versions = {case: house.case(case).version for case in cases}
    asked = AskedMove(move="adopt", data=data)
    came_to = at_once(
        *(
            lambda case=case: move_case(MoveCase(case, versions[case], lambda: asked), house.work("sg"))
            for case in cases
        )
    )
    assert not refusals(came_to)
    with house.store.reading() as connection:
        assert sorted(connection.scalars(select(INSTRUMENTS.c.number))) == ["M(2026)1", "M(2026)2"]
    assert sound(house)


def test_two_people_never_overwrite_each_other(house: House) -> None:
    case = house.bring("exploration")
    version = house.case(case).version
    ways = {
        "secretary": AskedMove("refer", {"body": "SOLVIT"}, "Elders."),
        "sg": AskedMove("write_off", {"concluded_by": "NL"}, "Kan niet."),
    }
    came_to = at_once(
        *(
            lambda name=name, asked=asked: move_case(MoveCase(case, version, lambda: asked), house.work(name))
            for name, asked in ways.items()
        )
    )
    assert refusals(came_to) == {Stale: 1}
    assert house.case(case).version == version + 1
    assert sound(house)


def test_a_request_that_comes_twice_at_once_happens_once(house: House) -> None:
    case = house.begin()
    asked, key = AskedMove(move="submit"), Once("moves", "key", "a" * 64)
    submit = lambda: move_case(MoveCase(case, 1, lambda: asked), house.work("officer", key))  # noqa: E731 (named, to be done twice)
    came_to = at_once(submit, submit)
    assert set(refusals(came_to)) <= {IdempotencyInProgress}
    assert len({one for one in came_to if isinstance(one, Seen)}) == 1
    assert house.case(case).events == 1
    assert sound(house)


def test_what_was_erased_leaves_a_case_that_can_be_recomputed(house: House) -> None:
    house.bring("resolved")
    with house.store.writing() as connection:
        connection.execute(update(EVENTS).values(private=None))
    assert sound(house)
