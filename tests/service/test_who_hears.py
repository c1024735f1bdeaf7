"""Who hears: the sentences of the rules one after the other, on real databases, with every letter addressed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from service import words
from service.commands.cases import ChangeCase, change_case
from service.commands.positions import GivePosition, give_position
from service.queries.letters import letter
from tests.service.commands.test_positions import round_of
from tests.service.hearing import LETTERS, end_mandate, hear, wait_until
from tests.service.seeds import House
from workflows.notices import Letter

DELEGATES = ["delegate_be", "delegate_lu", "delegate_nl"]
ADVISERS = ["adviser", "partner"]
OFFICES = ["office_be", "office_lu", "office_nl"]


def say(house: House, name: str, case: str, position: str = "agree") -> None:
    sent = {"position": position, "text": "Om deze reden."}
    give_position(GivePosition(round_of(house, case), lambda: sent), house.work(name))


def brought(house: House, stage: str) -> str:
    """A case in a stage, of which everything so far has been told."""
    case = house.bring(stage)
    hear(house)
    return case


def test_everybody_hears_of_the_way_from_filing_to_resolved(house: House) -> None:
    case = house.begin()
    told = {}
    for stage in (
        "submitted", "admissibility", "exploration", "consultation", "common_position", "drafting", "council",
        "adoption", "implementation", "resolved",
    ):  # fmt: skip
        house.bring(stage, case)
        told[stage] = hear(house)
    assert told == {
        "submitted": {"receipt": ["officer"], "waiting": ["intake"]},
        "admissibility": {"progress": ["officer"], "waiting": ["secretary"]},
        "exploration": {"progress": ["officer"]},
        "consultation": {"invitation": sorted(DELEGATES + ADVISERS), "progress": ["officer"]},
        "common_position": {"result": sorted([*DELEGATES, *ADVISERS, "officer"]), "waiting": ["sg"]},
        "drafting": {"progress": ["officer"], "waiting": ["secretary"]},
        "council": {"progress": ["officer"], "waiting": ["sg"]},
        "adoption": {"vote": OFFICES, "progress": ["officer"]},
        "implementation": {"adopted": sorted([*DELEGATES, *ADVISERS, *OFFICES, "officer", "secretary"])},
        "resolved": {"ending": sorted([*OFFICES, "officer"])},
    }


def test_an_office_is_reminded_of_a_vote_though_its_delegation_has_given_its_position(house: House) -> None:
    case = brought(house, "adoption")
    say(house, "office_be", case)
    hear(house)
    quiet = {"still_working": ["officer"], "waiting": ["secretary"]}
    assert wait_until(house, date(2027, 3, 9)) == quiet | {"reminder": ["office_lu", "office_nl"]}
    say(house, "office_nl", case)
    assert wait_until(house, date(2027, 3, 13)) == {"late": ["office_lu", "sg"]}


def test_delegates_are_reminded_until_they_have_spoken_and_the_secretary_hears_when_all_have(house: House) -> None:
    case = brought(house, "consultation")
    say(house, "delegate_nl", case)
    assert wait_until(house, date(2027, 1, 15)) == {"reminder": ["adviser", "delegate_be", "delegate_lu", "partner"]}
    say(house, "delegate_be", case)
    say(house, "partner", case)
    assert hear(house) == {}
    say(house, "delegate_lu", case)
    assert hear(house) == {"waiting": ["secretary"]}
    assert wait_until(house, date(2027, 1, 26)) == {"reminder": ["adviser"]}
    say(house, "delegate_lu", case, "withdrawn")
    assert wait_until(house, date(2027, 1, 30)) == {"waiting": ["secretary"]}


def test_the_secretary_hears_in_the_place_of_a_delegation_that_has_nobody(house: House) -> None:
    end_mandate(house, "delegate_lu")
    end_mandate(house, "adviser")
    case = brought(house, "consultation")
    say(house, "delegate_nl", case)
    assert wait_until(house, date(2027, 1, 15)) == {
        "reminder": ["delegate_be", "partner", "secretary for delegate (LU)"],
    }


def test_the_colleagues_of_a_filer_whose_mandate_has_ended_hear_else_the_secretary(house: House) -> None:
    case = brought(house, "admissibility")
    end_mandate(house, "officer")
    house.bring("exploration", case)
    assert hear(house) == {}, "the secretary does not hear of her own act"
    house.bring("drafting", case)
    assert hear(house)["progress"] == ["secretary for filer"]


def letter_of(house: House, notice: str, name: str) -> Letter:
    """The newest letter of a kind to a person."""
    found = select(LETTERS.c.id).where(LETTERS.c.notice == notice, LETTERS.c.person_id == f"person-{name}")
    with house.store.reading() as connection:
        newest = connection.execute(found.order_by(LETTERS.c.id.desc())).scalars().first()
        return letter(connection, str(newest), house.now)


def test_a_letter_names_who_filed_in_the_readers_language(house: House) -> None:
    case = house.begin("intake", procedure="benelux-project", content={"summary": "Proef."}, countries=["BE", "NL"])
    house.move("intake", case, "propose", {"working_group": "transport", "theme": "digital"})
    hear(house)
    told = letter_of(house, "waiting", "sg")
    assert told.case is not None
    assert told.case.organisation_name == words.label("body", "BENELUX-SG", told.to.language)
    assert told.to.language != words.REGISTERED


def test_a_reminder_is_about_what_was_asked_of_this_person(house: House) -> None:
    case = brought(house, "consultation")
    house.move("secretary", case, "cancel_consultation", reason="Nog niet rijp.")
    house.move("secretary", case, "request_information", {"questions": ["Welke lijn?"], "reply_by": "2026-12-18"})
    assert set(hear(house)) == {"cancelled", "progress", "question"}
    assert wait_until(house, date(2026, 12, 15)) == {"reminder": ["officer"]}
    reminder = letter_of(house, "reminder", "officer")
    assert (reminder.questions, reminder.consultation) == (((1, "Welke lijn?"),), None)


def test_an_office_is_reminded_of_the_vote_and_a_delegate_of_the_round(house: House) -> None:
    case = brought(house, "consultation")
    wait_until(house, date(2027, 1, 26))
    asked = letter_of(house, "reminder", "delegate_be").consultation
    assert asked is not None
    assert (asked.name, asked.asked) == ("delegations", "Belgique")
    house.bring("adoption", case)
    hear(house)
    wait_until(house, date(2027, 3, 9))
    asked = letter_of(house, "reminder", "office_nl").consultation
    assert asked is not None
    assert (asked.name, asked.asked) == ("committee", "Nederland")


def test_a_project_is_told_to_who_goes_on_with_it_and_its_end_to_the_offices_of_its_countries(house: House) -> None:
    case = house.begin("intake", procedure="benelux-project", content={"summary": "Proef."}, countries=["BE", "NL"])
    told = {}
    follow_up = {"procedure": "benelux-proposal", "title": "Vrachtbrief", "text": "Digitaal."}
    for name, move, data in (
        ("intake", "propose", {"working_group": "transport", "theme": "digital"}),
        ("sg", "take_up", {}),
        ("secretary", "start", {}),
        ("secretary", "propose_instrument", {"proposal": follow_up}),
        ("secretary", "complete", {"results": "Het werkt."}),
        ("sg", "reopen", {}),
    ):
        house.move(name, case, move, data, "Daarom.")
        told[move] = hear(house)
    assert told == {
        "propose": {"waiting": ["sg"]},
        "take_up": {"waiting": ["secretary"]},
        "start": {"progress": ["sg"]},
        "propose_instrument": {"waiting": ["intake"]},
        "complete": {"ending": ["office_be", "office_nl"]},
        "reopen": {"reopened": ["secretary"]},
    }


def test_an_assigned_case_is_told_to_its_new_secretary(house: House) -> None:
    case = brought(house, "exploration")
    patch = {"working_group": "energy", "reason": "Gaat over stroom."}
    change_case(ChangeCase(case, house.case(case).version, lambda: patch), house.work("secretary"))
    assert hear(house) == {"reassigned": ["other_secretary"]}


def test_a_review_and_a_reopening_are_told(house: House) -> None:
    case = brought(house, "adoption")
    house.move("sg", case, "conclude_without_agreement", reason="Geen akkoord.")
    hear(house)
    house.move("officer", case, "ask_review", reason="Vraag het nog eens.")
    assert hear(house) == {"review": ["sg"]}
    house.move("sg", case, "reopen", reason="Goed.")
    assert hear(house) == {"reopened": sorted([*OFFICES, "intake", "officer", "secretary"])}
