"""The instrument of a case: chosen, frozen, voted on, adopted, published and evaluated, step by step."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import RowMapping, select

from service.store.tables import ConsultationRow, ExpressionRow, InstrumentRow
from tests.service.seeds import MEASURES, House
from workflows.errors import DataInvalid, GuardRefused

INSTRUMENTS, TEXTS, ROUNDS = (row.__table__ for row in (InstrumentRow, ExpressionRow, ConsultationRow))
ADOPTION = {"adopted_on": "2026-11-24", "in_force": {"how": "day_after_publication"}, "measures": MEASURES}


def instrument(house: House) -> RowMapping:
    with house.store.reading() as connection:
        return connection.execute(select(INSTRUMENTS)).mappings().one()


def texts(house: House) -> list[str]:
    with house.store.reading() as connection:
        return sorted(connection.scalars(select(TEXTS.c.language)))


def rounds(house: House) -> list[tuple[str, int, bool, str | None]]:
    with house.store.reading() as connection:
        found = connection.execute(select(ROUNDS).order_by(ROUNDS.c.id)).mappings()
        return [(row["name"], row["round"], row["open"], row["outcome"]) for row in found]


def needs(house: House, case: str, move: str) -> tuple[str, tuple[str, ...]]:
    """The condition that keeps the secretary from a move, and what it needs."""
    with pytest.raises(GuardRefused) as refused:
        house.move("secretary", case, move, reason="Klaar.")
    return refused.value.guard, refused.value.needs


def test_chosen_again_its_kind_changes_and_its_texts_stay(house: House) -> None:
    case = house.bring("council")
    frozen = instrument(house)
    assert (frozen["kind"], frozen["state"], len(frozen["frozen_hash"])) == ("decision", "frozen", 64)
    house.move("sg", case, "choose_instrument", {"kind": "recommendation", "council_on": "2026-11-20"})
    again = instrument(house)
    assert (again["id"], again["kind"], again["state"], again["frozen_hash"]) == (
        frozen["id"], "recommendation", "draft", None,
    )  # fmt: skip
    assert (again["council_on"], texts(house)) == (date(2026, 11, 20), ["fr", "nl"])


def test_before_the_council_an_instrument_is_chosen_on_its_opinion_alone(house: House) -> None:
    case = house.bring("consultation")
    house.agree(case, ("BE", "NL"))
    house.now = house.now.replace(year=2027, month=2)
    house.move("secretary", case, "close_consultation")
    assert rounds(house) == [("delegations", 1, False, "undecided")]
    with pytest.raises(GuardRefused):
        house.move("sg", case, "choose_instrument", {"kind": "decision", "council_on": "2027-01-20"})
    house.move("sg", case, "escalate", {"disagreement": ["Luxemburg zweeg."]}, "Geen akkoord.")
    with pytest.raises(GuardRefused):
        house.move("sg", case, "choose_instrument", {"kind": "decision"})
    house.move("sg", case, "choose_instrument", {"kind": "decision", "council_on": "2027-02-20"})
    assert house.case(case).stage == "drafting"


def test_a_vote_that_was_called_off_counts_for_nothing_in_the_next(house: House) -> None:
    case = house.bring("adoption")
    house.agree(case)
    house.move("sg", case, "take_off_agenda", reason="Nog een vraag.")
    house.move("sg", case, "table", {"meeting_on": "2026-12-11", "council_opinion": "Gunstig."})
    assert rounds(house)[1:] == [("committee", 1, False, None), ("committee", 2, True, None)]
    with pytest.raises(GuardRefused) as refused:
        house.move("sg", case, "adopt", ADOPTION)
    assert (refused.value.guard, refused.value.needs) == ("vote_adopted", ("BE", "LU", "NL"))
    house.agree(case)
    house.move("sg", case, "adopt", ADOPTION)
    assert rounds(house)[-1] == ("committee", 2, False, "adopted")
    assert (instrument(house)["number"], instrument(house)["council_opinion"]) == ("M(2026)1", "Gunstig.")


def test_a_vote_that_is_opened_after_the_clock_was_set_back_is_the_last_one(house: House) -> None:
    case, now = house.bring("adoption"), house.now
    for days in (1, 2, 0):
        house.now = now - timedelta(days=days)
        house.move("sg", case, "take_off_agenda", reason="Nog een vraag.")
        house.move("sg", case, "table", {"meeting_on": "2026-12-11"})
    with house.store.reading() as connection:
        voted = select(ROUNDS.c.round, ROUNDS.c.open).where(ROUNDS.c.name == "committee").order_by(ROUNDS.c.opened_at)
        assert connection.execute(voted).all() == [(1, False), (2, False), (3, False), (4, True)]


def test_adoption_numbers_and_dates_and_publishes_nothing_by_itself(house: House) -> None:
    case = house.bring("adoption")
    house.agree(case)
    house.move("sg", case, "adopt", ADOPTION | {"adopted_on": "2025-12-31"})
    found = instrument(house)
    assert (found["number"], found["adopted_on"]) == ("M(2025)1", date(2025, 12, 31))
    assert (found["journal"], found["published_on"], found["in_force_on"]) == (None, None, None)
    house.finish_measures(case)
    assert needs(house, case, "conclude") == ("published", ("publish",))
    house.act("sg", case, "publish", {"journal": "2026-1", "published_on": "2026-01-15"})
    house.move("secretary", case, "conclude", reason="Klaar.")
    assert instrument(house)["in_force_on"] == date(2026, 1, 16)


def test_a_decision_is_carried_out_by_all_three_and_is_binding(house: House) -> None:
    case = house.bring("adoption")
    house.agree(case)
    for wrong, pointer in (
        ({"measures": MEASURES[:2]}, "/data/measures"),
        ({"in_force": {"how": "none"}}, "/data/in_force/how"),
    ):
        with pytest.raises(DataInvalid) as refused:
            house.move("sg", case, "adopt", ADOPTION | wrong)
        assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_a_case_is_concluded_when_the_countries_have_done_their_part_and_no_evaluation_is_planned(house: House) -> None:
    case = house.bring("adoption")
    house.agree(case)
    house.move("sg", case, "adopt", ADOPTION | {"evaluate_on": "2027-11-24"})
    house.act("sg", case, "publish", {"journal": "2026-9", "published_on": "2026-11-24"})
    assert needs(house, case, "conclude") == ("measures_done", ("BE", "LU", "NL"))
    assert needs(house, case, "start_evaluation") == ("measures_done_or_evaluation_due", ("BE", "LU", "NL"))
    house.finish_measures(case)
    assert needs(house, case, "conclude") == ("no_evaluation_planned", ("evaluate_on",))
    house.move("secretary", case, "start_evaluation")
    assert house.case(case).stage == "evaluation"


def test_an_evaluation_begins_on_its_day_whatever_is_still_open(house: House) -> None:
    case = house.bring("adoption")
    house.agree(case)
    house.move("sg", case, "adopt", ADOPTION | {"evaluate_on": "2026-11-24"})
    house.move("secretary", case, "start_evaluation")
    assert house.case(case).stage == "evaluation"
