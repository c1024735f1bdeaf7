"""Consultations: who is asked, what each has said, and who may speak for whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from workflows.decision_rule import DecisionRule, Finding, Outcome, Reservation, Stance, Vote, decide
from workflows.errors import ProcedureFaulty


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationRule:
    """How a procedure consults: the voters, whether advisers can be invited, which rule decides.

    `by` is the role that answers; `about` is `texts` where the texts of the instrument are put to the vote.
    """

    name: str
    voters: tuple[str, ...]
    advisers: bool
    rule: str
    by: str
    about: str | None = None

    @classmethod
    def parse(cls, name: str, mapping: object, file_name: str, path: str) -> ConsultationRule:
        """The consultation that stands at `path` in a procedure's file. Raises ProcedureFaulty."""
        if not isinstance(mapping, Mapping):
            raise ProcedureFaulty(file_name, path, "must be a mapping: voters, rule, by; advisers and about if need be")
        known = {"voters": True, "rule": True, "by": True, "advisers": False, "about": False}
        for key in [*mapping, *known]:
            if key not in known:
                raise ProcedureFaulty(file_name, f"{path}.{key}", f"is not known here; known are {', '.join(known)}")
            if key not in mapping and known[key]:
                raise ProcedureFaulty(file_name, f"{path}.{key}", "is missing")
        return cls(
            name=name,
            voters=_voters(mapping["voters"], file_name, f"{path}.voters"),
            advisers="advisers" in mapping
            and _word(mapping["advisers"], file_name, f"{path}.advisers", ("invited",)) == "invited",
            rule=_word(mapping["rule"], file_name, f"{path}.rule"),
            by=_word(mapping["by"], file_name, f"{path}.by", ("delegate", "minister_office")),
            about=_word(mapping["about"], file_name, f"{path}.about", ("texts",)) if "about" in mapping else None,
        )


def _voters(written: object, file_name: str, path: str) -> tuple[str, ...]:
    if not isinstance(written, Sequence) or isinstance(written, str) or not written:
        raise ProcedureFaulty(file_name, path, "must be a list of the delegations that vote, at least one")
    if not all(isinstance(voter, str) and voter for voter in written):
        raise ProcedureFaulty(file_name, path, "must hold codes of delegations")
    if len(set(written)) < len(written):
        raise ProcedureFaulty(file_name, path, "names a delegation twice; each has one vote")
    return tuple(written)


def _word(written: object, file_name: str, path: str, known: tuple[str, ...] = ()) -> str:
    if not isinstance(written, str) or not written or (known and written not in known):
        raise ProcedureFaulty(file_name, path, f"must be {' or '.join(known) or 'a name'}")
    return written


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What a delegation, or with `advice` an adviser, has said, and on which day. `late`: after the closing date."""

    delegation: str
    stance: Stance
    reservation: Reservation | None = None
    advice: bool = False
    on: date
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """One round. `positions` holds the standing ones only: the newest of each delegation and adviser.

    Closed with an outcome, or cancelled without one: both are no longer open.
    """

    id: str
    name: str
    round: int
    question: str | None
    voters: tuple[str, ...]
    advisers: tuple[str, ...] = ()
    closing_on: date | None
    open: bool = True
    outcome: Outcome | None = None
    positions: tuple[Position, ...] = ()

    @property
    def invited(self) -> tuple[str, ...]:
        """Everybody who was asked, voters first."""
        return self.voters + self.advisers

    def votes(self) -> Mapping[str, Vote]:
        """What the voters have said; withdrawn is left out, and so is all advice."""
        return {
            position.delegation: Vote(position.stance, position.reservation)
            for position in self.positions
            if position.delegation in self.voters and not position.advice and position.stance is not Stance.WITHDRAWN
        }


def finding(consultation: Consultation, rule: DecisionRule) -> Finding:
    """What the votes come to: as of now while the round is open, for good once it is not. Advisers never count."""
    return decide(rule, consultation.voters, consultation.votes(), closed=not consultation.open)


def all_voters_answered(consultation: Consultation) -> bool:
    """Whether every voter has a position that is not withdrawn; advisers are not waited for."""
    return set(consultation.votes()) == set(consultation.voters)


def is_late(closing_on: date | None, stated_on: date) -> bool:
    """Whether a position comes after the closing date, which is itself still in time."""
    return closing_on is not None and stated_on > closing_on


def speaks_for(organisation: str, answers_for: str | None, invited: Collection[str]) -> str | None:
    """For whom of the invited an organisation speaks; None when for nobody.

    An organisation invited in its own name speaks for itself alone; else for the delegation for which it answers.
    """
    if organisation in invited:
        return organisation
    return answers_for if answers_for in invited else None
