"""Positions: who gives one, in whose name, until when, and what it sets off."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from service.commands.moves import AskedMove, MoveCase, move_case
from service.commands.positions import GivePosition, give_position
from service.queries.consultations import ConsultationShown, PositionShown, consultation, position
from service.store.chain import verify
from service.store.once import Seen
from service.store.tables import ConsultationRow, EventRow, OutboxRow
from service.store.work import Once
from tests.service.seeds import House
from workflows.errors import ConsultationClosed, DataInvalid, IdempotencyMismatch, NotFound, RoleMissing

CONSULTATIONS, EVENTS, OUTBOX = ConsultationRow.__table__, EventRow.__table__, OutboxRow.__table__


def round_of(house: House, case: str) -> str:
    """The newest consultation of a case."""
    statement = select(CONSULTATIONS.c.id).where(CONSULTATIONS.c.case_id == case)
    with house.store.reading() as connection:
        return str(connection.execute(statement.order_by(CONSULTATIONS.c.id.desc())).scalars().first())


def give(house: House, name: str, consultation: str, once: Once | None = None, **sent: Any) -> Seen:
    return give_position(GivePosition(consultation, lambda: {"position": "agree", **sent}), house.work(name, once))


def shown(house: House, seen: Seen, name: str = "secretary") -> PositionShown:
    with house.store.reading() as connection:
        return position(connection, house.actor(name), str(seen.thing_id))


def stands(house: House, consultation_id: str) -> ConsultationShown:
    with house.store.reading() as connection:
        return consultation(connection, house.actor("secretary"), consultation_id, "en")


def told(house: House, case: str, notice: str = "waiting") -> list[list[str]]:
    """The roles who were told of this case by an act, not by a move."""
    statement = (
        select(OUTBOX.c.roles)
        .join(EVENTS, EVENTS.c.id == OUTBOX.c.event_id)
        .where(OUTBOX.c.case_id == case, OUTBOX.c.notice == notice, EVENTS.c.kind == "PositionGiven")
    )
    with house.store.reading() as connection:
        return list(connection.execute(statement).scalars())


def test_a_delegate_gives_the_position_of_the_delegation(house: House) -> None:
    case = house.bring("consultation")
    before = house.case(case)
    said = shown(house, give(house, "delegate_nl", round_of(house, case), mandate_reference="2026/7"))
    assert (said.organisation, said.stance, said.by, said.noted_by) == ("NL", "agree", "Delegate Nl", None)
    assert (said.advice, said.superseded, said.late, str(said.stated_on)) == (False, False, False, "2026-11-24")
    after = house.case(case)
    assert (after.version, after.events, after.waits_for) == (before.version, before.events + 1, "delegate")
    with house.store.reading() as connection:
        assert list(verify(connection)) == []


def test_the_federal_body_answers_for_belgium(house: House) -> None:
    case = house.bring("consultation")
    assert shown(house, give(house, "delegate_be", round_of(house, case))).organisation == "BE"


def test_an_adviser_is_heard_and_does_not_count(house: House) -> None:
    case = house.bring("consultation")
    asked = round_of(house, case)
    said = shown(house, give(house, "adviser", asked, position="object", text="Neen."))
    assert (said.organisation, said.advice) == ("BE-WAL", True)
    assert (stands(house, asked).outcome, stands(house, asked).blocked_by) == ("pending", ())


def test_a_new_position_supersedes_and_the_old_stays_readable(house: House) -> None:
    case = house.bring("consultation")
    asked = round_of(house, case)
    first = give(house, "delegate_lu", asked, position="reservation", reservation="scrutiny", text="Pas encore.")
    assert stands(house, asked).silent == ("BE", "NL")
    give(house, "delegate_lu", asked)
    assert shown(house, first).superseded
    assert [one.superseded for one in stands(house, asked).positions] == [True, False]


def test_the_secretary_is_told_once_that_everybody_has_spoken(house: House) -> None:
    case = house.bring("consultation")
    asked = round_of(house, case)
    for name in ("delegate_be", "delegate_lu"):
        give(house, name, asked)
    assert (house.case(case).waits_for, told(house, case)) == ("delegate", [])
    give(house, "delegate_nl", asked)
    assert (house.case(case).waits_for, told(house, case)) == ("secretary", [["secretary"]])
    give(house, "delegate_nl", asked, position="agree_with_comment", text="Met dank.")
    assert (house.case(case).waits_for, told(house, case)) == ("secretary", [["secretary"]])
    give(house, "delegate_nl", asked, position="withdrawn")
    assert (house.case(case).waits_for, stands(house, asked).silent) == ("delegate", ("NL",))


def test_the_event_says_that_somebody_spoke_and_not_what(house: House) -> None:
    case = house.bring("consultation")
    asked = round_of(house, case)
    give(house, "delegate_nl", asked, position="object", text="Te duur.", mandate_reference="TK 36 001")
    with house.store.reading() as connection:
        row = connection.execute(select(EVENTS).where(EVENTS.c.kind == "PositionGiven")).mappings().one()
    body, private = json.loads(row["body"]), json.loads(row["private"])
    assert (body["consultation"], body["on_behalf_of"], body["act"]) == (asked, "NL", "give_position")
    assert "object" not in row["body"]
    assert "Te duur." not in row["body"]
    assert (private["position"], private["text"]) == ("object", "Te duur.")
    assert row["audience"] == f"consulted:{asked}"


def test_the_secretary_notes_what_a_delegation_stated(house: House) -> None:
    case = house.bring("consultation")
    said = shown(house, give(house, "secretary", round_of(house, case), **{"for": "LU", "stated_on": "2026-11-20"}))
    assert (said.organisation, said.noted_by, str(said.stated_on)) == ("LU", "Secretary", "2026-11-20")


def test_a_position_stated_after_the_closing_date_is_late(house: House) -> None:
    case = house.bring("consultation")
    asked = round_of(house, case)
    house.now = house.now.replace(year=2027, month=1, day=30)
    assert shown(house, give(house, "delegate_nl", asked)).late
    noted = give(house, "secretary", asked, **{"for": "LU", "stated_on": "2027-01-29"})
    assert not shown(house, noted).late


def test_a_closed_round_takes_no_more(house: House) -> None:
    case = house.bring("common_position")
    asked = round_of(house, case)
    with pytest.raises(ConsultationClosed):
        give(house, "delegate_nl", asked)
    with pytest.raises(RoleMissing):
        give(house, "officer", asked)
    with pytest.raises(DataInvalid):
        give(house, "delegate_nl", asked, position="object")


def test_refusals_come_in_order(house: House) -> None:
    case = house.bring("consultation")
    asked = round_of(house, case)
    with pytest.raises(NotFound):
        give(house, "stranger", asked, position="nonsense")
    for unknown in ("0195a000-0000-7000-8000-000000000000", case):
        with pytest.raises(NotFound):
            give(house, "delegate_nl", unknown)
    with pytest.raises(DataInvalid):
        give(house, "officer", asked, position="nonsense")
    with pytest.raises(DataInvalid):
        give(house, "delegate_nl", asked, **{"for": "FR-HDF"})
    for name in ("officer", "office_nl", "intake", "sg", "auditor"):
        with pytest.raises(RoleMissing):
            give(house, name, asked)
    with pytest.raises(RoleMissing):
        give(house, "delegate_nl", asked, **{"for": "LU"})


def test_the_ministers_offices_vote_and_the_delegates_do_not(house: House) -> None:
    case = house.bring("adoption")
    asked = round_of(house, case)
    with pytest.raises(RoleMissing):
        give(house, "delegate_nl", asked)
    for name in ("office_be", "office_lu", "office_nl"):
        give(house, name, asked)
    assert house.case(case).waits_for == "secretary_general"
    assert stands(house, asked).outcome == "adopted"


def test_a_position_sent_twice_happens_once(house: House) -> None:
    case = house.bring("consultation")
    asked = round_of(house, case)
    once = Once("POST positions", "key-1", "a" * 64)
    first = give(house, "delegate_nl", asked, once)
    assert give(house, "delegate_nl", asked, once) == first
    assert len(stands(house, asked).positions) == 1
    with pytest.raises(IdempotencyMismatch):
        give(house, "delegate_nl", asked, Once("POST positions", "key-1", "b" * 64))


def test_a_cancelled_round_takes_no_more_and_has_no_outcome(house: House) -> None:
    case = house.bring("consultation")
    asked = round_of(house, case)
    give(house, "delegate_nl", asked)
    move = AskedMove(move="cancel_consultation", reason="De vraag was onduidelijk.")
    move_case(MoveCase(case, house.case(case).version, lambda: move), house.work("secretary"))
    with pytest.raises(ConsultationClosed):
        give(house, "delegate_lu", asked)
    assert (stands(house, asked).outcome, stands(house, asked).reasoning) == (None, ())
