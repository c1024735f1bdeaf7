"""Made up: valid answers to everything that a procedure may ask, and people who may give them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from workflows.actor import SECRETARIAT, Actor, Mandate
from workflows.case import Case
from workflows.fields import COUNTRIES, THEMES, VOTERS, Field
from workflows.standing import rule_of

ORGANISATIONS = ("BE-VLG", "BE-WAL", "DE-NW", "EC", "FR-HDF", "GRANDE-REGION", "SOLVIT")
WORKING_GROUPS = ("transport", "labour", "water")
OTHER_CASE, DOCUMENT, SOMEWHERE = "other-case", "document-1", "NL-MIN-IENW"
SENTENCES = (
    "De bus mag de grens niet over.",
    "Le diplôme n'est pas reconnu de l'autre côté de la frontière.",
    "Der Rettungswagen muss an der Grenze halten.",
    "The permit is needed twice: once on each side.",
    "Zoë vraagt: waarom? «Ça dépend» – größer, “später”.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an answer must fit: the day, the open questions, and a day that `closing_on` must lie after.

    `binding`: is the instrument a decision? `always`: optional fields that must be filled in this time.
    """

    today: date
    questions: Sequence[int] = ()
    closes_after: date | None = None
    binding: bool = False
    follow_ups: Sequence[str] = ()
    always: Sequence[str] = ()


def answers(
    fields: Iterable[Field], checklists: Mapping[str, Sequence[str]], wanted: Wanted, chance: Random
) -> dict[str, Any]:
    """An answer to each field; an optional one is left out, null or given."""
    found: dict[str, Any] = {}
    for field in fields:
        left_out = field.optional and field.name not in wanted.always and chance.random() < 0.5
        if not left_out:
            found[field.name] = _answer(field, checklists, wanted, chance)
        elif chance.random() < 0.5:
            found[field.name] = None
    return found


def _answer(field: Field, checklists: Mapping[str, Sequence[str]], wanted: Wanted, chance: Random) -> Any:
    if field.type == "answer":
        return [{"question": number, "text": chance.choice(SENTENCES)} for number in wanted.questions]
    if field.per_country:
        return [_of_country(field, country, wanted, chance) for country in _countries(field, wanted, chance)]
    if not field.many:
        return _one(field, checklists, wanted, chance)
    several = [
        _one(field, checklists, wanted, chance) for _ in range(chance.randint(0 if field.may_be_empty else 1, 3))
    ]
    return list(dict.fromkeys(several)) if field.coded else several


def _countries(field: Field, wanted: Wanted, chance: Random) -> Sequence[str]:
    """A decision is carried out in each of the three; a recommendation perhaps in none."""
    if wanted.binding or field.type != "measure":
        return VOTERS
    return chance.sample(VOTERS, chance.randint(0, len(VOTERS)))


def _of_country(field: Field, country: str, wanted: Wanted, chance: Random) -> dict[str, Any]:
    if field.type == "text":
        return {"country": country, "text": chance.choice(SENTENCES)}
    due_on = wanted.today + timedelta(days=chance.randint(30, 700))
    return {"country": country, "title": chance.choice(SENTENCES), "due_on": chance.choice([None, due_on.isoformat()])}


def _one(field: Field, checklists: Mapping[str, Sequence[str]], wanted: Wanted, chance: Random) -> Any:
    words = chance.choice(SENTENCES)
    match field.type:
        case "choice":
            return chance.choice(list(field.values or checklists[field.of or ""]))
        case "checklist":
            return {name: {"met": True, "reason": words} for name in checklists[field.of or ""]}
        case "date":
            return _day(field, wanted, chance).isoformat()
        case "entry into force":
            return _entry_into_force(wanted, chance)
        case "follow_up":
            return {"procedure": chance.choice(list(wanted.follow_ups)), "title": words, "text": words}
        case "provision":
            return {"country": chance.choice(COUNTRIES), "text": words}
        case simple:
            return chance.choice(_SIMPLE[simple])


_SIMPLE: Mapping[str, Sequence[Any]] = {
    "text": SENTENCES,
    "number": (0, 1, 250, 10**12),
    "yes_no": (True, False),
    "country": COUNTRIES,
    "theme": THEMES,
    "organisation": ORGANISATIONS,
    "working_group": WORKING_GROUPS,
    "case": (OTHER_CASE,),
    "document": (DOCUMENT,),
}


def _day(field: Field, wanted: Wanted, chance: Random) -> date:
    if field.today == "not after":
        return wanted.today - timedelta(days=chance.randint(0, 10))
    after = wanted.today
    if field.name == "closing_on" and wanted.closes_after is not None:
        after = max(after, wanted.closes_after)
    return after + timedelta(days=chance.randint(1, 60))


def _entry_into_force(wanted: Wanted, chance: Random) -> dict[str, Any]:
    how = chance.choice(["on_date", "day_after_publication", *(() if wanted.binding else ("none",))])
    return {"how": how, "on": (wanted.today + timedelta(days=90)).isoformat()} if how == "on_date" else {"how": how}


def somebody(case: Case, word: str) -> Actor | None:
    """Somebody with the role that a word means on this case; None where it takes an invitation."""
    rule = rule_of(case, word)
    if rule is None or rule.of == "invitation.organisation":
        return None
    organisation = {
        "case.organisation": case.organisation,
        "case.working_group": SOMEWHERE,
        "case.countries": case.countries[0] if case.countries else SOMEWHERE,
    }.get(rule.of, rule.of)
    mandate = Mandate(
        id=f"mandate-{word}",
        role=rule.role,
        organisation=organisation,
        working_group=case.working_group if rule.of == "case.working_group" else None,
    )
    return Actor(person=f"person-{word}", name=f"The {word}", language="en", mandates=(mandate,))


KNOWN: Mapping[tuple[str, str], str] = {
    (kind, code): code
    for kind, codes in {
        "organisation": (*ORGANISATIONS, *VOTERS, SECRETARIAT),
        "working_group": WORKING_GROUPS,
        "case": (OTHER_CASE,),
        "document": (DOCUMENT,),
    }.items()
    for code in codes
}
"""Everything that made-up answers may name."""
