"""The weekly digest: what is asked of an office, what is late, and what moved, with a way to every list behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from notifications.render import envelope, put_into_words
from notifications.sentences import Sentences
from notifications.typesetting import Composed, Source, compose, compose_body, leading, link
from workflows.notices import DIGEST, Addressee, Digest, DigestLine, DigestSection

ORDER = ("asked", "late", "filed", "advanced", "adopted", "ended")
"""What somebody must do comes first, what is over last."""


@dataclass(frozen=True, slots=True)
class _Line:
    """What is asked, or what happened: in the words of the procedure (`said`), else as a code."""

    what: str | None
    said: str | None
    number: str | None
    on: date | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class _Case:
    """A case with everything that a section says of it, the newest first."""

    name: str
    title: str
    stage: str
    link: Source
    lines: tuple[_Line, ...]


@dataclass(frozen=True, slots=True)
class _Section:
    """A section: the number, the list behind it, its first cases, and how many more there are."""

    name: str
    count: int
    address: str
    cases: tuple[_Case, ...]

    @property
    def more(self) -> int:
        """How many cases the list behind the number holds beyond those that stand here."""
        return max(0, self.count - len(self.cases))


def render_digest(
    digest: Digest, to: Addressee, *, message_id: str, created_at: datetime, public_url: str, mail_from: str
) -> EmailMessage:
    """The mail of a week for one person of an office; every number leads to the list that it counts."""
    sections = tuple(_sections(digest, to.language, lambda section: f"{public_url}/cases?{section.query}", public_url))
    week = urlencode({"week": digest.week, "organisation": digest.organisation})
    said = _said(digest, sections) | {"to": to, "page": link(f"{public_url}/digest?{week}")}
    composed = compose(DIGEST, to.language, said)
    message = envelope(to, DIGEST, message_id, created_at, mail_from)
    return put_into_words(message, composed)


def body_of(digest: Digest, language: str, behind: Callable[[DigestSection], str]) -> Composed:
    """What the mail of a week says, without salutation and signature, as a part of a page of ours.

    `behind`: where the number of a section leads. A case is led to by its name instead of by its address.
    """
    sections = tuple(_sections(digest, language, behind, None))
    return compose_body(DIGEST, language, _said(digest, sections) | {"page": None})


def _said(digest: Digest, sections: tuple[_Section, ...]) -> dict[str, Any]:
    return {
        "case": None,
        "digest": digest,
        "last_on": digest.ends_on - timedelta(days=1),
        "sections": sections,
        "asked": any(section.name == "asked" for section in sections),
    }


def _sections(
    digest: Digest, language: str, behind: Callable[[DigestSection], str], public_url: str | None
) -> Iterator[_Section]:
    told = [section for section in digest.sections if section.count]
    for section in sorted(told, key=lambda section: ORDER.index(section.name)):
        cases = tuple(_cases(section, language, public_url))
        yield _Section(section.name, section.count, behind(section), cases)


def _cases(section: DigestSection, language: str, public_url: str | None) -> Iterator[_Case]:
    order = {line.case: position for position, line in reversed(list(enumerate(section.lines)))}
    for _, group in groupby(sorted(section.lines, key=lambda line: order[line.case]), key=lambda line: line.case):
        lines = tuple(group)
        newest = lines[0]
        name = newest.reference or newest.case
        words = Sentences(newest.procedure, newest.procedure_version, language)
        told = tuple(_line(line, words) for line in lines)
        named = leading(name, f"/cases/{name}") if public_url is None else name
        address = Source("") if public_url is None else link(f"{public_url}/cases/{name}")
        yield _Case(named, newest.title, words.stage(newest.stage), address, told)


def _line(line: DigestLine, words: Sentences) -> _Line:
    kind = words.choice("kind", line.kind) if line.kind else None
    named = {"number": line.number, "instrument": kind, "working_group": line.working_group}
    known = {name: value for name, value in named.items() if value}
    said = words.history(line.what, **known) if line.what else None
    number = None if line.number and line.number in (said or "") else line.number
    if said is None and line.what:
        said = words.step(line.what)
    return _Line(line.what, said.rstrip(".") if said else None, number, line.on, line.due_on)
