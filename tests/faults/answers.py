"""Answers: data made to what a move asks, at random and nearly always right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.service.seeds import GROUPS
from workflows.case import Case
from workflows.fields import THEMES, VOTERS, Field

ADVISERS = ("BE-WAL", "DE-NW", "BE-VLG", "FR-HDF", "SOLVIT")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer rests on: the case, the day, another case to point at."""

    case: Case
    today: date
    other: str
    chance: Random


def data_for(move: str, asked: Asked) -> dict[str, Any]:
    """Data for a move of the case; what is optional is mostly left out."""
    fields = asked.case.procedure.moves[move].asks
    given = {field.name: _answer(field, asked) for field in fields if not field.optional or asked.chance.random() < 0.3}
    return given


def _answer(field: Field, asked: Asked) -> Any:
    if field.type == "checklist":
        criteria = asked.case.procedure.checklists[field.of or ""]
        return {name: {"met": asked.chance.random() < 0.99, "reason": "Zo is het."} for name in criteria}
    if field.type == "choice" and not field.many:
        return asked.chance.choice(list(field.values or asked.case.procedure.checklists[field.of or ""]))
    if field.type == "answer":
        return [{"question": one.question, "text": "Lijn 18."} for one in asked.case.questions]
    if field.type == "measure":
        due = (asked.today + timedelta(days=200)).isoformat()
        return [{"country": voter, "title": f"Besluit {voter}", "due_on": due} for voter in VOTERS]
    if field.per_country:
        return [{"country": country, "text": "De wet is gewijzigd."} for country in asked.case.countries or ("BE",)]
    if field.type == "date":
        return _day(field, asked)
    if field.many:
        return list(dict.fromkeys(_one(field, asked) for _ in range(2))) if field.type in ONE else [_one(field, asked)]
    return _one(field, asked)


def _day(field: Field, asked: Asked) -> str:
    """Often so near that its reminders ring at once."""
    days = asked.chance.choice((1, 1, 3, 40))
    return (asked.today + timedelta(days=-days if field.today == "not after" else days)).isoformat()


def _one(field: Field, asked: Asked) -> Any:
    if field.type == "choice":
        return asked.chance.choice(list(field.values or asked.case.procedure.checklists[field.of or ""]))
    if field.name == "adopted_on":
        return asked.today.isoformat()
    return ONE.get(field.type, _composed(field.type))(asked)


ONE: Mapping[str, Callable[[Asked], Any]] = {
    "text": lambda asked: f"Overwegende {asked.chance.randrange(10**6)}.",
    "number": lambda asked: asked.chance.randrange(1000),
    "yes_no": lambda asked: asked.chance.random() < 0.5,
    "country": lambda asked: asked.chance.choice(VOTERS),
    "theme": lambda asked: asked.chance.choice(THEMES),
    "organisation": lambda asked: asked.chance.choice(ADVISERS),
    "working_group": lambda asked: asked.chance.choice(GROUPS)[0],
    "case": lambda asked: asked.other,
}


def _composed(kind: str) -> Callable[[Asked], Any]:
    composed: Mapping[str, Any] = {
        "provision": {"country": "BE", "text": "Artikel 4."},
        "entry into force": {"how": "day_after_publication"},
        "follow_up": {"procedure": "benelux-obstacle", "title": "Vervolg", "text": "Wat overblijft."},
    }
    return lambda _asked: composed[kind]
