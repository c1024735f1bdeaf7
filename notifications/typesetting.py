"""Typesetting: one Markdown template becomes plain text and HTML, in which a user's words never become markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final
from urllib.parse import quote as percent_encode

from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

LOCALES: Final[Mapping[str, str]] = {"nl": "nl_BE", "fr": "fr_BE", "de": "de_DE", "en": "en_GB"}
"""Dates as they are written in Brussels; German and English as where most of their readers learned them."""
SUBJECT: Final = "Subject: "
PUNCTUATION: Final = re.compile(r"([!-/:-@\[-`{-~])")
BREAKS: Final = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
# Control characters, and marks that turn the direction of what stands behind them: a title must not reorder our own
# sentence.
UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")
HALVES: Final = re.compile("[\ud800-\udfff]")


class Source(str):
    """Markdown that is set as it stands: our own, or a user's words after they were made harmless."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail in words: its language, one line of subject, the plain text, and the same as a page of HTML."""

    language: str
    subject: str
    text: str
    html: str


def compose(notice: str, language: str, said: Mapping[str, Any]) -> Composed:
    """Put what is `said` into the words of a notice. Raises jinja2.TemplateError where the template asks for more."""
    subject, text = _source(notice, language, said, _plain_words(language))
    _, marked = _source(notice, language, said, _marked_words(language))
    return Composed(language, subject, text, _page(language, subject, marked))


@lru_cache(maxsize=32)
def _page(language: str, subject: str, marked: str) -> str:
    """The HTML of a mail. Whoever hears of the same thing in the same role and language reads the same page."""
    body = Markup(_markdown().render(marked))  # noqa: S704 (raw HTML is off, and users' words are escaped)
    return _pages().get_template("_base.html").render(language=language, subject=subject, body=body)


def compose_body(notice: str, language: str, said: Mapping[str, Any]) -> Composed:
    """The same words without the frame of a mail, for a page; `html` is what stands inside that page."""
    subject, text = _written(notice, said, language, _plain_words(language))
    _, marked = _written(notice, said, language, _marked_words(language))
    return Composed(language, subject, _spaced(text), _markdown().render(_spaced(marked)))


def one_line(text: str) -> str:
    """The text on one line, without control characters: fit for a subject or the middle of a sentence."""
    return " ".join(_printable(BREAKS.sub(" ", text)).split())


def link(address: str) -> Source:
    """An address of ours that both a reader of plain text and of HTML can follow."""
    return Source(f"<{_address(address)}>")


def leading(name: str, address: str) -> Source:
    """A name that leads to what it names."""
    return Source(f"[{_escape(one_line(name))}]({_address(address)})")


def _address(address: str) -> str:
    """Nothing in it can end the link that it stands in."""
    return percent_encode(address, safe=":/?#@!$&*+,;=%-._~")


def _source(notice: str, language: str, said: Mapping[str, Any], words: Environment) -> tuple[str, str]:
    """The subject and the body, in the frame that all mails of a language share."""
    subject, body = _written(notice, said, language, words)
    known = _known(notice, said, language, words)
    framed = words.get_template(f"_frame/{language}.md").render(known, body=Source(body.strip()))
    return subject, _spaced(framed)


def _written(notice: str, said: Mapping[str, Any], language: str, words: Environment) -> tuple[str, str]:
    """The subject, and what the notice itself says."""
    written = words.get_template(f"{notice}/{language}.md").render(_known(notice, said, language, words))
    first, _, body = written.partition("\n")
    if not first.startswith(SUBJECT):
        raise ValueError(f"{notice}/{language}.md does not begin with {SUBJECT!r}")
    # A title that looks like an encoded word (RFC 2047) would be read as what it encodes.
    return one_line(first.removeprefix(SUBJECT)).replace("=?", "= ?"), body


def _known(notice: str, said: Mapping[str, Any], language: str, words: Environment) -> dict[str, Any]:
    return {**said, "notice": notice, "terms": words.get_template(f"_terms/{language}.md").module}


def _spaced(text: str) -> str:
    """With one empty line between paragraphs, however many a template left."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _printable(text: str) -> str:
    if text.isprintable():  # nearly every text, and ten times as fast
        return text
    return HALVES.sub("\ufffd", UNSEEN.sub("", text.replace("\t", " ")))


def _escape(text: str) -> str:
    """Every sign that could be markup is a sign again (CommonMark 2.4)."""
    return PUNCTUATION.sub(r"\\\1", text)


def _words(language: str, escape: Callable[[str], str], line_end: str) -> Environment:
    """The templates in one of the two ways in which they are set."""

    def finish(value: object) -> str:
        if value is None:
            raise ValueError("a letter has nothing to say where its template says something")
        return value if isinstance(value, Source) else escape(one_line(str(value)))

    def quote(text: str) -> Source:
        """Free words as a block of their own, line by line."""
        lines = [one_line(line) for line in BREAKS.split(text.strip())]
        following = [*lines[1:], ""]
        ends = [line_end if line and after else "" for line, after in zip(lines, following, strict=True)]
        return Source("\n".join(f"> {escape(line)}{end}".rstrip() for line, end in zip(lines, ends, strict=True)))

    def figure(number: int, address: str) -> Source:
        """A number that leads to what it counts."""
        return Source(f"[{number}]({_address(address)})")

    loader = PackageLoader("notifications", "templates")
    words = Environment(
        loader=loader,
        undefined=StrictUndefined,
        finalize=finish,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        autoescape=False,  # noqa: S701 (a plain text has no markup; for the HTML part `finalize` escapes everything)
    )
    words.filters |= {"day": lambda on: in_words(on, language), "quote": quote}
    words.globals |= {"figure": figure}
    return words


@cache
def _plain_words(language: str) -> Environment:
    return _words(language, lambda text: text, "")


@cache
def _marked_words(language: str) -> Environment:
    return _words(language, _escape, "\\")


@cache
def _pages() -> Environment:
    loader = PackageLoader("notifications", "templates")
    return Environment(loader=loader, undefined=StrictUndefined, autoescape=True, auto_reload=False)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable("image")


@lru_cache(maxsize=1024)
def in_words(on: date | str, language: str) -> str:
    """A date as it is written out in a language. `on` may be a date as an event keeps it: `2027-03-12`."""
    day = date.fromisoformat(on) if isinstance(on, str) else on
    written = format_date(day, "long", locale=LOCALES[language])
    return f"1er {written[2:]}" if language == "fr" and day.day == 1 else written
