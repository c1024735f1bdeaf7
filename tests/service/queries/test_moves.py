"""Moves as they are offered: open or refused, with everybody who would hear and everything that would follow."""

from __future__ import annotations

import pytest

from service.queries.moves import MoveShown, moves_of, steps_of
from service.store.outbox import Outbox
from service.store.tables import DeliveryRow
from tests.service.seeds import TODAY, House
from workflows.errors import NotFound


def offered(house: House, name: str, case: str, language: str = "en") -> dict[str, MoveShown]:
    with house.store.reading() as connection:
        return {move.move: move for move in moves_of(connection, house.actor(name), case, TODAY, language)}


def heard(move: MoveShown) -> dict[str, list[str]]:
    return {notice.notice: [one.person for one in notice.to] for notice in move.consequences.notices}


def test_stage_and_role_decide_what_is_offered(house: House) -> None:
    case = house.bring("submitted")
    assert list(offered(house, "officer", case)) == ["withdraw"]
    assert list(offered(house, "intake", case)) == ["register", "mark_duplicate"]
    assert list(offered(house, "sg", case)) == ["withdraw"]
    assert offered(house, "auditor", case) == {}
    assert offered(house, "office_nl", case) == {}
    with pytest.raises(NotFound):
        offered(house, "stranger", case)


def test_a_draft_says_what_its_submission_lacks_and_sets_off(house: House) -> None:
    submit = offered(house, "officer", house.begin(content={}))["submit"]
    assert not submit.open
    assert submit.refused is not None
    assert (submit.refused.code, submit.refused.guard) == ("guard_refused", "form_complete")
    assert "required details" in submit.refused.title
    assert submit.refused.needs == ("content.situation", "content.who_is_hindered")
    ready = offered(house, "officer", house.begin(), "nl")["submit"]
    assert (ready.open, ready.refused, ready.reason, ready.label) == (True, None, "optional", "Indienen")
    assert heard(ready) == {"receipt": ["person-officer"], "waiting": ["person-intake"]}
    after = ready.consequences
    assert (after.stage, after.waits_for, after.final) == ("submitted", "intake", False)
    assert {clock.clock: clock.change for clock in after.clocks} == {"acknowledge": "starts", "quiet": "starts"}
    assert ready.schema["properties"]["channel"]["title"]


def test_whom_only_the_data_decides_is_left_open(house: House) -> None:
    register = offered(house, "intake", house.bring("submitted"))["register"]
    assert heard(register) == {"progress": ["person-officer"], "waiting": []}
    assert [notice.roles for notice in register.consequences.notices] == [("filer",), ("secretary",)]


def test_an_opened_consultation_is_told_to_every_voter(house: House) -> None:
    case = house.bring("exploration")
    shut = offered(house, "secretary", case)["open_consultation"]
    assert shut.refused is not None
    assert shut.refused.needs == ("BE", "LU", "NL")
    house.analyse(case)
    opening = offered(house, "secretary", case)["open_consultation"]
    assert opening.open
    assert set(heard(opening)["invitation"]) == {"person-delegate_be", "person-delegate_lu", "person-delegate_nl"}
    assert opening.consequences.waits_for == "delegate"


def test_an_ending_is_final_and_stops_the_clocks(house: House) -> None:
    ending = offered(house, "secretary", house.bring("admissibility"))["declare_inadmissible"]
    assert (ending.consequences.final, ending.consequences.waits_for, ending.reason) == (True, None, "required")
    assert {clock.clock: clock.change for clock in ending.consequences.clocks} == {
        "admissibility": "meets", "quiet": "stops",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "name", "move"),
    [
        ("draft", "officer", "submit"),
        ("common_position", "sg", "choose_instrument"),
        ("council", "sg", "table"),
        ("drafting", "secretary", "submit_to_council"),
        ("consultation", "secretary", "close_consultation"),
    ],
)
def test_those_who_would_hear_are_those_who_hear(house: House, stage: str, name: str, move: str) -> None:
    case = house.bring(stage)
    if stage == "consultation":
        house.agree(case)
    if stage == "drafting":
        house.write_texts(case)
    outbox = Outbox(house.store, "worker", "example.org")
    outbox.expand(house.now)
    with house.store.reading() as connection:
        before = set(connection.scalars(DeliveryRow.__table__.select()))
    foreseen = heard(offered(house, name, case)[move])
    data = {"choose_instrument": {"kind": "decision"}, "table": {"meeting_on": "2026-12-12"}}.get(move, {})
    house.move(name, case, move, data)
    outbox.expand(house.now)
    told: dict[str, list[str]] = {notice: [] for notice in foreseen}
    with house.store.reading() as connection:
        for row in connection.execute(DeliveryRow.__table__.select()):
            if row.id not in before:
                told[row.notice].append(row.person_id)
    assert {notice: sorted(people) for notice, people in told.items()} == {
        notice: sorted(people) for notice, people in foreseen.items()
    }


def test_an_ended_case_offers_a_review(house: House) -> None:
    case = house.bring("inadmissible")
    review = offered(house, "officer", case)["ask_review"]
    assert heard(review) == {"review": ["person-sg"]}
    assert (review.consequences.waits_for, review.consequences.final) == ("secretary_general", False)
    assert not offered(house, "sg", case)["uphold"].open


def test_the_adoption_tells_the_number_that_comes_next(house: House) -> None:
    assert offered(house, "officer", house.begin())["submit"].consequences.number is None
    assert offered(house, "sg", house.bring("adoption"))["adopt"].consequences.number == "M(2026)1"
    house.bring("implementation")
    assert offered(house, "sg", house.bring("adoption"))["adopt"].consequences.number == "M(2026)2"


def test_the_steps_of_a_case_are_its_moves_without_what_they_set_off(house: House) -> None:
    for stage in ("submitted", "consultation", "adoption", "resolved"):
        case = house.bring(stage)
        for who in ("secretary", "sg", "officer", "intake"):
            with house.store.reading() as connection:
                moves = moves_of(connection, house.actor(who), case, TODAY, "fr")
                steps = steps_of(connection, house.actor(who), case, TODAY, "fr")
            names = ("move", "label", "help", "open", "refused")
            assert [tuple(getattr(one, name) for name in names) for one in moves] == [
                tuple(getattr(one, name) for name in names) for one in steps
            ]
