"""Consultations as they are read by those who follow a case, and by those who were asked once."""

from __future__ import annotations

from sqlalchemy import insert, select

from service.queries.consultations import ConsultationShown, consultation, consultations
from service.store.tables import ConsultationRow, FollowerRow
from tests.service.seeds import House

CONSULTATIONS = ConsultationRow.__table__


def read(house: House, name: str, case: str) -> tuple[ConsultationShown, ...]:
    with house.store.reading() as connection:
        return consultations(connection, house.actor(name), case, "en", limit=50).items


def follow(house: House, name: str, case: str) -> None:
    row = {"case_id": case, "person_id": f"person-{name}", "since_at": house.now, "notices": []}
    with house.store.writing() as connection:
        connection.execute(insert(FollowerRow.__table__), row)


def test_a_follower_sees_the_outcome_after_closing_and_no_free_words(house: House) -> None:
    case = house.bring("consultation")
    follow(house, "stranger", case)
    (found,) = read(house, "stranger", case)
    assert (found.open, found.question, found.outcome) == (True, None, None)
    house.bring("common_position", case)
    (found,) = read(house, "stranger", case)
    assert (found.open, found.question, found.outcome) == (False, None, "adopted")
    assert (found.reasoning, found.blocked_by, found.silent, found.positions) == ((), (), (), ())


def test_an_adviser_of_one_round_reads_the_result_of_the_next(house: House) -> None:
    case = house.bring("common_position")
    data = {"question": "En nu?", "closing_on": "2027-02-26", "invited": ["DE-NW"]}
    house.move("secretary", case, "new_round", data, reason="Een punt bleef open.")
    house.agree(case)
    first, second = read(house, "adviser", case)
    assert (len(first.positions), first.outcome) == (3, "adopted")
    assert (second.positions, second.outcome) == ((), None)
    assert len(read(house, "partner", case)[1].positions) == 3
    house.move("secretary", case, "close_consultation")
    second = read(house, "adviser", case)[1]
    assert (second.positions, second.outcome) == ((), "adopted")
    assert second.reasoning


def test_the_reasoning_is_told_in_the_readers_language(house: House) -> None:
    case = house.bring("common_position")
    with house.store.reading() as connection:
        id = connection.execute(select(CONSULTATIONS.c.id).where(CONSULTATIONS.c.case_id == case)).scalar_one()
        told = {
            language: consultation(connection, house.actor("officer"), id, language).reasoning
            for language in ("nl", "fr", "de", "en")
        }
    assert all(told.values())
    assert len(set(told.values())) == 4
