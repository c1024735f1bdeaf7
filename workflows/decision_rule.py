"""Decision rules: what the votes of the delegations come to, why, and what would change it.

Unanimity, one vote per Party, an abstention does not prevent a decision: Benelux treaty of 2008, art. 8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from workflows.errors import ProcedureFaulty
from workflows.procedures import rule_words_text
from workflows.texts import read


class Stance(StrEnum):
    """What a position says. WITHDRAWN counts as no position at all."""

    AGREE = "agree"
    AGREE_WITH_COMMENT = "agree_with_comment"
    RESERVATION = "reservation"
    OBJECT = "object"
    ABSTAIN = "abstain"
    WITHDRAWN = "withdrawn"


class Reservation(StrEnum):
    """Why a delegation cannot agree yet."""

    SCRUTINY = "scrutiny"
    PARLIAMENTARY = "parliamentary"
    SUBSTANCE = "substance"


class Outcome(StrEnum):
    """What the votes come to."""

    ADOPTED = "adopted"
    NOT_ADOPTED = "not_adopted"
    PENDING = "pending"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Vote:
    """The standing position of one voter. `reservation` has a meaning beside Stance.RESERVATION only."""

    stance: Stance
    reservation: Reservation | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason: a code of the words files, the delegations that it is about, the kind of their reservation.

    A code that begins with `if_` is a condition; the conditions of a finding, met together, would bring adoption.
    A code that ends in `_at_close` speaks of a consultation that takes no more positions.
    """

    code: str
    delegations: tuple[str, ...] = ()
    reservation: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """An outcome with its reasons. `blocked_by` and `silent` are codes of delegations, in the order of the voters."""

    outcome: Outcome
    blocked_by: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    grounds: tuple[Ground, ...] = ()


ALL_ABSTAIN = (Outcome.UNDECIDED, Outcome.ADOPTED, Outcome.NOT_ADOPTED)
UNANSWERED = (Outcome.UNDECIDED, Outcome.NOT_ADOPTED)  # consent by silence is another rule than unanimity


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRule:
    """Unanimity, with what a procedure may set.

    `abstention_blocks`: an abstention prevents the decision as an objection does. `reservations_block`: false lets a
    reservation count as agreement. `all_abstain`: the outcome when nobody says yes or no. `unanswered_at_close`: the
    outcome when somebody is still silent on closing.
    """

    name: str
    abstention_blocks: bool
    reservations_block: bool
    all_abstain: Outcome
    unanswered_at_close: Outcome

    @classmethod
    def parse(cls, name: str, mapping: object, file_name: str, path: str) -> DecisionRule:
        """The rule that stands at `path` in a procedure's file. Raises ProcedureFaulty."""
        if name != "unanimity":
            raise ProcedureFaulty(file_name, path, f"{name!r} is no decision rule; write unanimity")
        if not isinstance(mapping, Mapping):
            raise ProcedureFaulty(file_name, path, "must be a mapping of the rule's settings to their values")
        settings = ("abstention_blocks", "reservations_block", "all_abstain", "unanswered_at_close")
        for key in [*mapping, *settings]:
            if key not in settings:
                raise ProcedureFaulty(file_name, f"{path}.{key}", f"is no setting; known are {', '.join(settings)}")
            if key not in mapping:
                raise ProcedureFaulty(file_name, f"{path}.{key}", "is missing; a rule leaves nothing to be guessed")
        return cls(
            name=name,
            abstention_blocks=_yes_or_no(mapping, "abstention_blocks", file_name, path),
            reservations_block=_yes_or_no(mapping, "reservations_block", file_name, path),
            all_abstain=_outcome_of(mapping, "all_abstain", ALL_ABSTAIN, file_name, path),
            unanswered_at_close=_outcome_of(mapping, "unanswered_at_close", UNANSWERED, file_name, path),
        )


def _yes_or_no(mapping: Mapping[str, object], key: str, file_name: str, path: str) -> bool:
    written = mapping[key]
    if not isinstance(written, bool):
        raise ProcedureFaulty(file_name, f"{path}.{key}", "must be true or false")
    return written


def _outcome_of(
    mapping: Mapping[str, object], key: str, known: tuple[Outcome, ...], file_name: str, path: str
) -> Outcome:
    written = mapping[key]
    if written not in known:
        raise ProcedureFaulty(file_name, f"{path}.{key}", f"must be one of {', '.join(known)}")
    return Outcome(str(written))


class _Bearing(StrEnum):
    """What a vote does under a rule; the values are codes of the words files. In the order in which they are told."""

    OBJECTION = "objection"
    BLOCKING_ABSTENTION = "abstention_blocks"
    RESERVATION = "reservation"
    SILENCE = "silent"
    AGREEMENT = "agreement"
    AGREEMENT_WITH_COMMENT = "agreement_with_comment"
    HARMLESS_RESERVATION = "reservation_counts_as_agreement"
    ABSTENTION = "abstention"


_BLOCKS = (_Bearing.OBJECTION, _Bearing.BLOCKING_ABSTENTION, _Bearing.RESERVATION)
_REFUSES = (_Bearing.OBJECTION, _Bearing.BLOCKING_ABSTENTION)
_TOLD_IN_THE_PAST = (_Bearing.OBJECTION, _Bearing.RESERVATION, _Bearing.SILENCE)
_ABSTAIN = Vote(Stance.ABSTAIN)


def decide(rule: DecisionRule, voters: Sequence[str], votes: Mapping[str, Vote], *, closed: bool = False) -> Finding:
    """What the votes come to, with the reasons. Whoever is no voter is left out; withdrawn or missing is silent.

    In this order: an objection, not adopted; somebody silent, pending; a reservation, pending; all abstain, as the
    rule says; else adopted. On closing nothing stays pending: somebody silent, as the rule says; a reservation, not
    adopted. Raises ValueError where nobody has a vote.
    """
    if not voters:
        raise ValueError("a decision needs voters")
    bearings = {voter: _bearing(rule, votes.get(voter)) for voter in voters}
    outcome = _outcome(rule, bearings)
    if closed and outcome is Outcome.PENDING:
        silent = _Bearing.SILENCE in bearings.values()
        outcome = rule.unanswered_at_close if silent else Outcome.NOT_ADOPTED
    return Finding(
        outcome=outcome,
        blocked_by=tuple(voter for voter in voters if bearings[voter] in _BLOCKS),
        silent=tuple(voter for voter in voters if bearings[voter] is _Bearing.SILENCE),
        grounds=(
            *_facts(rule, bearings, votes, closed),
            *(() if outcome is Outcome.ADOPTED else _conditions(rule, bearings, votes, closed)),
        ),
    )


def outcome_now(rule: DecisionRule, voters: Sequence[str], votes: Mapping[str, Vote]) -> Outcome:
    """The outcome that `decide` finds while positions are taken, alone: a list shows many, and gives no reasons."""
    return _outcome(rule, {voter: _bearing(rule, votes.get(voter)) for voter in voters})


_UNDER_EVERY_RULE = {
    Stance.OBJECT: _Bearing.OBJECTION,
    Stance.AGREE: _Bearing.AGREEMENT,
    Stance.AGREE_WITH_COMMENT: _Bearing.AGREEMENT_WITH_COMMENT,
    Stance.WITHDRAWN: _Bearing.SILENCE,
}


def _bearing(rule: DecisionRule, vote: Vote | None) -> _Bearing:
    stance = vote.stance if vote else Stance.WITHDRAWN
    if stance is Stance.ABSTAIN:
        return _Bearing.BLOCKING_ABSTENTION if rule.abstention_blocks else _Bearing.ABSTENTION
    if stance is Stance.RESERVATION:
        return _Bearing.RESERVATION if rule.reservations_block else _Bearing.HARMLESS_RESERVATION
    return _UNDER_EVERY_RULE[stance]


def _outcome(rule: DecisionRule, bearings: Mapping[str, _Bearing]) -> Outcome:
    """The outcome while positions are still taken."""
    found = set(bearings.values())
    if found.intersection(_REFUSES):
        return Outcome.NOT_ADOPTED
    if _Bearing.SILENCE in found or _Bearing.RESERVATION in found:
        return Outcome.PENDING
    if found == {_Bearing.ABSTENTION}:
        return rule.all_abstain
    return Outcome.ADOPTED


def _facts(
    rule: DecisionRule, bearings: Mapping[str, _Bearing], votes: Mapping[str, Vote], closed: bool
) -> Iterator[Ground]:
    """How things stand: every voter in exactly one ground, what prevents adoption first."""
    everybody, found = tuple(bearings), set(bearings.values())
    for bearing in (each for each in _Bearing if each in found):
        of = tuple(voter for voter in everybody if bearings[voter] is bearing)
        code = bearing + "_at_close" if closed and bearing in _TOLD_IN_THE_PAST else bearing.value
        if bearing is _Bearing.RESERVATION:
            for kind in (*Reservation, None):
                having = tuple(voter for voter in of if votes[voter].reservation is kind)
                if having:
                    yield Ground(code, having, kind and kind.value)
        elif of == everybody and bearing is _Bearing.ABSTENTION:
            yield Ground(f"all_abstain_{rule.all_abstain}", of)
        elif of == everybody and bearing is _Bearing.AGREEMENT:
            yield Ground("all_agree", of)
        else:
            yield Ground(code, of)


def _conditions(
    rule: DecisionRule, bearings: Mapping[str, _Bearing], votes: Mapping[str, Vote], closed: bool
) -> Iterator[Ground]:
    """What would have to change for adoption, found by trying; nothing in it can be left out."""
    past = "_at_close" if closed else ""
    needed = _needed(rule, bearings)
    if not any(bearings[voter] in (*_BLOCKS, _Bearing.SILENCE) for voter in needed):
        yield Ground(f"if_one_agrees{past}", tuple(bearings))  # all abstain: whoever it is that agrees
        return
    # A lifted reservation is agreement. An objection that is dropped, a silence that is broken may become an
    # abstention too; where that is not enough (nobody else agrees, or an abstention blocks), it must be agreement.
    codes = {_Bearing.OBJECTION: "if_dropped", _Bearing.RESERVATION: "if_lifted", _Bearing.SILENCE: "if_not_opposed"}
    others = [voter for voter in needed if bearings[voter] is not _Bearing.RESERVATION]
    lifted = dict.fromkeys(needed, _Bearing.AGREEMENT)
    abstaining = dict.fromkeys(others, _bearing(rule, _ABSTAIN))
    if _outcome(rule, {**bearings, **lifted, **abstaining}) is not Outcome.ADOPTED:
        codes = dict.fromkeys(_Bearing, "if_agreed") | {_Bearing.RESERVATION: "if_lifted"}
    for code in dict.fromkeys(codes.values()):
        of = tuple(voter for voter in needed if codes.get(bearings[voter]) == code)
        kinds = {votes[voter].reservation for voter in of} if code == "if_lifted" else set()
        if of:
            kind = kinds.pop() if len(kinds) == 1 else None
            yield Ground(code + past, of, kind and kind.value)


def _needed(rule: DecisionRule, bearings: Mapping[str, _Bearing]) -> tuple[str, ...]:
    """Voters whose agreement would bring adoption and of whom none can be spared."""
    tried = dict.fromkeys(bearings, _Bearing.AGREEMENT)
    needed = []
    for voter, bearing in bearings.items():
        as_it_stands = {**tried, voter: bearing}
        if _outcome(rule, as_it_stands) is Outcome.ADOPTED:
            tried = as_it_stands
        else:
            needed.append(voter)
    return tuple(needed)


def say(finding: Finding, language: str) -> tuple[str, ...]:
    """The grounds in words, a sentence each; a lone condition joins the one fact that it would change.

    `language` is one of nl, fr, de, en. Raises KeyError for another.
    """
    return _sentences(finding, language)[0]


def say_in_short(finding: Finding, language: str) -> str:
    """The one sentence that says most: what would bring adoption, else how things stand."""
    sentences, key = _sentences(finding, language)
    return sentences[key]


def _sentences(finding: Finding, language: str) -> tuple[tuple[str, ...], int]:
    """Every sentence, and which of them holds the condition."""
    words, key = _words(language), 0
    conditions = [ground for ground in finding.grounds if ground.code.startswith("if_")]
    facts = [ground for ground in finding.grounds if ground not in conditions]
    sentences = [_form(words, words["facts"][ground.code], ground) for ground in facts]
    if len(conditions) == 1 and facts[0].delegations == conditions[0].delegations:
        then = _form(words, words["after"][conditions[0].code], conditions[0])
        sentences[0] = words["join"].format(fact=sentences[0], then=then)
    elif conditions:
        key = len([fact for fact in facts if set(fact.delegations).issubset(_delegations(conditions))])
        sentences.insert(key, _condition(words, conditions))
    return tuple(sentence[0].upper() + sentence[1:] + "." for sentence in sentences), key


def _delegations(grounds: Sequence[Ground]) -> set[str]:
    return {delegation for ground in grounds for delegation in ground.delegations}


def _condition(words: Mapping[str, Any], conditions: Sequence[Ground]) -> str:
    """If this and that were so, the text would be adopted."""
    parts = [_form(words, words["conditions"][ground.code], ground) for ground in conditions]
    repeated = [parts[0], *(words["if_again"].format(condition=part) for part in parts[1:])]
    tense = "at_close" if conditions[0].code.endswith("_at_close") else "open"
    return str(words["if"][tense]).format(conditions=_listed(repeated, words["and"]))


def _form(words: Mapping[str, Any], forms: Mapping[str, str], ground: Ground) -> str:
    """The sentence in the form that the delegations ask for: one, one with a plural name (les Pays-Bas), several."""
    known = words["delegations"]
    names = [known.get(code, {"name": code, "of": words["of_code"].format(code=code)}) for code in ground.delegations]
    form = "several" if len(names) > 1 else "plural" if any("plural" in name for name in names) else "one"
    return forms.get(form, forms["one"]).format(
        who=_listed([name["name"] for name in names], words["and"]),
        of=_listed([name["of"] for name in names], words["and"]),
        reservation=words["reservations"][ground.reservation or "any"],
    )


def _listed(items: Sequence[str], conjunction: str) -> str:
    *rest, last = items
    return f"{', '.join(rest)} {conjunction} {last}" if rest else last


@cache
def _words(language: str) -> Mapping[str, Any]:
    return read(rule_words_text(language), f"rules/words/{language}.yaml")
