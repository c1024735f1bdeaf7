"""Consultations: only voters count, whoever was invited may speak, and a withdrawn position is none."""

from dataclasses import replace
from datetime import date

import pytest

from workflows.consultation import (
    Consultation,
    ConsultationRule,
    Position,
    all_voters_answered,
    finding,
    is_late,
    speaks_for,
)
from workflows.decision_rule import DecisionRule, Outcome, Reservation, Stance, Vote
from workflows.errors import ProcedureFaulty

UNANIMITY = DecisionRule(
    name="unanimity",
    abstention_blocks=False,
    reservations_block=True,
    all_abstain=Outcome.UNDECIDED,
    unanswered_at_close=Outcome.UNDECIDED,
)
WRITTEN = {"voters": ["BE", "LU", "NL"], "advisers": "invited", "rule": "unanimity", "by": "delegate"}
STATED_ON = date(2026, 3, 2)


def position(delegation: str, stance: Stance, *, advice: bool = False) -> Position:
    reservation = Reservation.PARLIAMENTARY if stance is Stance.RESERVATION else None
    return Position(delegation=delegation, stance=stance, reservation=reservation, advice=advice, on=STATED_ON)


def consultation(*positions: Position) -> Consultation:
    return Consultation(
        id="c1",
        name="delegations",
        round=1,
        question="Do you agree?",
        voters=("BE", "LU", "NL"),
        advisers=("BE-VLG", "DE-NW"),
        closing_on=date(2026, 3, 31),
        positions=positions,
    )


ALL_AGREE = tuple(position(code, Stance.AGREE) for code in ("BE", "LU", "NL"))


def test_the_votes_are_those_of_the_voters() -> None:
    round_1 = consultation(position("BE", Stance.AGREE), position("LU", Stance.RESERVATION))
    assert round_1.votes() == {
        "BE": Vote(Stance.AGREE),
        "LU": Vote(Stance.RESERVATION, Reservation.PARLIAMENTARY),
    }


@pytest.mark.parametrize("stance", list(Stance))
@pytest.mark.parametrize("open", [True, False])
def test_an_adviser_never_counts(stance: Stance, open: bool) -> None:
    for votes in ((), ALL_AGREE[:2], ALL_AGREE):
        without = replace(consultation(*votes), open=open)
        advised = replace(without, positions=(*votes, position("DE-NW", stance, advice=True)))
        assert finding(advised, UNANIMITY) == finding(without, UNANIMITY)
        assert all_voters_answered(advised) is all_voters_answered(without)


def test_advice_under_the_code_of_a_voter_is_no_vote() -> None:
    advised = consultation(*ALL_AGREE[1:], position("BE", Stance.OBJECT, advice=True))
    assert finding(advised, UNANIMITY).silent == ("BE",)


def test_the_round_waits_for_every_voter_and_for_no_adviser() -> None:
    assert not all_voters_answered(consultation(*ALL_AGREE[:2], position("DE-NW", Stance.AGREE, advice=True)))
    assert all_voters_answered(consultation(*ALL_AGREE))


def test_a_withdrawn_position_is_none() -> None:
    withdrawn = consultation(*ALL_AGREE[:2], position("NL", Stance.WITHDRAWN))
    assert not all_voters_answered(withdrawn)
    assert finding(withdrawn, UNANIMITY) == finding(consultation(*ALL_AGREE[:2]), UNANIMITY)


def test_what_is_pending_while_open_is_settled_on_closing() -> None:
    reserved = consultation(*ALL_AGREE[:2], position("NL", Stance.RESERVATION))
    assert finding(reserved, UNANIMITY).outcome is Outcome.PENDING
    assert finding(replace(reserved, open=False), UNANIMITY).outcome is Outcome.NOT_ADOPTED
    unanswered = consultation(*ALL_AGREE[:2])
    assert finding(replace(unanswered, open=False), UNANIMITY).outcome is Outcome.UNDECIDED


def test_voters_and_advisers_are_invited() -> None:
    assert consultation().invited == ("BE", "LU", "NL", "BE-VLG", "DE-NW")


def test_the_closing_date_is_still_in_time() -> None:
    assert not is_late(date(2026, 3, 31), date(2026, 3, 31))
    assert is_late(date(2026, 3, 31), date(2026, 4, 1))
    assert not is_late(None, date(2026, 4, 1))


@pytest.mark.parametrize(
    ("organisation", "answers_for", "invited", "speaks"),
    [
        ("BE", None, ["BE", "LU", "NL"], "BE"),
        ("BE-FED", "BE", ["BE", "LU", "NL"], "BE"),
        ("BE-FED", "BE", ["BE", "LU", "NL", "BE-FED"], "BE-FED"),
        ("BE-VLG", None, ["BE", "LU", "NL"], None),
        ("BE-VLG", None, ["BE", "LU", "NL", "BE-VLG"], "BE-VLG"),
        ("NL-MIN", "NL", ["DE-NW"], None),
    ],
)
def test_who_speaks_for_whom(organisation: str, answers_for: str | None, invited: list[str], speaks: str) -> None:
    assert speaks_for(organisation, answers_for, invited) == speaks


def test_a_consultation_is_read_from_the_procedure() -> None:
    assert ConsultationRule.parse("delegations", WRITTEN, "x.yaml", "consultations.delegations") == ConsultationRule(
        name="delegations", voters=("BE", "LU", "NL"), advisers=True, rule="unanimity", by="delegate", about=None
    )
    committee = {"voters": ["BE", "LU", "NL"], "rule": "unanimity", "by": "minister_office", "about": "texts"}
    assert ConsultationRule.parse("committee", committee, "x.yaml", "consultations.committee") == ConsultationRule(
        name="committee",
        voters=("BE", "LU", "NL"),
        advisers=False,
        rule="unanimity",
        by="minister_office",
        about="texts",
    )


KNOWN = "known are voters, rule, by, advisers, about"
FAULTY = [
    (["BE"], "", "must be a mapping: voters, rule, by; advisers and about if need be"),
    (WRITTEN | {"quorum": 2}, ".quorum", f"is not known here; {KNOWN}"),
    *(({k: v for k, v in WRITTEN.items() if k != key}, f".{key}", "is missing") for key in ("voters", "rule", "by")),
    (WRITTEN | {"voters": []}, ".voters", "must be a list of the delegations that vote, at least one"),
    (WRITTEN | {"voters": "BE"}, ".voters", "must be a list of the delegations that vote, at least one"),
    (WRITTEN | {"voters": 3}, ".voters", "must be a list of the delegations that vote, at least one"),
    (WRITTEN | {"voters": ["BE", 1]}, ".voters", "must hold codes of delegations"),
    (WRITTEN | {"voters": ["BE", ""]}, ".voters", "must hold codes of delegations"),
    (WRITTEN | {"voters": ["BE", "LU", "BE"]}, ".voters", "names a delegation twice; each has one vote"),
    (WRITTEN | {"advisers": "everybody"}, ".advisers", "must be invited"),
    (WRITTEN | {"by": "secretary"}, ".by", "must be delegate or minister_office"),
    (WRITTEN | {"about": "case"}, ".about", "must be texts"),
    (WRITTEN | {"rule": 1}, ".rule", "must be a name"),
    (WRITTEN | {"rule": ""}, ".rule", "must be a name"),
]


@pytest.mark.parametrize(("written", "path", "mend"), FAULTY)
def test_a_faulty_consultation_says_where_and_what_to_mend(written: object, path: str, mend: str) -> None:
    with pytest.raises(ProcedureFaulty) as refused:
        ConsultationRule.parse("delegations", written, "decision-route.yaml", "consultations.delegations")
    assert (refused.value.name, refused.value.path) == ("decision-route.yaml", f"consultations.delegations{path}")
    assert refused.value.mend == mend
