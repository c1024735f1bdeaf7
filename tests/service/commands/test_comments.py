from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from service.commands.comments import MakeComment, make_comment
from service.queries.comments import Comment, comments
from service.store.chain import verify
from service.store.once import Seen
from service.store.tables import EventRow, FollowerRow
from service.store.work import Once
from tests.service.seeds import House
from workflows.errors import DataInvalid, IdempotencyMismatch, NotFound, Refused, RoleMissing

SAID: Mapping[str, Any] = {"text": "De bus rijdt al een jaar niet.", "audience": "shared"}


def say(house: House, name: str, case: str, once: Once | None = None, **said: Any) -> Seen:
    return make_comment(MakeComment(case=case, asked=lambda: {**SAID, **said}), house.work(name, once))


def read(house: House, name: str, case: str) -> tuple[Comment, ...]:
    with house.store.reading() as connection:
        return comments(connection, house.actor(name), case, limit=50).items


def last_event(house: House, case: str) -> Mapping[str, Any]:
    table = EventRow.__table__
    statement = select(table).where(table.c.case_id == case).order_by(table.c.position.desc()).limit(1)
    with house.store.reading() as connection:
        return dict(connection.execute(statement).mappings().one())


def test_a_comment_is_kept_with_who_said_it_and_in_whose_name(house: House) -> None:
    case = house.bring("admissibility")
    say(house, "officer", case)
    kept = read(house, "secretary", case)
    assert [(one.text, one.by, one.on_behalf_of, one.audience) for one in kept] == [
        (SAID["text"], "Officer", "NL-GM0980", "shared")
    ]
    assert kept[0].at == house.now


def test_the_words_of_a_comment_can_be_erased_and_the_chain_still_verifies(house: House) -> None:
    case = house.bring("admissibility")
    seen = say(house, "officer", case)
    event = last_event(house, case)
    assert SAID["text"] not in event["body"]
    assert json.loads(event["private"])["text"] == SAID["text"]
    assert json.loads(event["body"])["comment"] == seen.thing_id
    with house.store.reading() as connection:
        assert list(verify(connection)) == []


def test_a_comment_leaves_the_version_of_the_case_alone(house: House) -> None:
    case = house.bring("admissibility")
    before = house.case(case)
    say(house, "officer", case)
    assert (house.case(case).version, house.case(case).events) == (before.version, before.events + 1)


@pytest.mark.parametrize("writer", ["intake", "secretary", "sg"])
def test_what_is_said_inside_stays_inside(house: House, writer: str) -> None:
    case = house.bring("consultation")
    say(house, writer, case, audience="internal")
    assert last_event(house, case)["audience"] == "inner"
    for inside in ("intake", "secretary", "sg", "auditor"):
        assert len(read(house, inside, case)) == 1, inside
    for outside in ("officer", "delegate_nl", "adviser", "office_nl"):
        assert read(house, outside, case) == (), outside


@pytest.mark.parametrize("writer", ["officer", "delegate_be", "office_nl"])
def test_only_the_secretariat_speaks_inside(house: House, writer: str) -> None:
    case = house.bring("consultation")
    with pytest.raises(RoleMissing) as refused:
        say(house, writer, case, audience="internal")
    assert refused.value.roles == ("intake", "secretary", "secretary_general")


def test_an_auditor_leaves_no_trace_and_a_stranger_finds_nothing(house: House) -> None:
    case = house.bring("admissibility")
    with pytest.raises(RoleMissing):
        say(house, "auditor", case)
    for name in ("stranger", "other_secretary", "admin", "nobody"):
        with pytest.raises(NotFound):
            say(house, name, case)
        with pytest.raises(NotFound):
            read(house, name, case)


def test_a_follower_listens(house: House) -> None:
    case = house.bring("admissibility")
    with house.store.writing() as connection:
        row = {"case_id": case, "person_id": "person-stranger", "since_at": house.now, "notices": []}
        connection.execute(FollowerRow.__table__.insert(), row)
    with pytest.raises(RoleMissing):
        say(house, "stranger", case)
    with pytest.raises(NotFound):
        read(house, "stranger", case)


def test_a_delegate_speaks_for_her_own_organisation(house: House) -> None:
    case = house.bring("consultation")
    say(house, "delegate_be", case)
    assert read(house, "officer", case)[0].on_behalf_of == "BE-FED"


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({"text": " "}, "/text", "missing"),
        ({"text": "x" * 20_001}, "/text", "too_long"),
        ({"text": "a\0b"}, "/text", "text_unclean"),
        ({"text": None}, "/text", "wrong_type"),
        ({"audience": "everybody"}, "/audience", "not_a_choice"),
        ({"title": "x"}, "/title", "unknown_field"),
    ],
)
def test_a_comment_without_its_form_is_refused(house: House, said: dict[str, Any], pointer: str, code: str) -> None:
    case = house.bring("submitted")
    with pytest.raises(DataInvalid) as refused:
        say(house, "officer", case, **said)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [(pointer, code)]
    assert read(house, "officer", case) == ()


def test_the_same_request_twice_is_one_comment(house: House) -> None:
    case = house.bring("submitted")
    once = Once("POST comments", "key-1", "f" * 64)
    first, again = (say(house, "officer", case, once) for _ in range(2))
    assert first == again
    assert len(read(house, "officer", case)) == 1
    with pytest.raises(IdempotencyMismatch):
        say(house, "officer", case, Once("POST comments", "key-1", "0" * 64))


def test_what_is_wrong_with_the_request_is_asked_only_once_the_case_is_known(house: House) -> None:
    class Broken(Refused):
        pass

    def broken() -> Mapping[str, Any]:
        raise Broken

    case = house.bring("submitted")
    with pytest.raises(NotFound):
        make_comment(MakeComment(case=case, asked=broken), house.work("stranger"))
    with pytest.raises(Broken):
        make_comment(MakeComment(case=case, asked=broken), house.work("auditor"))


def test_a_comment_on_a_draft_goes_with_it_and_begins_no_chain(house: House) -> None:
    case = house.begin()
    say(house, "officer", case)
    assert len(read(house, "officer", case)) == 1
    assert house.case(case).events == 0


def test_comments_come_page_by_page_the_oldest_first(house: House) -> None:
    case = house.bring("submitted")
    for number in range(5):
        say(house, "officer", case, text=f"{number}")
    found: list[str] = []
    place = None
    with house.store.reading() as connection:
        while True:
            page = comments(connection, house.actor("intake"), case, place=place, limit=2, count=True)
            found += [one.text for one in page.items]
            assert page.count == 5
            place = page.after
            if place is None:
                break
    assert found == ["0", "1", "2", "3", "4"]
