"""Facts for many: what the moves of several cases ask of what stands around them, read at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Integer, Select, String, and_, cast, literal, null, select, union_all

from service.store.loading import ANALYSES, CONSULTATIONS, DELEGATIONS, EXPRESSIONS, INSTRUMENTS, POSITIONS
from workflows.case import Case
from workflows.consultation import Consultation, Position
from workflows.decision_rule import Outcome, Reservation, Stance
from workflows.facts import Facts, Instrument, Need, Text

READ = frozenset({Need.ANALYSES, Need.AGREEMENT, Need.CONSULTATION, Need.INSTRUMENT})
"""What is read here. Of instruments no dates: a condition that asks for them is not to be put to these facts."""


@dataclass(slots=True)
class _Around:
    """What stands around one case. `outcomes`: of the closed rounds of the delegations, by their number."""

    analyses: set[str] = field(default_factory=set)
    outcomes: dict[int, str] = field(default_factory=dict)
    consultation: tuple[str, str, date | None] | None = None
    positions: list[Position] = field(default_factory=list)
    instrument: tuple[str, str, bool] | None = None
    texts: dict[str, Text] = field(default_factory=dict)

    def add(self, row: Any) -> None:
        """Take in what one row says."""
        match row.part:
            case "analysis":
                self.analyses.add(row.name)
            case "closed":
                self.outcomes[row.number] = row.more
            case "open":
                closing_on = date.fromisoformat(row.about) if row.about else None
                self.consultation = row.name, row.more, closing_on
            case "position":
                kind = Reservation(row.about) if row.about else None
                said = Position(delegation=row.name, stance=Stance(row.more), reservation=kind, on=date.min)
                self.positions.append(said)
            case "instrument":
                self.instrument = row.name, row.more, bool(row.number)
            case _:
                self.texts[row.name] = Text(articles=("1",), final=True)

    def facts(self, case: Case) -> Facts:
        """The same as the rules read it."""
        return Facts(
            analyses=frozenset(self.analyses),
            agreement=Outcome(self.outcomes[max(self.outcomes)]) if self.outcomes else None,
            consultation=self._consultation(case),
            instrument=self._instrument(),
        )

    def _consultation(self, case: Case) -> Consultation | None:
        if self.consultation is None:
            return None
        name, id, closing_on = self.consultation
        voters = case.procedure.consultations[name].voters
        return Consultation(id=id, name=name, round=1, question=None, voters=voters, closing_on=closing_on,
                            positions=tuple(self.positions))  # fmt: skip

    def _instrument(self) -> Instrument | None:
        if self.instrument is None:
            return None
        id, kind, frozen = self.instrument
        return Instrument(id=id, kind=kind, frozen=frozen, texts=self.texts)


def facts_of_each(connection: Connection, cases: Mapping[str, Case]) -> Mapping[str, Facts]:
    """What stands around each of these cases, which the caller has seen; one query, none for no case."""
    around = {id: _Around() for id in cases}
    if cases:
        for row in connection.execute(union_all(*_parts(list(cases)))):
            around[row.case_id].add(row)
    return {id: found.facts(cases[id]) for id, found in around.items()}


def _parts(cases: Collection[str]) -> tuple[Select[Any], ...]:
    rounds, said, texts, own = CONSULTATIONS.c, POSITIONS.c, EXPRESSIONS.c, INSTRUMENTS.c
    closed = and_(~rounds.open, rounds.outcome.is_not(None), rounds.name == DELEGATIONS)
    asked = and_(rounds.id == said.consultation_id, rounds.open)
    final = and_(own.id == texts.instrument_id, texts.final, cast(texts.articles, String) != "[]")
    frozen = cast(own.frozen_hash.is_not(None), Integer)
    return (
        _part("analysis", ANALYSES.c.case_id, ANALYSES.c.country).where(ANALYSES.c.case_id.in_(cases)),
        _part("closed", rounds.case_id, rounds.name, rounds.outcome, number=rounds.round)
        .where(rounds.case_id.in_(cases), closed),
        _part("open", rounds.case_id, rounds.name, rounds.id, about=rounds.closing_on)
        .where(rounds.case_id.in_(cases), rounds.open),
        _part("position", said.case_id, said.delegation, said.stance, about=said.reservation)
        .where(said.case_id.in_(cases), asked, ~said.superseded, ~said.advice),
        _part("instrument", own.case_id, own.id, own.kind, number=frozen).where(own.case_id.in_(cases)),
        _part("text", own.case_id, texts.language).where(own.case_id.in_(cases), final),
    )  # fmt: skip


def _part(name: str, case: Any, what: Any, more: Any = None, number: Any = None, about: Any = None) -> Select[Any]:
    """Rows of one kind; what a kind does not tell is left empty."""
    return select(
        literal(name).label("part"),
        case.label("case_id"),
        what.label("name"),
        cast(null() if more is None else more, String).label("more"),
        cast(null() if number is None else number, Integer).label("number"),
        cast(null() if about is None else about, String).label("about"),
    )
