"""The decision rule: every combination of three delegations, its settings, and what would change the outcome."""

import re
from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.decision_rule import (
    DecisionRule,
    Finding,
    Ground,
    Outcome,
    Reservation,
    Stance,
    Vote,
    decide,
    outcome_now,
    say,
)
from workflows.errors import ProcedureFaulty
from workflows.procedures import LANGUAGES

VOTERS = ("BE", "LU", "NL")
WRITTEN = {
    "abstention_blocks": False,
    "reservations_block": True,
    "all_abstain": "undecided",
    "unanswered_at_close": "undecided",
}
RULE = DecisionRule.parse("unanimity", WRITTEN, "decision-route.yaml", "rules.unanimity")
LETTERS = {
    "a": Vote(Stance.AGREE),
    "c": Vote(Stance.AGREE_WITH_COMMENT),
    "r": Vote(Stance.RESERVATION),
    "s": Vote(Stance.RESERVATION, Reservation.SCRUTINY),
    "p": Vote(Stance.RESERVATION, Reservation.PARLIAMENTARY),
    "b": Vote(Stance.RESERVATION, Reservation.SUBSTANCE),
    "o": Vote(Stance.OBJECT),
    "x": Vote(Stance.ABSTAIN),
    "w": Vote(Stance.WITHDRAWN),
}
BETTER = [Outcome.NOT_ADOPTED, Outcome.UNDECIDED, Outcome.PENDING, Outcome.ADOPTED]


def votes(letters: str) -> dict[str, Vote]:
    """`apo`: Belgium agrees, Luxembourg has a parliamentary reservation, the Netherlands objects; `-` is silent."""
    return {voter: LETTERS[letter] for voter, letter in zip(VOTERS, letters, strict=True) if letter != "-"}


def found(letters: str, *, closed: bool = False, **settings: object) -> Finding:
    rule = DecisionRule.parse("unanimity", WRITTEN | settings, "x.yaml", "rules.unanimity")
    return decide(rule, VOTERS, votes(letters), closed=closed)


# --- outcomes -------------------------------------------------------------------------------------------------------

# The same rule written another way: the first pattern that the letters of a combination match, in any order.
OPEN = [
    (".*o.*", "not_adopted"),
    (".*-.*", "pending"),
    (".*[rspb].*", "pending"),
    ("xxx", "undecided"),
    ("[acx]{3}", "adopted"),
]
CLOSED = [
    (".*o.*", "not_adopted"),
    (".*-.*", "undecided"),
    (".*[rspb].*", "not_adopted"),
    ("xxx", "undecided"),
    ("[acx]{3}", "adopted"),
]
COMBINATIONS = ["".join(letters) for letters in product("acrox-", repeat=3)]


def expected(letters: str, table: list[tuple[str, str]]) -> str:
    return next(outcome for pattern, outcome in table if re.fullmatch(pattern, "".join(sorted(letters))))


def test_there_are_216_combinations_of_three_delegations() -> None:
    assert len(set(COMBINATIONS)) == 216


@pytest.mark.parametrize("letters", COMBINATIONS)
def test_every_combination_has_its_outcome(letters: str) -> None:
    assert found(letters).outcome == expected(letters, OPEN)
    assert found(letters, closed=True).outcome == expected(letters, CLOSED)


@pytest.mark.parametrize("letters", COMBINATIONS)
def test_a_list_shows_the_outcome_that_is_reasoned_elsewhere(letters: str) -> None:
    assert outcome_now(RULE, VOTERS, votes(letters)) == expected(letters, OPEN)


def test_the_216_outcomes_in_numbers() -> None:
    """Counted by hand: 6³ with 5³ free of objections, of which 3³ hold only agreement, comment and abstention."""
    outcomes = [found(letters).outcome for letters in COMBINATIONS]
    assert {outcome: outcomes.count(outcome) for outcome in Outcome} == {
        Outcome.NOT_ADOPTED: 216 - 125,
        Outcome.PENDING: 125 - 27,
        Outcome.UNDECIDED: 1,
        Outcome.ADOPTED: 26,
    }


@pytest.mark.parametrize("letters", COMBINATIONS)
@pytest.mark.parametrize("closed", [False, True])
def test_who_blocks_and_who_is_silent_is_named_in_the_order_of_the_voters(letters: str, closed: bool) -> None:
    finding = found(letters, closed=closed)
    assert finding.blocked_by == tuple(v for v, letter in zip(VOTERS, letters, strict=True) if letter in "or")
    assert finding.silent == tuple(v for v, letter in zip(VOTERS, letters, strict=True) if letter == "-")


@pytest.mark.parametrize("closed", [False, True])
def test_a_closed_consultation_is_never_pending(closed: bool) -> None:
    assert any(found(letters, closed=closed).outcome is Outcome.PENDING for letters in COMBINATIONS) is not closed


def test_withdrawn_is_silent() -> None:
    assert found("aaw") == found("aa-")


@pytest.mark.parametrize("kind", "rspb")
def test_every_kind_of_reservation_blocks(kind: str) -> None:
    assert found("a" + kind + "a").outcome is Outcome.PENDING


def test_whoever_is_no_voter_is_left_out() -> None:
    advice = {"BE-FED": LETTERS["o"], "DE-NW": LETTERS["p"]}
    assert decide(RULE, VOTERS, votes("axa") | advice) == found("axa")


def test_a_decision_needs_voters() -> None:
    with pytest.raises(ValueError, match="voters"):
        decide(RULE, (), {})


# --- the settings steer ---------------------------------------------------------------------------------------------


def test_an_abstention_that_blocks_is_like_an_objection() -> None:
    finding = found("axa", abstention_blocks=True)
    assert (finding.outcome, finding.blocked_by) == (Outcome.NOT_ADOPTED, ("LU",))
    assert say(finding, "en")[0] == (
        "The abstention of Luxembourg prevents a decision under this rule; if it agrees, the text is adopted."
    )


def test_where_an_abstention_blocks_the_silent_are_told_to_agree() -> None:
    assert say(found("aa-", abstention_blocks=True), "en")[0] == (
        "The Netherlands has not yet given a position; if it agrees, the text is adopted."
    )


def test_a_reservation_that_does_not_block_counts_as_agreement() -> None:
    finding = found("axp", reservations_block=False)
    assert (finding.outcome, finding.blocked_by) == (Outcome.ADOPTED, ())
    assert "The reservation of the Netherlands counts as agreement under this rule." in say(finding, "en")


@pytest.mark.parametrize("outcome", ["undecided", "adopted", "not_adopted"])
def test_the_procedure_says_what_follows_when_all_abstain(outcome: str) -> None:
    finding = found("xxx", all_abstain=outcome)
    assert finding.outcome == outcome
    assert finding.grounds[0] == Ground(f"all_abstain_{outcome}", VOTERS)


@pytest.mark.parametrize("outcome", ["undecided", "not_adopted"])
def test_the_procedure_says_what_follows_when_somebody_never_answered(outcome: str) -> None:
    assert found("ap-", closed=True, unanswered_at_close=outcome).outcome == outcome


def test_a_rule_is_read_from_the_procedure() -> None:
    assert DecisionRule.parse("unanimity", WRITTEN, "x.yaml", "rules.unanimity") == DecisionRule(
        name="unanimity",
        abstention_blocks=False,
        reservations_block=True,
        all_abstain=Outcome.UNDECIDED,
        unanswered_at_close=Outcome.UNDECIDED,
    )


def test_positions_are_still_taken_unless_it_is_said_that_they_are_not() -> None:
    assert decide(RULE, VOTERS, {}).outcome is Outcome.PENDING


SETTINGS = "known are abstention_blocks, reservations_block, all_abstain, unanswered_at_close"
FAULTY = [
    ("unanimous", "", "must be a mapping of the rule's settings to their values"),
    (WRITTEN | {"quorum": 2}, ".quorum", f"is no setting; {SETTINGS}"),
    *(
        ({k: v for k, v in WRITTEN.items() if k != key}, f".{key}", "is missing; a rule leaves nothing to be guessed")
        for key in WRITTEN
    ),
    (WRITTEN | {"abstention_blocks": "no"}, ".abstention_blocks", "must be true or false"),
    (WRITTEN | {"reservations_block": 1}, ".reservations_block", "must be true or false"),
    (WRITTEN | {"all_abstain": "pending"}, ".all_abstain", "must be one of undecided, adopted, not_adopted"),
    (WRITTEN | {"all_abstain": ["adopted"]}, ".all_abstain", "must be one of undecided, adopted, not_adopted"),
    (WRITTEN | {"unanswered_at_close": "adopted"}, ".unanswered_at_close", "must be one of undecided, not_adopted"),
]


@pytest.mark.parametrize(("written", "path", "mend"), FAULTY)
def test_a_faulty_rule_says_where_and_what_to_mend(written: object, path: str, mend: str) -> None:
    with pytest.raises(ProcedureFaulty) as refused:
        DecisionRule.parse("unanimity", written, "decision-route.yaml", "rules.unanimity")
    assert (refused.value.name, refused.value.path) == ("decision-route.yaml", f"rules.unanimity{path}")
    assert refused.value.mend == mend


def test_a_rule_of_another_name_is_unknown() -> None:
    with pytest.raises(ProcedureFaulty) as refused:
        DecisionRule.parse("majority", WRITTEN, "x.yaml", "rules.majority")
    assert (refused.value.name, refused.value.path) == ("x.yaml", "rules.majority")
    assert refused.value.mend == "'majority' is no decision rule; write unanimity"


def test_nobody_decides_where_nobody_votes() -> None:
    with pytest.raises(ValueError, match=r"^a decision needs voters$"):
        decide(RULE, (), {})


def test_what_must_be_lifted_is_named_by_its_kind_where_it_is_of_one_kind() -> None:
    def conditions(letters: str, *, closed: bool = False) -> list[Ground]:
        return [ground for ground in found(letters, closed=closed).grounds if ground.code.startswith("if_")]

    assert conditions("app") == [Ground("if_lifted", ("LU", "NL"), "parliamentary")]
    assert conditions("app", closed=True) == [Ground("if_lifted_at_close", ("LU", "NL"), "parliamentary")]
    assert conditions("aps") == [Ground("if_lifted", ("LU", "NL"))]
    assert conditions("aar") == [Ground("if_lifted", ("NL",))]
    assert conditions("aop") == [Ground("if_dropped", ("LU",)), Ground("if_lifted", ("NL",), "parliamentary")]


# --- properties -----------------------------------------------------------------------------------------------------

steady = settings(deadline=None)  # a busy machine is not a fault of the rules
VOTERS_OF_MANY = st.integers(1, 6).map(lambda count: tuple(f"V{number}" for number in range(count)))
RULES = st.builds(
    DecisionRule,
    name=st.just("unanimity"),
    abstention_blocks=st.booleans(),
    reservations_block=st.booleans(),
    all_abstain=st.sampled_from([Outcome.UNDECIDED, Outcome.ADOPTED, Outcome.NOT_ADOPTED]),
    unanswered_at_close=st.sampled_from([Outcome.UNDECIDED, Outcome.NOT_ADOPTED]),
)


@st.composite
def ballots(draw: st.DrawFn) -> tuple[tuple[str, ...], Mapping[str, Vote]]:
    voters = draw(VOTERS_OF_MANY)
    letters = draw(st.lists(st.sampled_from([*LETTERS, "-"]), min_size=len(voters), max_size=len(voters)))
    return voters, {voter: LETTERS[letter] for voter, letter in zip(voters, letters, strict=True) if letter != "-"}


@steady
@given(RULES, ballots(), st.booleans(), st.data())
def test_lifting_a_reservation_never_makes_the_outcome_worse(
    rule: DecisionRule, ballot: tuple[tuple[str, ...], dict[str, Vote]], closed: bool, data: st.DataObject
) -> None:
    voters, cast = ballot
    reserved = [voter for voter, vote in cast.items() if vote.stance is Stance.RESERVATION]
    if reserved:
        lifted = cast | {data.draw(st.sampled_from(reserved)): LETTERS["a"]}
        before, after = (decide(rule, voters, each, closed=closed).outcome for each in (cast, lifted))
        assert BETTER.index(after) >= BETTER.index(before)


@steady
@given(RULES, ballots(), st.booleans())
def test_what_is_said_to_change_the_outcome_does(
    rule: DecisionRule, ballot: tuple[tuple[str, ...], dict[str, Vote]], closed: bool
) -> None:
    voters, cast = ballot
    finding = decide(rule, voters, cast, closed=closed)
    conditions = [ground for ground in finding.grounds if ground.code.startswith("if_")]
    assert bool(conditions) is (finding.outcome is not Outcome.ADOPTED)
    met = dict(cast)
    for condition in conditions:
        code = condition.code.removesuffix("_at_close")
        of = condition.delegations[:1] if code == "if_one_agrees" else condition.delegations
        met |= dict.fromkeys(of, LETTERS["x" if code in ("if_dropped", "if_not_opposed") else "a"])
    assert decide(rule, voters, met, closed=closed).outcome is Outcome.ADOPTED
    for condition in conditions:  # and none of it can be left out
        spared = met | {v: cast.get(v, LETTERS["w"]) for v in condition.delegations}
        assert decide(rule, voters, spared, closed=closed).outcome is not Outcome.ADOPTED


@steady
@given(RULES, ballots(), st.booleans())
def test_every_voter_is_accounted_for_once_and_every_ground_has_words(
    rule: DecisionRule, ballot: tuple[tuple[str, ...], dict[str, Vote]], closed: bool
) -> None:
    voters, cast = ballot
    finding = decide(rule, voters, cast, closed=closed)
    facts = [ground for ground in finding.grounds if not ground.code.startswith("if_")]
    assert sorted(voter for ground in facts for voter in ground.delegations) == sorted(voters)
    for language in LANGUAGES:
        for sentence in say(finding, language):
            assert sentence[0].isupper()
            assert sentence.endswith(".")
            assert not re.search(r"[{}]| {2}|\.\.", sentence)
