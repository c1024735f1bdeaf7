"""Knowing: who may know what of a case, put down from the procedures; it asks nothing of the code that it judges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

HOUSE = "BENELUX-SG"
ANSWERS_FOR = {"BE-FED": "BE"}
"""Which body speaks for which delegation, in the seeds."""


@dataclass(frozen=True, slots=True)
class Held:
    """A mandate that holds."""

    role: str
    organisation: str
    group: str | None = None

    @property
    def voices(self) -> set[str]:
        return {self.organisation, ANSWERS_FOR.get(self.organisation, self.organisation)}


@dataclass(slots=True)
class Round:
    """A consultation: in which role it is answered, and who was asked."""

    id: str
    role: str
    asked: set[str]


@dataclass(slots=True)
class Known:
    """A case as the story so far has it."""

    id: str
    organisation: str
    by_intake: bool
    countries: set[str]
    begun_by: str
    filed_by: str | None = None
    group: str | None = None
    adopted: bool = False
    stage: str = "draft"
    rounds: list[Round] = field(default_factory=list)
    followers: set[str] = field(default_factory=set)

    @property
    def filed(self) -> bool:
        return self.filed_by is not None


@dataclass(frozen=True, slots=True)
class Secret:
    """A word that stands in one place of one case. `kind`: title, whole, inner, position or text."""

    word: str
    case: str
    kind: str
    round: str | None = None


@dataclass(slots=True)
class Knowledge:
    """Everybody's mandates, every case and every secret word."""

    mandates: dict[str, list[Held]]
    cases: dict[str, Known] = field(default_factory=dict)
    secrets: list[Secret] = field(default_factory=list)

    def inner(self, person: str, case: Known) -> bool:
        """The secretariat and the auditors: of what is filed, and intake of the drafts that it began."""
        held = self.mandates[person]
        intake = any(one.role == "secretary" and one.organisation == HOUSE for one in held)
        if not case.filed:
            return intake and case.by_intake
        led = any(one.role == "secretary" and one.group is not None and one.group == case.group for one in held)
        return intake or led or any(one.role in ("secretary_general", "auditor") for one in held)

    def whole(self, person: str, case: Known) -> bool:
        """Who reads the case itself, its shared papers and its clocks."""
        if self.inner(person, case):
            return True
        held = self.mandates[person]
        if any(one.role == "officer" and case.organisation in one.voices for one in held):
            return True
        if not case.filed:
            return False
        if any(one.role == "minister_office" and one.voices & case.countries for one in held):
            return True
        return any(self._asked(one, round_) for one in held for round_ in case.rounds)

    def reads(self, person: str, case: Known) -> bool:
        """Who finds the case at all: also whoever follows it."""
        return self.whole(person, case) or (case.filed and person in case.followers)

    def positions(self, person: str, case: Known, round_: Round) -> bool:
        """Who reads what was said in a round."""
        return self.inner(person, case) or any(self._asked(one, round_) for one in self.mandates[person])

    def may_know(self, person: str, secret: Secret) -> bool:
        """May this person ever be shown this word, now?"""
        case = self.cases.get(secret.case)
        if case is None:
            return False  # a draft that was thrown away
        match secret.kind:
            case "title":
                return self.reads(person, case)
            case "inner":
                return self.inner(person, case)
            case "position":
                return self.positions(person, case, next(one for one in case.rounds if one.id == secret.round))
            case "text":
                return case.adopted or self.whole(person, case)
        return self.whole(person, case)

    def told_too_much(self, person: str, text: str) -> Iterator[Secret]:
        """The words in a text that are not for this person."""
        for secret in self.secrets:
            if secret.word in text and not self.may_know(person, secret):
                yield secret

    @staticmethod
    def _asked(held: Held, round_: Round) -> bool:
        return held.role == round_.role and bool(held.voices & round_.asked)
