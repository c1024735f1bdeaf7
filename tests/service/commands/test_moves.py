"""Moves: one step kept whole, in the order of refusals, once for each key."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from service.commands.moves import AskedMove, MoveCase, move_case
from service.store.chain import verify
from service.store.tables import CaseRow, EventRow, InstrumentRow
from service.store.work import Once
from tests.service.seeds import House
from workflows.errors import (
    DataInvalid,
    GuardRefused,
    MoveNotOpen,
    NotFound,
    Refused,
    RoleMissing,
    Stale,
    UnknownMove,
    VersionMissing,
)


def asked(move: str, data: dict[str, Any] | None = None, reason: str | None = None, on: date | None = None) -> Any:
    return lambda: AskedMove(move=move, data=data or {}, reason=reason, on=on)


def test_the_whole_way_from_draft_to_resolved(house: House) -> None:
    case = house.case(house.bring("resolved"))
    assert (case.reference, case.ended, case.phase, case.waits_for) == ("OBS-2026-0001", True, "ended", None)
    assert case.ending is not None
    assert (case.ending.reason, case.ending.by) == ("De bus rijdt.", "person-secretary")
    with house.store.reading() as connection:
        assert list(verify(connection)) == []
        assert connection.execute(select(InstrumentRow.__table__.c.number)).scalars().all() == ["M(2026)1"]


class BodyRead(Exception):
    """The body was read: everything before it was in order."""


def read() -> AskedMove:
    raise BodyRead


def test_refusals_come_in_their_order(house: House) -> None:
    case = house.bring("submitted")
    version = house.case(case).version
    wrong = Once("POST moves", "key", "a" * 64)
    steps: list[tuple[str, str, int | None, Any, type[Exception]]] = [
        ("stranger", case, None, read, NotFound),
        ("officer", "OBS-2026-9999", None, read, NotFound),
        ("officer", case, None, read, VersionMissing),
        ("officer", case, version + 1, read, Stale),
        ("officer", case, version, read, BodyRead),
        ("officer", case, version, asked("fly"), UnknownMove),
        ("officer", case, version, asked("register"), RoleMissing),
        ("officer", case, version, asked("ask_review"), MoveNotOpen),
        ("intake", case, version, asked("register", {"theme": "x"}), DataInvalid),
    ]
    for name, which, given, asking, refusal in steps:
        with pytest.raises(refusal):
            move_case(MoveCase(which, given, asking), house.work(name))
    draft = house.begin(content={})
    with pytest.raises(GuardRefused) as guard:
        move_case(MoveCase(draft, 1, asked("submit")), house.work("officer"))
    assert set(guard.value.needs) == {"content.situation", "content.who_is_hindered"}
    with pytest.raises(DataInvalid):  # what was sent comes before the guard
        move_case(MoveCase(draft, 1, asked("submit", {"channel": "pigeon"})), house.work("officer"))
    move_case(MoveCase(house.begin(), 1, asked("submit")), house.work("officer", wrong))


def test_a_move_with_a_key_happens_once_whatever_version_it_names(house: House) -> None:
    case = house.begin()
    key = Once(f"POST /cases/{case}/moves", "key", "a" * 64)
    first = move_case(MoveCase(case, 1, asked("submit")), house.work("officer", key))
    again = move_case(MoveCase(case, None, read), house.work("officer", key))
    assert again == first
    assert (first.status, first.thing, first.thing_id) == (200, "case", case)
    assert house.case(case).events == 1


def test_a_refusal_is_not_kept(house: House) -> None:
    case = house.begin(content={})
    key = Once(f"POST /cases/{case}/moves", "key", "a" * 64)
    for _ in range(2):
        with pytest.raises(GuardRefused):
            move_case(MoveCase(case, 1, asked("submit")), house.work("officer", key))


def test_a_dry_run_keeps_nothing(house: House) -> None:
    case = house.begin()
    work = house.work("officer")
    with work:
        move_case(MoveCase(case, 1, asked("submit")), work)
        found = work.case(case)
        assert (found.stage, found.reference) == ("submitted", "OBS-2026-0001")
        work.discard()
    assert house.case(case).draft
    with house.store.reading() as connection:
        assert connection.execute(select(EventRow.__table__)).all() == []
    assert house.case(house.bring("submitted", case)).reference == "OBS-2026-0001"


@pytest.mark.parametrize("reason", [None, " "])
def test_a_reason_that_is_required_stands_in_reason(house: House, reason: str | None) -> None:
    case = house.bring("submitted")
    with pytest.raises(DataInvalid) as refusal:
        house.move("officer", case, "withdraw", reason=reason)
    assert [fault.pointer for fault in refusal.value.faults] == ["/reason"]


def test_yesterdays_meeting_is_entered_today(house: House) -> None:
    case = house.begin()
    house.move("officer", case, "submit", on=date(2026, 11, 23))
    with house.store.reading() as connection:
        filed = connection.execute(select(CaseRow.__table__.c.filed_on)).scalar_one()
    assert filed == date(2026, 11, 23)
    for day, code in ((date(2026, 11, 25), "must_not_lie_after_today"), (date(2026, 11, 22), "before_the_last_move")):
        with pytest.raises(DataInvalid) as refusal:
            house.move("officer", case, "withdraw", reason="r", on=day)
        assert [(fault.pointer, fault.code) for fault in refusal.value.faults] == [("/on", code)]


def test_a_review_of_an_ending_waits_for_the_secretary_general(house: House) -> None:
    case = house.bring("inadmissible")
    house.move("officer", case, "ask_review", reason="Er is nieuwe informatie.")
    assert house.case(case).waits_for == "secretary_general"
    with pytest.raises(GuardRefused):
        house.move("officer", case, "ask_review", reason="Nog eens.")
    house.move("sg", case, "uphold", reason="Het blijft zo.")
    assert house.case(case).waits_for is None


def test_a_refusal_knows_the_procedure_in_whose_words_it_is_told(house: House) -> None:
    case = house.bring("submitted")
    with pytest.raises(Refused) as refusal:
        house.move("officer", case, "register")
    assert refusal.value.procedure == ("benelux-obstacle", 1)
