"""The terms of the field in four languages, and which of them a text speaks of."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

LANGUAGES = ("nl", "fr", "de", "en")
OF_ANY_MATTER = frozenset({"instrument", "institution", "process"})
"""Categories whose terms stand in reports of whatever kind ("decision", "working group"): they make none alike."""
SHORTEST = 4
_ASIDE = re.compile(r"\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Notion:
    """What one or several terms of the glossary mean: its name in each language, and how it may be written.

    `forms` are folded: small letters without accents, as texts are searched.
    """

    names: Mapping[str, str]
    forms: tuple[str, ...]

    def stands_in(self, folded: str) -> bool:
        """Does a folded text speak of it? Every word may have an ending: a plural, a compound."""
        return any(re.search(r"(?<!\w)" + r"\w*\s+".join(map(re.escape, form.split())), folded) for form in self.forms)


@cache
def notions() -> tuple[Notion, ...]:
    """The notions that tell one matter from another. Terms that are written alike in one language are one notion."""
    # The file lies with the others that travel with the product; the register of terms itself is made from it.
    terms = json.loads(resources.files("service.imports.data").joinpath("glossary.json").read_bytes())
    found: list[Notion] = []
    for term in terms:
        if term["category"] in OF_ANY_MATTER:
            continue
        names = {language: term[language] for language in LANGUAGES}
        forms = {form for name in names.values() for form in _forms(name)}
        alike = [one for one in found if forms & set(one.forms)]
        found = [one for one in found if one not in alike]
        forms |= {form for one in alike for form in one.forms}
        found.append(Notion(alike[0].names if alike else names, tuple(sorted(forms))))
    return tuple(found)


def notions_in(folded: str) -> tuple[Notion, ...]:
    """The notions of which a folded text speaks."""
    return tuple(one for one in notions() if one.stands_in(folded))


def _forms(name: str) -> Iterator[str]:
    """How a name of the glossary is written in a text. `a / b` are two; of `digital / electronic letter` the longer."""
    parts = [_folded(part) for part in _ASIDE.sub(" ", name).split(" / ")]
    longest = max(len(part.split()) for part in parts)
    return (part for part in parts if len(part.split()) == longest and len(part) >= SHORTEST)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())
