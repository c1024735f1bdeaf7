"""The weekly digest: what is asked of an office, what is late, and what moved, with a way to every list behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from itertools import groupby

from notifications.render import envelope, put_into_words
from notifications.sentences import Sentences
from notifications.typesetting import Source, compose, link
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
    sections = tuple(_sections(digest, to.language, public_url))
    said = {
        "to": to,
        "case": None,
        "digest": digest,
        "last_on": digest.ends_on - timedelta(days=1),
        "sections": sections,
        "asked": any(section.name == "asked" for section in sections),
    }
    composed = compose(DIGEST, to.language, said)
    message = envelope(to, DIGEST, message_id, created_at, mail_from)
    return put_into_words(message, composed)


def _sections(digest: Digest, language: str, public_url: str) -> Iterator[_Section]:
    told = [section for section in digest.sections if section.count]
    for section in sorted(told, key=lambda section: ORDER.index(section.name)):
        cases = tuple(_cases(section, language, public_url))
        yield _Section(section.name, section.count, f"{public_url}/cases?{section.query}", cases)


def _cases(section: DigestSection, language: str, public_url: str) -> Iterator[_Case]:
    order = {line.case: position for position, line in reversed(list(enumerate(section.lines)))}
    for _, group in groupby(sorted(section.lines, key=lambda line: order[line.case]), key=lambda line: line.case):
        lines = tuple(group)
        newest = lines[0]
        name = newest.reference or newest.case
        words = Sentences(newest.procedure, newest.procedure_version, language)
        told = tuple(_line(line, words) for line in lines)
        yield _Case(name, newest.title, words.stage(newest.stage), link(f"{public_url}/cases/{name}"), told)


def _line(line: DigestLine, words: Sentences) -> _Line:
    kind = words.choice("kind", line.kind) if line.kind else None
    named = {"number": line.number, "instrument": kind, "working_group": line.working_group}
    known = {name: value for name, value in named.items() if value}
    said = words.history(line.what, **known) if line.what else None
    number = None if line.number and line.number in (said or "") else line.number
    if said is None and line.what:
        said = words.step(line.what)
    return _Line(line.what, said.rstrip(".") if said else None, number, line.on, line.due_on)
