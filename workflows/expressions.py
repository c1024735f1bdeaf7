"""Expressions: the text of an instrument in one language, what it must look like, and its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.errors import DataInvalid, Fault
from workflows.events import canonical
from workflows.fields import TEXT, faults_of, or_null, validator
from workflows.guards import OFFICIAL

MOST_ARTICLES = 1000
LONGEST_NUMBER = 32
LONGEST_HEADING = 500

NUMBER = {**TEXT, "maxLength": LONGEST_NUMBER}
HEADING = {**TEXT, "maxLength": LONGEST_HEADING}
ARTICLE = {
    "type": "object",
    "properties": {"number": NUMBER, "heading": or_null(HEADING), "text": TEXT},
    "required": ["number", "text"],
    "additionalProperties": False,
}
_FORM = validator(
    {
        "type": "object",
        "properties": {
            "title": HEADING,
            "articles": {"type": "array", "items": ARTICLE, "maxItems": MOST_ARTICLES},
            "final": {"type": "boolean"},
        },
        "required": ["title", "articles"],
        "additionalProperties": False,
    }
)


@dataclass(frozen=True, slots=True)
class Article:
    """One article, as it is numbered in its language."""

    number: str
    heading: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A text in one language. `final`: ready to be put to the vote."""

    language: str
    title: str
    articles: tuple[Article, ...]
    final: bool

    def written(self) -> list[dict[str, str | None]]:
        """The articles as they are kept."""
        return [{"number": one.number, "heading": one.heading, "text": one.text} for one in self.articles]

    @property
    def sha256(self) -> str:
        """The hash of what the text says, in its canonical form. Whether it is final does not count."""
        said = {"language": self.language, "title": self.title, "articles": self.written()}
        return hashlib.sha256(canonical(said).encode()).hexdigest()


def expression_of(sent: Any, language: str) -> Expression:
    """What was sent, as a text. Raises DataInvalid with everything that is wrong."""
    faults = list(faults_of(_FORM, sent)) or list(_repeated(sent["articles"]))
    if faults:
        raise DataInvalid(faults)
    return Expression(
        language=language,
        title=sent["title"],
        articles=tuple(Article(one["number"], one.get("heading"), one["text"]) for one in sent["articles"]),
        final=sent.get("final", False),
    )


def _repeated(articles: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    numbers = [one["number"] for one in articles]
    for index, number in enumerate(numbers):
        if number in numbers[:index]:
            yield Fault(f"/articles/{index}/number", "stands_twice", (("value", number),))


def article_numbers_differ(final_texts: Mapping[str, Sequence[str]]) -> bool:
    """Whether the authentic languages, both final, number their articles differently.

    `final_texts`: language -> the numbers of the articles of its final text.
    """
    first, second = (final_texts.get(language) for language in OFFICIAL)
    return first is not None and second is not None and tuple(first) != tuple(second)
