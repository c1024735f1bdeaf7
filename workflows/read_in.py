"""Texts as word processors hold them: line by line, an article beginning where its number stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workflows.expressions import LONGEST_HEADING, Article

ARTICLE: Final = re.compile(
    r"(?:artikel|article|art\.?)\s+"
    r"(?P<number>premier|(?:\d+|(?-i:[IVXLC]+)\b(?!['’]))(?:er)?(?:[a-z]\b|\s?(?:bis|ter|quater|quinquies|sexies|septies|octies))?)"
    r"\s*(?:[.:\u2013\u2014-]\s*)?(?P<heading>.*)",
    re.IGNORECASE,
)
"""The line on which an article begins: its number, and its heading where one stands on the same line."""
FIRST: Final = frozenset({"premier", "1er"})
PREAMBLE: Final = {"nl": "aanhef", "fr": "préambule", "de": "Präambel", "en": "preamble"}
"""Under which number stands what is said before the first article."""
LONGEST_HEAD: Final = 150
"""Characters. Longer lines that begin so are sentences: “Artikel 2 van het verdrag bepaalt dat …”."""


@dataclass(frozen=True, slots=True)
class ReadIn:
    """What was read: a title, and articles in their order. Nothing of the text is left out."""

    title: str
    articles: tuple[Article, ...]


def articles_in(lines: Sequence[str], language: str) -> ReadIn:
    """The text that these lines are: the first is its title.

    The French first article, `premier` or `1er`, is numbered 1 as it is in the other languages. What stands before the
    first article is kept as one of its own (`PREAMBLE`), and what stands behind the last as the end of that one.
    """
    written = [line.strip() for line in lines if line.strip()]
    if not written:
        return ReadIn("", ())
    title, rest = written[0], written[1:]
    if _begins(title) or len(title) > LONGEST_HEADING:
        title, rest = "", written
    begun: list[tuple[str, str, list[str]]] = []
    for line in rest:
        if found := _begins(line):
            begun.append((_number(found["number"]), found["heading"].strip(), []))
        elif begun:
            begun[-1][2].append(line)
        else:
            begun.append((PREAMBLE[language], "", [line]))
    return ReadIn(title, tuple(_article(*one) for one in begun))


def _begins(line: str) -> re.Match[str] | None:
    found = ARTICLE.fullmatch(line) if len(line) <= LONGEST_HEAD else None
    goes_on = found is not None and found["heading"][:1].islower()
    return None if goes_on else found


def _number(text: str) -> str:
    return "1" if text.lower() in FIRST else " ".join(text.split())


def _article(number: str, heading: str, lines: Sequence[str]) -> Article:
    """A line that stands alone behind the number is what the article says, and no heading."""
    text = "\n\n".join(lines)
    return Article(number, heading or None, text) if text else Article(number, None, heading)
