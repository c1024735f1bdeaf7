"""Comparison: two texts of one instrument side by side, article by article, with what differs between them.

What a text says in another language no program can compare; its numbers, dates and articles it can.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows.expressions import Article

MONTHS: Mapping[str, str] = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
}


class Kind(StrEnum):
    """What may differ between two articles of the same number."""

    MISSING = "missing"
    HEADING = "heading"
    NUMBERS = "numbers"
    DATES = "dates"


@dataclass(frozen=True, slots=True)
class Difference:
    """What stands in one of two texts only: `left` and `right` hold it as it is written there."""

    kind: Kind
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """The article of this number in each text; None where a text has none."""

    number: str
    left: Article | None
    right: Article | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two texts side by side. `reordered`: they hold the same articles in another order."""

    pairs: tuple[Pair, ...]
    reordered: bool

    @property
    def differ(self) -> bool:
        """Is there anything to look at?"""
        return self.reordered or any(pair.differences for pair in self.pairs)


def compare(left: Sequence[Article], right: Sequence[Article], languages: tuple[str, str]) -> Compared:
    """The articles of two texts, in the order of the first; what only the second has follows its predecessor."""
    here, there = ({one.number: one for one in text} for text in (left, right))
    numbers = [number for number in here if number in there]
    return Compared(
        pairs=tuple(_pair(number, here.get(number), there.get(number), languages) for number in _merged(here, there)),
        reordered=numbers != [number for number in there if number in here],
    )


def _merged(here: Mapping[str, Article], there: Mapping[str, Article]) -> Sequence[str]:
    merged, before = list(here), -1
    for number in there:
        if number in here:
            before = merged.index(number)
        else:
            before += 1
            merged.insert(before, number)
    return merged


def _pair(number: str, left: Article | None, right: Article | None, languages: tuple[str, str]) -> Pair:
    return Pair(number, left, right, tuple(_differences(left, right, languages)))


def _differences(left: Article | None, right: Article | None, languages: tuple[str, str]) -> Iterator[Difference]:
    if left is None or right is None:
        yield Difference(Kind.MISSING)
        return
    if bool(left.heading) != bool(right.heading):
        yield Difference(Kind.HEADING)
    first, second = (_counted(*pair) for pair in ((_said(left), languages[0]), (_said(right), languages[1])))
    for kind in (Kind.DATES, Kind.NUMBERS):
        only = tuple(_only(one[kind], other[kind]) for one, other in ((first, second), (second, first)))
        if any(only):
            yield Difference(kind, *only)


def _said(article: Article) -> str:
    return f"{article.heading or ''}\n{article.text}"


Counted = Mapping[Kind, Sequence[tuple[str, str]]]
"""For dates and numbers: what it is, in a form in which it can be compared, and as it is written."""

NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})+(?![\d])|\d+(?:[.,]\d+)?")
NUMERIC_DATE = re.compile(r"\b(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[./-](\d{1,2})[./-](\d{4}))\b")


def _counted(text: str, language: str) -> Counted:
    dates: list[tuple[str, str]] = []
    months = MONTHS.get(language, "").casefold().split()

    def named(found: re.Match[str]) -> str:
        return _take(found, found[3], str(months.index(found[2].casefold()) + 1), found[1], dates)

    def numeric(found: re.Match[str]) -> str:
        year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
        return _take(found, year, month, day, dates)

    if months:
        written = re.compile(
            rf"\b(\d{{1,2}})(?:er|ste|de|e|st|nd|rd|th|\.)?\s+({'|'.join(months)})\s+(\d{{4}})\b", re.I
        )
        text = written.sub(named, text)
    text = NUMERIC_DATE.sub(numeric, text)
    return {Kind.DATES: dates, Kind.NUMBERS: [(_plain(one), one) for one in NUMBER.findall(text)]}


def _take(found: re.Match[str], year: str, month: str, day: str, dates: list[tuple[str, str]]) -> str:
    """The date is taken out of the text, so that its parts are no numbers; what is no day of any month stays there."""
    try:
        dates.append((date(int(year), int(month), int(day)).isoformat(), found[0]))
    except ValueError:
        return found[0]
    return " "


def _plain(number: str) -> str:
    """A number without what groups its thousands; a decimal comma is a point."""
    if re.fullmatch(r"\d+(?:[.,\u00a0\u202f ]\d{3})+", number):
        return re.sub(r"\D", "", number)
    return number.replace(",", ".")


def _only(ones: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """What the ones hold more often than the others, as it is written."""
    left = Counter(value for value, _ in others)
    found = []
    for value, written in ones:
        if left[value]:
            left[value] -= 1
        else:
            found.append(written)
    return tuple(found)
