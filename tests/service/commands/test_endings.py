"""Endings: why and to whom, every clock stopped, and the way back: a review, a new beginning."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from service.queries.case_filters import CaseFilter
from service.queries.cases import CaseShown, find_case, list_cases
from service.queries.links import links
from service.store.recomputing import check_numbers, recompute
from service.store.tables import CaseRow, ClockRow, FollowerRow, MeasureRow
from tests.service.hearing import hear, wait_until
from tests.service.seeds import House
from workflows.errors import GuardRefused

CLOCKS, FOLLOWERS, CASES, MEASURES = (row.__table__ for row in (ClockRow, FollowerRow, CaseRow, MeasureRow))
DELEGATES = ["adviser", "delegate_be", "delegate_lu", "delegate_nl", "partner"]
OFFICES = ["office_be", "office_lu", "office_nl"]
REASON = "Het kan niet."


def clocks(house: House, case: str) -> dict[str, str]:
    with house.store.reading() as connection:
        rows = connection.execute(select(CLOCKS.c.name, CLOCKS.c.state).where(CLOCKS.c.case_id == case))
        return {row.name: row.state for row in rows}


def running(house: House, case: str) -> set[str]:
    return {name for name, state in clocks(house, case).items() if state in {"running", "suspended", "missed"}}


def shown(house: House, name: str, case: str) -> CaseShown:
    with house.store.reading() as connection:
        return find_case(connection, house.actor(name), case)


def holds(house: House) -> bool:
    """Is every case what its events say, and every number given once?"""
    with house.store.reading() as connection:
        return not [fault for _, faults in recompute(connection) for fault in faults] + list(check_numbers(connection))


ENDINGS: list[tuple[str, str, str, dict[str, Any], dict[str, list[str]]]] = [
    ("admissibility", "secretary", "refer", {"body": "SOLVIT"}, {"ending": ["officer"]}),
    ("admissibility", "officer", "withdraw", {}, {"ending": ["officer"], "withdrawn": ["secretary"]}),
    ("exploration", "sg", "find_no_initiative", {}, {"ending": ["officer"]}),
    ("consultation", "sg", "end_as_withdrawn", {}, {"ending": sorted([*DELEGATES, "officer"])}),
    ("common_position", "sg", "write_off", {"concluded_by": "BENELUX-SG"}, {"ending": sorted([*DELEGATES, "officer"])}),
    ("adoption", "sg", "conclude_without_agreement", {}, {"ending": sorted([*DELEGATES, *OFFICES, "officer"])}),
    ("implementation", "sg", "find_unresolved", {"findings": "Niets."}, {"ending": sorted([*OFFICES, "officer"])}),
]


@pytest.mark.parametrize(("stage", "name", "move", "data", "told"), ENDINGS, ids=[row[2] for row in ENDINGS])
def test_an_ending_tells_why_stops_every_clock_and_can_be_reopened(
    house: House, stage: str, name: str, move: str, data: dict[str, Any], told: dict[str, list[str]]
) -> None:
    case = house.bring(stage)
    hear(house)
    house.move(name, case, move, data, REASON)
    assert hear(house) == told
    ended = shown(house, "officer", case)
    assert (ended.phase, ended.waits_for, ended.due_on) == ("ended", None, None)
    assert (ended.ending and ended.ending.reason, running(house, case)) == (REASON, set())
    assert all(not one.open for one in ended.consultations)
    assert [one.outcome for one in ended.consultations if one.name == "committee"] in ([], [None], ["adopted"])

    anchor = house.case(case).anchor
    house.move("sg", case, "reopen", reason="Er is een nieuw feit.")
    assert hear(house)["reopened"][:1] != []
    again = shown(house, "officer", case)
    assert (again.stage, again.ended, again.ending) == (anchor, False, None)
    assert running(house, case) == {"quiet"}, "after a reopening no period of before goes on"
    assert holds(house)


def test_an_office_that_was_asked_hears_of_an_ending_after_another_round(house: House) -> None:
    case = house.bring("adoption")
    house.move("sg", case, "return_to_drafting", reason=REASON)
    assert hear(house)["cancelled"] == OFFICES
    house.move(
        "secretary", case, "settle_administratively", {"changed": [{"country": "NL", "text": "Beleid."}]}, REASON
    )
    assert hear(house) == {"ending": sorted([*DELEGATES, *OFFICES, "officer"])}


def test_what_was_not_open_is_not_told_to_be_cancelled(house: House) -> None:
    case = house.bring("council")
    hear(house)
    house.move("sg", case, "return_to_drafting", reason=REASON)
    assert hear(house) == {"progress": ["officer"], "waiting": ["secretary"]}


def test_a_review_waits_for_the_secretary_general_until_it_is_answered(house: House) -> None:
    case = house.bring("inadmissible")
    hear(house)
    with pytest.raises(GuardRefused):
        house.move("sg", case, "uphold", reason=REASON)
    house.move("officer", case, "ask_review", reason="U vergist u.")
    assert (hear(house), running(house, case)) == ({"review": ["sg"]}, {"review"})
    asked = shown(house, "officer", case)
    assert (asked.waits_for, asked.due_on) == ("secretary_general", date(2027, 1, 25))
    with pytest.raises(GuardRefused):
        house.move("officer", case, "ask_review", reason="Nogmaals.")
    assert wait_until(house, date(2027, 1, 26)) == {"late": ["sg"]}
    with house.store.reading() as connection:
        late = list_cases(connection, house.actor("sg"), CaseFilter(status=("late",)), house.now.date(), limit=9)
    assert [one.id for one in late.items] == [case], "a review can be late though its case has ended"
    house.move("sg", case, "uphold", reason="Het blijft zo.")
    after = shown(house, "officer", case)
    assert (after.waits_for, after.due_on, clocks(house, case)["review"]) == (None, None, "met")
    assert after.ending is not None
    assert after.ending.reason == "Het loopt al elders.", "the ending keeps its own reasons"
    assert hear(house) == {"ending": ["officer"]}
    assert holds(house)


def test_a_late_review_does_not_make_an_ended_case_due_for_its_measures(house: House) -> None:
    case = house.bring("implementation")
    house.move("sg", case, "find_unresolved", {"findings": "Niets."}, REASON)
    house.now = datetime(2027, 7, 5, 9, tzinfo=UTC)
    house.move("officer", case, "ask_review", reason="U vergist u.")
    wait_until(house, date(2027, 9, 10))
    assert shown(house, "sg", case).due_on == date(2027, 9, 6), "not 30 June, the day of a measure"


def test_a_duplicate_is_linked_and_followed_and_reopening_takes_the_link_away(house: House) -> None:
    original = house.bring("admissibility")
    case = house.bring("submitted")
    data = {"original": house.case(original).reference}
    house.move("intake", case, "mark_duplicate", data, "Hetzelfde.")
    with house.store.reading() as connection:
        (link,) = links(connection, house.actor("sg"), case)
        assert (link.kind, link.to.id, link.direction) == ("duplicate_of", original, "out")
        follower = connection.execute(select(FOLLOWERS.c.case_id, FOLLOWERS.c.person_id)).one()
    assert follower == (original, "person-officer")
    house.move("sg", case, "reopen", reason="Toch iets anders.")
    with house.store.reading() as connection:
        assert links(connection, house.actor("sg"), case) == ()
    assert house.case(case).stage == "submitted"


FOLLOW_UPS = [
    {"procedure": "benelux-proposal", "title": "Laadpalen", "text": "Eén stekker."},
    {"procedure": "benelux-obstacle", "title": "Vignet", "text": "Nog een vignet."},
]


def test_follow_ups_become_drafts_of_the_secretariat_and_intake_is_told(house: House) -> None:
    case = house.bring("implementation")
    with house.store.writing() as connection:
        connection.execute(update(MEASURES).values(state="in_force", on_date=house.now.date()))
    house.move("secretary", case, "start_evaluation")
    hear(house)
    data = {"findings": "Het werkt.", "recipients": ["NL"], "follow_ups": FOLLOW_UPS}
    house.move("secretary", case, "conclude_evaluation", data)
    assert hear(house) == {"ending": sorted([*OFFICES, "officer"]), "waiting": ["intake"]}
    with house.store.reading() as connection:
        drafts = connection.execute(select(CASES.c.id).where(CASES.c.stage == "draft").order_by(CASES.c.id)).scalars()
        found = [house.case(id) for id in drafts]
        made = [links(connection, house.actor("intake"), one.id)[0] for one in found]
    assert [(one.procedure.id, one.title, one.waits_for) for one in found] == [
        ("benelux-proposal", "Laadpalen", "intake"),
        ("benelux-obstacle", "Vignet", "intake"),
    ]
    for one in found:
        assert (one.organisation, one.begun_by, one.language, one.countries) == (
            "BENELUX-SG", "intake", "nl", ("BE", "NL"),
        )  # fmt: skip
        assert one.reference is None
    assert [(link.kind, link.to.id) for link in made] == [("spawned_from", case)] * 2
    assert holds(house)


def test_an_ending_without_follow_ups_begins_nothing(house: House) -> None:
    case = house.bring("implementation")
    hear(house)
    house.move("sg", case, "find_unresolved", {"findings": "Niets.", "follow_ups": []}, REASON)
    assert "waiting" not in hear(house)


def test_a_case_that_nobody_moves_is_told_to_be_worked_on_every_three_months(house: House) -> None:
    house.bring("exploration")
    hear(house)
    quiet = {"still_working": ["officer"], "waiting": ["secretary"]}
    assert wait_until(house, date(2027, 2, 24)) == {}
    assert wait_until(house, date(2027, 2, 25)) == quiet
    assert wait_until(house, date(2027, 5, 24)) == {}
    assert wait_until(house, date(2027, 5, 25)) == quiet
    assert wait_until(house, date(2029, 1, 1)) == quiet, "once, however long nobody looked"
    assert wait_until(house, house.now.date() + timedelta(days=1)) == {}
