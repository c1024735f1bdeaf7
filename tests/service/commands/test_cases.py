"""Cases: begun by whoever may, edited while a draft, corrected and assigned with a reason later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import RowMapping, select

from service.commands.cases import BeginCase, ChangeCase, DiscardCase, begin_case, change_case, discard_case
from service.store.chain import verify
from service.store.tables import CaseCountryRow, CaseRow, EventRow, LinkRow, OutboxRow
from service.store.work import Once
from tests.service.seeds import OBSTACLE, House
from workflows.errors import (
    DataInvalid,
    IdempotencyMismatch,
    MoveNotOpen,
    NotFound,
    Refused,
    RoleMissing,
    Stale,
    VersionMissing,
)


def begin(house: House, name: str, said: Mapping[str, Any], once: Once | None = None) -> str:
    seen = begin_case(BeginCase(lambda: said), house.work(name, once))
    assert seen.thing_id is not None
    return seen.thing_id


def change(house: House, name: str, case: str, **patch: Any) -> str:
    return change_case(ChangeCase(case, house.case(case).version, lambda: patch), house.work(name))


def faults(refusal: pytest.ExceptionInfo[DataInvalid]) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in refusal.value.faults]


def last_event(house: House, case: str) -> RowMapping:
    events = EventRow.__table__
    statement = select(events).where(events.c.case_id == case).order_by(events.c.position.desc()).limit(1)
    with house.store.reading() as connection:
        return connection.execute(statement).mappings().one()


def row_of(house: House, case: str) -> RowMapping:
    table = CaseRow.__table__
    with house.store.reading() as connection:
        return connection.execute(select(table).where(table.c.id == case)).mappings().one()


def test_an_officer_begins_a_draft_for_her_own_organisation(house: House) -> None:
    case = house.case(begin(house, "officer", {"procedure": "benelux-obstacle"}))
    assert (case.stage, case.reference, case.events, case.version) == ("draft", None, 0, 1)
    assert (case.organisation, case.language, case.begun_by) == ("NL-GM0980", "nl", "filer")
    assert (case.filed_by, case.title, case.countries) == ("person-officer", "", ())


def test_intake_begins_for_any_organisation_that_exists(house: House) -> None:
    case = house.case(begin(house, "secretary", {**OBSTACLE, "organisation": "BE-24107"}))
    assert (case.organisation, case.begun_by) == ("BE-24107", "intake")
    project = {"procedure": "benelux-project", "content": {"summary": "Proef met digitale vrachtbrief"}}
    assert house.case(begin(house, "intake", project)).organisation == "BENELUX-SG"
    with pytest.raises(DataInvalid) as refusal:
        begin(house, "intake", {**OBSTACLE, "organisation": "NOWHERE"})
    assert faults(refusal) == [("/organisation", "unknown_organisation")]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sg", OBSTACLE),
        ("delegate_nl", OBSTACLE),
        ("admin", OBSTACLE),
        ("nobody", OBSTACLE),
        ("officer", {**OBSTACLE, "organisation": "BE-24107"}),
        ("officer", {"procedure": "benelux-project"}),
        ("officer", {**OBSTACLE, "organisation": "BE-24107", "title": 5}),
    ],
)
def test_others_may_not_begin_a_case(house: House, name: str, said: Mapping[str, Any]) -> None:
    with pytest.raises(RoleMissing):
        begin(house, name, said)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, [("/procedure", "missing")]),
        ({"procedure": "benelux-obstakel"}, [("/procedure", "unknown_procedure")]),
        ({"procedure": ["benelux-obstacle"]}, [("/procedure", "unknown_procedure")]),
        ({**OBSTACLE, "organisation": 5}, [("/organisation", "wrong_type")]),
        ({**OBSTACLE, "countries": ["B"]}, [("/countries/0", "not_a_choice")]),
        ({**OBSTACLE, "content": {"colour": "red"}}, [("/content/colour", "unknown_field")]),
        ({**OBSTACLE, "stage": "council"}, [("/stage", "unknown_field")]),
        ({**OBSTACLE, "title": "x" * 201}, [("/title", "too_long")]),
    ],
)
def test_what_is_wrong_with_a_filing_is_named(
    house: House, said: Mapping[str, Any], expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(DataInvalid) as refusal:
        begin(house, "officer", said)
    assert faults(refusal) == expected


def test_the_same_filing_twice_is_one_case(house: House) -> None:
    key = Once("POST /cases", "key-1", "a" * 64)
    first = begin(house, "officer", OBSTACLE, key)
    assert begin(house, "officer", OBSTACLE, key) == first
    assert begin(house, "officer", OBSTACLE, Once("POST /cases", "key-2", "a" * 64)) != first
    with pytest.raises(IdempotencyMismatch):
        begin(house, "officer", OBSTACLE, Once("POST /cases", "key-1", "b" * 64))


def test_a_draft_is_edited_field_by_field_without_events(house: House) -> None:
    case = house.begin()
    change(house, "officer", case, title="Nieuwe titel", countries=["LU"], content={"how_many": None})
    draft = house.case(case)
    assert (draft.title, draft.countries, draft.content["how_many"]) == ("Nieuwe titel", ("LU",), None)
    assert draft.content["situation"] == OBSTACLE["content"]["situation"]
    assert (draft.version, draft.events) == (2, 0)
    assert "nieuwe titel" in row_of(house, case)["searchable"]
    table = CaseCountryRow.__table__
    with house.store.reading() as connection:
        assert connection.execute(select(table.c.country).where(table.c.case_id == case)).scalars().all() == ["LU"]
    change(house, "officer", case, title="Nieuwe titel")
    assert house.case(case).version == 2, "what changes nothing leaves no trace"


def test_a_draft_stays_with_those_who_may_begin_it(house: House) -> None:
    case = house.begin()
    with pytest.raises(RoleMissing):
        change(house, "officer", case, organisation="BE-24107")
    with pytest.raises(NotFound):
        change(house, "intake", case, title="x")
    for_others = house.begin("intake", organisation="NL-GM0980")
    change(house, "officer", for_others, title="Wat intake voor haar begon, vult zij aan")
    with pytest.raises(RoleMissing):
        change(house, "officer", for_others, organisation="BE-24107")
    change(house, "intake", for_others, organisation="BE-24107")
    assert house.case(for_others).organisation == "BE-24107"


def test_a_correction_needs_a_reason_and_keeps_both_states(house: House) -> None:
    case = house.bring("admissibility")
    with pytest.raises(DataInvalid) as refusal:
        change(house, "secretary", case, title=" ", stage="council")
    assert faults(refusal) == [("/stage", "unknown_field"), ("/title", "missing"), ("/reason", "missing")]
    before = house.case(case)
    change(house, "secretary", case, title="Juiste titel", countries=["LU", "BE"], reason="Verschrijving.")
    event = last_event(house, case)
    body, private = json.loads(event["body"]), json.loads(event["private"])
    assert (event["kind"], event["stage"], body["act"]) == ("CaseCorrected", "admissibility", "correct")
    assert body["fields"] == ["countries", "title"]
    assert private["before"] == {"title": OBSTACLE["title"], "countries": ["BE", "NL"]}
    assert private["after"] == {"title": "Juiste titel", "countries": ["LU", "BE"]}
    assert private["reason"] == "Verschrijving."
    assert house.case(case).version == before.version + 1
    assert "juiste titel" in row_of(house, case)["searchable"]
    with house.store.reading() as connection:
        assert list(verify(connection)) == []


def test_a_case_is_assigned_to_another_group_whose_secretary_is_told(house: House) -> None:
    case = house.bring("admissibility")
    with pytest.raises(DataInvalid) as refusal:
        change(house, "secretary", case, working_group="nowhere", title="x", reason="r")
    assert ("/title", "unknown_field") in faults(refusal)
    with pytest.raises(DataInvalid) as refusal:
        change(house, "secretary", case, working_group="nowhere", reason="r")
    assert faults(refusal) == [("/working_group", "unknown_working_group")]
    change(house, "secretary", case, working_group="energy", reason="Het gaat om energie.")
    event = last_event(house, case)
    assert event["kind"] == "CaseAssigned"
    assert json.loads(event["body"])["data"] == {"working_group": "energy"}
    outbox = OutboxRow.__table__
    with house.store.reading() as connection:
        told = connection.execute(select(outbox.c.notice, outbox.c.roles).where(outbox.c.event_id == event["id"])).one()
    assert tuple(told) == ("reassigned", ["secretary"])
    assert house.case(case).working_group == "energy"
    change(house, "other_secretary", case, theme="energy", reason="Nu hier.")


@pytest.mark.parametrize(
    ("stage", "name", "patch", "refusal"),
    [
        ("admissibility", "officer", {"title": "x", "reason": "r"}, RoleMissing),
        ("admissibility", "officer", {"working_group": "energy", "reason": "r"}, RoleMissing),
        ("admissibility", "stranger", {"title": "x", "reason": "r"}, NotFound),
        ("inadmissible", "secretary", {"title": "x", "reason": "r"}, MoveNotOpen),
        ("inadmissible", "intake", {"working_group": "energy", "reason": "r"}, MoveNotOpen),
    ],
)
def test_who_may_correct_and_when(
    house: House, stage: str, name: str, patch: dict[str, Any], refusal: type[Refused]
) -> None:
    case = house.bring(stage)
    with pytest.raises(refusal):
        change(house, name, case, **patch)


def test_a_change_says_on_which_version_it_is_made_before_it_is_read(house: House) -> None:
    case = house.begin()

    def unread() -> Mapping[str, Any]:
        raise AssertionError("what was sent is read too early")

    for version, refusal in ((None, VersionMissing), (7, Stale)):
        with pytest.raises(refusal):
            change_case(ChangeCase(case, version, unread), house.work("officer"))
        with pytest.raises(refusal):
            discard_case(DiscardCase(case, version), house.work("officer"))


def test_a_discarded_draft_leaves_nothing_and_no_hole(house: House) -> None:
    case = house.begin()
    with pytest.raises(NotFound):
        discard_case(DiscardCase(case, 1), house.work("stranger"))
    discard_case(DiscardCase(case, 1), house.work("officer"))
    with house.store.reading() as connection:
        assert connection.execute(select(CaseRow.__table__)).all() == []
        assert connection.execute(select(CaseCountryRow.__table__)).all() == []
        assert connection.execute(select(LinkRow.__table__)).all() == []
    assert house.case(house.bring("submitted")).reference == "OBS-2026-0001"


def test_what_is_filed_is_not_discarded(house: House) -> None:
    case = house.bring("submitted")
    with pytest.raises(MoveNotOpen):
        discard_case(DiscardCase(case, house.case(case).version), house.work("officer"))
    with pytest.raises(RoleMissing):
        discard_case(DiscardCase(case, house.case(case).version), house.work("sg"))
