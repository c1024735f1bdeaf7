"""Who may speak in a round, what became of its letters, and whose measures somebody records: on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from service.queries.acts import recorded_for
from service.queries.consultations import MaySpeak, consultation, may_speak
from service.queries.deliveries import letters_of_round
from service.store.outbox import Outbox
from service.store.tables import ConsultationRow
from tests.service.seeds import House
from workflows.errors import NotFound
from workflows.fields import VOTERS

TABLE = ConsultationRow.__table__


def last_round(house: House, case: str) -> str:
    statement = select(TABLE.c.id).where(TABLE.c.case_id == case).order_by(TABLE.c.round.desc())
    with house.store.reading() as connection:
        return str(connection.execute(statement).scalars().first())


def speaking(house: House, name: str, round_: str) -> MaySpeak:
    with house.store.reading() as connection:
        return may_speak(connection, house.actor(name), round_)


def test_each_speaks_for_who_was_asked_and_the_secretary_notes_for_all(house: House) -> None:
    case = house.bring("consultation")
    round_ = last_round(house, case)
    assert speaking(house, "delegate_be", round_) == MaySpeak(("BE",))
    assert speaking(house, "adviser", round_) == MaySpeak(("BE-WAL",))
    assert speaking(house, "secretary", round_) == MaySpeak(notes=True)
    assert speaking(house, "office_be", round_) == MaySpeak()  # another round asks the offices
    assert speaking(house, "officer", round_) == MaySpeak()
    house.bring("common_position", case)
    assert speaking(house, "delegate_be", round_) == MaySpeak()
    assert speaking(house, "secretary", round_) == MaySpeak()


def test_who_may_not_read_the_case_is_told_nothing(house: House) -> None:
    round_ = last_round(house, house.bring("consultation"))
    with pytest.raises(NotFound):
        speaking(house, "stranger", round_)


def test_the_letters_of_a_round_are_told_by_whom_they_ask_to_who_handles_the_case(house: House) -> None:
    case = house.bring("consultation")
    round_ = last_round(house, case)
    Outbox(house.store, "worker", "example.org").expand(house.now)
    with house.store.reading() as connection:
        found = letters_of_round(connection, house.actor("secretary"), round_)
        assert {letter.invited: letter.to for letter in found} == {
            "BE": "Delegate Be", "LU": "Delegate Lu", "NL": "Delegate Nl", "BE-WAL": "Adviser", "DE-NW": "Partner",
        }  # fmt: skip
        assert {(letter.notice, letter.state) for letter in found} == {("invitation", "waiting")}
        for other in ("delegate_be", "officer", "auditor", "other_secretary", "stranger"):
            assert letters_of_round(connection, house.actor(other), round_) == ()


def test_the_letters_of_another_round_stay_with_it(house: House) -> None:
    case = house.bring("common_position")
    first = last_round(house, case)
    house.move("secretary", case, "new_round", {"question": "En nu?", "closing_on": "2027-02-26", "invited": []}, "Ja.")
    Outbox(house.store, "worker", "example.org").expand(house.now)
    with house.store.reading() as connection:
        secretary = house.actor("secretary")
        assert len(letters_of_round(connection, secretary, first)) == 5
        assert len(letters_of_round(connection, secretary, last_round(house, case))) == 3


def test_an_invitation_that_went_out_late_stays_with_its_round(house: House) -> None:
    case = house.bring("common_position")
    Outbox(house.store, "worker", "example.org").expand(house.now + timedelta(hours=2))  # mail had stood still
    with house.store.reading() as connection:
        found = letters_of_round(connection, house.actor("secretary"), last_round(house, case))
    assert [letter.notice for letter in found] == ["invitation"] * 5


def test_what_blocks_is_told_in_one_sentence_to_who_may_know_it(house: House) -> None:
    case = house.bring("consultation")
    round_ = last_round(house, case)
    with house.store.reading() as connection:
        told = {
            name: consultation(connection, house.actor(name), round_, "en").in_short
            for name in ("secretary", "delegate_be", "officer")
        }
    assert told["officer"] is None
    assert told["secretary"] == told["delegate_be"]
    assert "Belgium, Luxembourg and the Netherlands" in str(told["secretary"])


def test_an_office_records_its_own_country_and_the_secretary_all(house: House) -> None:
    case = house.bring("implementation")
    with house.store.reading() as connection:
        found = {
            name: recorded_for(connection, house.actor(name), case, VOTERS)
            for name in ("office_be", "secretary", "officer", "auditor")
        }
    assert found == {
        "office_be": {"BE"}, "secretary": set(VOTERS), "officer": frozenset(), "auditor": frozenset(),
    }  # fmt: skip
