"""Statements: what a position must say, and in whose name somebody may say it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import TODAY, a_case, a_consultation, a_mandate, an_actor, somebody
from workflows.actor import Actor
from workflows.decision_rule import Reservation, Stance
from workflows.errors import DataInvalid, RoleMissing
from workflows.statements import Speaker, Statement, speaker_of, statement_of

CASE = a_case("consultation")


def faults(**sent: Any) -> list[tuple[str, str]]:
    with pytest.raises(DataInvalid) as refused:
        statement_of(sent, TODAY)
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def speaker(actor: Actor, *, by: str = "delegate", advisers: tuple[str, ...] = (), **said: Any) -> Speaker:
    asked = statement_of({"position": "agree", **said}, TODAY)
    return speaker_of(CASE, actor, a_consultation(advisers=advisers), by, asked)


def test_everything_that_was_sent_is_read() -> None:
    sent = {
        "position": "reservation",
        "reservation": "parliamentary",
        "text": "The chamber debates it in May.",
        "mandate_reference": "2026/17",
        "for": "LU",
        "stated_on": "2026-03-01",
    }
    statement = statement_of(sent, TODAY)
    assert (statement.stance, statement.reservation) == (Stance.RESERVATION, Reservation.PARLIAMENTARY)
    assert (statement.named, str(statement.stated_on), statement.mandate_reference) == ("LU", "2026-03-01", "2026/17")


def test_null_is_as_good_as_missing() -> None:
    nulls = dict.fromkeys(("reservation", "text", "mandate_reference", "for", "stated_on"))
    assert statement_of({"position": "agree", **nulls}, TODAY) == Statement(stance=Stance.AGREE)


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({}, [("/position", "missing")]),
        ({"position": "maybe"}, [("/position", "not_a_choice")]),
        ({"position": "agree", "vote": "yes"}, [("/vote", "unknown_field")]),
        ({"position": "object"}, [("/text", "missing")]),
        ({"position": "object", "text": " "}, [("/text", "missing")]),
        ({"position": "reservation", "text": "Not yet."}, [("/reservation", "missing")]),
        ({"position": "reservation", "reservation": "scrutiny"}, [("/text", "missing")]),
        ({"position": "reservation"}, [("/reservation", "missing"), ("/text", "missing")]),
        ({"position": "agree", "reservation": "scrutiny"}, [("/reservation", "unknown_field")]),
        ({"position": "agree", "stated_on": "2026-03-03"}, [("/stated_on", "must_not_lie_after_today")]),
        ({"position": "agree", "stated_on": "yesterday"}, [("/stated_on", "no_date")]),
    ],
)
def test_what_does_not_fit_is_named(sent: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert faults(**sent) == found


def test_a_delegate_with_one_mandate_need_not_say_for_whom() -> None:
    assert speaker(somebody("delegate")).organisation == "NL"
    assert not speaker(somebody("delegate")).noted
    assert speaker(somebody("delegate"), **{"for": "NL"}).organisation == "NL"


def test_the_federal_body_speaks_for_belgium_unless_it_was_invited_itself() -> None:
    federal = an_actor("delegate", "BE-FED", answers_for="BE")
    assert speaker(federal).organisation == "BE"
    assert speaker(federal, advisers=("BE-FED",)).organisation == "BE-FED"
    with pytest.raises(RoleMissing):
        speaker(federal, advisers=("BE-FED",), **{"for": "BE"})


def test_an_adviser_speaks_for_itself_alone() -> None:
    walloon = an_actor("delegate", "BE-WAL")
    assert speaker(walloon, advisers=("BE-WAL",)).organisation == "BE-WAL"
    with pytest.raises(RoleMissing):
        speaker(walloon)


def test_whoever_was_not_invited_cannot_be_named() -> None:
    with pytest.raises(DataInvalid) as refused:
        speaker(somebody("delegate"), **{"for": "DE-NW"})
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/for", "not_invited")]


def test_another_delegation_is_not_yours() -> None:
    with pytest.raises(RoleMissing) as refused:
        speaker(somebody("delegate"), **{"for": "LU"})
    assert refused.value.roles == ("delegate", "secretary")


@pytest.mark.parametrize("word", ["filer", "intake", "secretary_general", "minister_office", "auditor", "admin"])
def test_another_role_does_not_answer(word: str) -> None:
    with pytest.raises(RoleMissing):
        speaker(somebody(word))
    with pytest.raises(RoleMissing):
        speaker(somebody(word), **{"for": "NL", "stated_on": "2026-03-01"})


def test_a_delegate_does_not_answer_where_the_offices_vote() -> None:
    with pytest.raises(RoleMissing):
        speaker(somebody("delegate"), by="minister_office")
    assert speaker(somebody("minister_office"), by="minister_office").organisation == "NL"


def test_with_two_mandates_one_says_for_whom() -> None:
    both = (a_mandate("delegate", "NL"), a_mandate("delegate", "LU"))
    actor = Actor(person="p", name="P", language="nl", mandates=both)
    with pytest.raises(DataInvalid) as refused:
        speaker(actor)
    assert [fault.pointer for fault in refused.value.faults] == ["/for"]
    assert speaker(actor, **{"for": "LU"}).mandate == both[1]


def test_the_secretary_notes_what_was_stated_and_when() -> None:
    noted = speaker(somebody("secretary"), **{"for": "LU", "stated_on": "2026-03-01"})
    assert (noted.organisation, noted.noted) == ("LU", True)
    for said, missing in (
        ({}, ["/for", "/stated_on"]),
        ({"for": "LU"}, ["/stated_on"]),
        ({"stated_on": "2026-03-01"}, ["/for"]),
    ):
        with pytest.raises(DataInvalid) as refused:
            speaker(somebody("secretary"), **said)
        assert [fault.pointer for fault in refused.value.faults] == missing


def test_a_delegate_who_is_the_secretary_too_speaks_for_her_own() -> None:
    mandates = (*somebody("delegate").mandates, *somebody("secretary").mandates)
    actor = Actor(person="p", name="P", language="nl", mandates=mandates)
    assert not speaker(actor).noted
    assert speaker(actor, **{"for": "BE", "stated_on": "2026-03-01"}).noted
