"""The glossary: legal terms of the Benelux in four languages, as data and as a page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from service.imports.reading import shipped

GLOSSARY_FILE = "glossary.json"
CATEGORIES = {
    "instrument": "Instruments",
    "institution": "Institutions",
    "process": "Process",
    "territorial": "Territorial cooperation",
    "mobility": "Mobility",
    "market": "Market",
    "labour": "Labour",
    "fraud": "Fraud",
    "migration": "Migration",
    "security": "Security",
    "health": "Health",
    "energy": "Energy",
    "water": "Water",
    "environment": "Environment",
}
"""The headings of the page, in this order."""
BASES = {
    "checked": "the form stands in the annual plan of 2023 or in a text of the Benelux or of a treaty",
    "plan": "a Dutch heading of the annual plan of 2023, with our translation",
    "eu": "usual in texts of the European Union",
    "benelux": "usual in the Benelux; not checked against a text",
    "general": "an ordinary translation",
}
"""What stands behind a row."""
SHORT = {"seed": "plan", "benelux_unverified": "benelux"}
LINES = re.compile(r"\bseed (\d+(?:-\d+)?(?:, \d+(?:-\d+)?)*)")
OPENING = """\
# Glossary

The terms of the field in the four languages that Slagboom speaks. Dutch and French are the official languages of the
Benelux; **German and English forms are translations, never official ones**. This page is made from
`service/imports/data/glossary.json` by `service/imports/glossary.py`; change a term there.

The last columns say what a row rests on:
"""


class Term(BaseModel):
    """One term in four languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    nl: str
    fr: str
    de: str
    en: str
    category: str
    basis: str
    note: str


def glossary() -> tuple[Term, ...]:
    """Every term that travels with the product."""
    source = shipped(GLOSSARY_FILE)
    return tuple(Term.model_validate(term) for term in source.parsed())


def page(terms: tuple[Term, ...]) -> str:
    """The glossary in Markdown, a table for each category."""
    return "".join(f"{line}\n" for line in _lines(terms))


def _lines(terms: tuple[Term, ...]) -> Iterator[str]:
    yield OPENING
    yield from (f"* `{basis}`: {meaning};" for basis, meaning in BASES.items())
    yield "* the note names the article, the treaty or the lines of the plan's text, where there is something to name."
    for category, heading in CATEGORIES.items():
        yield f"\n## {heading}\n"
        yield "| Nederlands | Français | Deutsch | English | Basis | Note |"
        yield "| --- | --- | --- | --- | --- | --- |"
        found = [term for term in terms if term.category == category]
        for term in sorted(found, key=lambda term: term.nl.casefold()):
            cells = (term.nl, term.fr, term.de, term.en, SHORT.get(term.basis, term.basis), _note(term.note))
            yield "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _note(note: str) -> str:
    """A note in words that need no key: the lines are those of the text from which the plan was read."""
    return LINES.sub(_lines_of_the_plan, note.replace("not in the seed", "not in the plan"))


def _lines_of_the_plan(found: re.Match[str]) -> str:
    numbers = found[1]
    return f"plan, line {numbers}" if numbers.isdigit() else f"plan, lines {numbers}"
