"""Letters: what one person is told, put into words as a mail."""

from __future__ import annotations

import re
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UniqueSingleAddressHeader, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from typing import Any, Final

from notifications.sentences import Sentences
from notifications.typesetting import Composed, compose, link, one_line
from workflows.dates import day_in_brussels
from workflows.notices import Addressee, Letter

TOKEN: Final = re.compile(r"[\x21-\x7e]{1,200}")
ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")  # RFC 5322, 3.2.3
LONGEST_NAME: Final = 200  # characters
LINE: Final = 78  # characters, where it can be helped


def is_token(text: str) -> bool:
    """Can it stand in a header as it is, on one line, without being read as something else?"""
    return TOKEN.fullmatch(text) is not None and "=?" not in text


class _Token(UnstructuredHeader, BaseHeader):
    """A header that others compare as it stands: it is neither folded nor encoded, however long it is.

    The library would fold a hash of 64 digits to the next line, and encode an id of more than 66 signs. And it would
    read what looks like an encoded word (RFC 2047) as what that encodes, which may be the end of the line and a header
    more: so there is nothing in it that could be either.
    """

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """The text as it stands. Raises ValueError for what is no such text."""
        if not is_token(value):
            raise ValueError(f"{value[:80]!r} cannot stand in a header as it is")
        super().parse(value, kwds)
        kwds["decoded"] = value

    def fold(self, *, policy: Policy[Any]) -> str:
        return f"{self.name}: {self}{policy.linesep}" if self.isascii() else super().fold(policy=policy)


class _Subject(UnstructuredHeader, BaseHeader):
    """A subject of which every space arrives.

    The library encodes single words where it folds, and between two encoded words a space counts for nothing
    (RFC 2047, section 6.2): "arrêtés à la frontière" would be read as "arrêtésà la frontière".
    """

    def fold(self, *, policy: Policy[Any]) -> str:
        if self.isascii():
            return super().fold(policy=policy)
        encoded = Header(str(self), "utf-8", header_name=self.name)
        return f"{self.name}: {encoded.encode(linesep=policy.linesep)}{policy.linesep}"


class _Person(UniqueSingleAddressHeader, BaseHeader):  # type: ignore[misc]  # the stubs differ; the library mixes so
    """A name with its address, of which the name can never be read as an address.

    Where the library folds a long name it takes the quotes away, so that what stood in them counts: `"Ann
    <thief@evil.example>" <ann@good.example>` would go out as two addresses.
    """

    def fold(self, *, policy: Policy[Any]) -> str:
        name, address = self.address.display_name, self.address.addr_spec
        utf8 = bool(getattr(policy, "utf8", False))
        if not name or not (utf8 or address.isascii()):
            return super().fold(policy=policy)
        if utf8 or name.isascii():
            phrase = name if ATOMS.fullmatch(name) else '"{}"'.format(re.sub(r'(["\\])', r"\\\1", name))
        else:
            phrase = Header(name, "utf-8", header_name=self.name).encode(linesep=policy.linesep)
        long = len(f"{self.name}: {phrase} <{address}>".rpartition(policy.linesep)[2]) > LINE
        return f"{self.name}: {phrase}{policy.linesep if long else ''} <{address}>{policy.linesep}"


def _policy() -> EmailPolicy[EmailMessage]:
    headers = HeaderRegistry()
    for name in ("message-id", "references", "in-reply-to", "x-slagboom-case", "x-slagboom-event"):
        headers.map_to_type(name, _Token)
    headers.map_to_type("subject", _Subject)
    headers.map_to_type("to", _Person)
    return SMTP.clone(header_factory=headers)


POLICY: Final = _policy()


def render(letter: Letter, *, public_url: str, mail_from: str) -> EmailMessage:
    """The mail of a letter, in the addressee's language. `public_url`: where the cases are read, without a slash.

    Raises jinja2.TemplateError, KeyError or ValueError for a letter that cannot be put into words.
    """
    composed = compose(letter.notice, letter.to.language, _said(letter, public_url))
    message = envelope(letter.to, letter.notice, letter.message_id, letter.created_at, mail_from)
    if letter.thread is not None:
        message["References"] = letter.thread
        message["In-Reply-To"] = letter.thread
    if letter.case is not None:
        reference = letter.case.reference or ""
        message["X-Slagboom-Case"] = reference if is_token(reference) else letter.case.id
    if letter.event_hash is not None:
        message["X-Slagboom-Event"] = letter.event_hash
    return put_into_words(message, composed)


def envelope(to: Addressee, notice: str, message_id: str, created_at: datetime, mail_from: str) -> EmailMessage:
    """What all our mails have on their outside. `created_at` is the Date: the same at every attempt."""
    message = EmailMessage(POLICY)
    message["From"] = mail_from
    message["To"] = _address(to)
    message["Date"] = created_at
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Slagboom-Notice"] = notice
    return message


def put_into_words(message: EmailMessage, composed: Composed) -> EmailMessage:
    """The same message with its subject, its text and, for those whose program shows it, its HTML."""
    message["Subject"] = composed.subject
    message.set_content(composed.text, cte="quoted-printable")
    message.add_alternative(composed.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = composed.language  # last: the library moves Content-… headers into the first part
    return message


def _address(to: Addressee) -> Address:
    user, _, domain = to.email.rpartition("@")
    name = one_line(to.name).replace("=?", "= ?")  # what looks like an encoded word would be read as what it encodes
    return Address(name[:LONGEST_NAME], username=user, domain=domain)


def _said(letter: Letter, public_url: str) -> dict[str, Any]:
    """What a template may speak of."""
    case = letter.case
    name = (case.reference or case.id) if case else None
    words = Sentences(case.procedure, case.procedure_version, letter.to.language) if case else None
    return {
        "to": letter.to,
        "case": case,
        "name": name,
        "link": link(f"{public_url}/cases/{name}" if name else public_url),
        "words": words,
        "sentence": words and case and words.of(letter.notice, letter.happening, letter.clock, case.stage),
        "happening": letter.happening,
        "given": dict(letter.happening.data) if letter.happening else {},
        "clock": letter.clock,
        "consultation": letter.consultation,
        "instrument": letter.instrument,
        "questions": letter.questions,
        "more": letter.more,
        "today": day_in_brussels(letter.created_at),
    }
