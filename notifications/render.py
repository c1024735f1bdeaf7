"""Letters: what one person is told, put into words as a mail."""

from __future__ import annotations

import binascii
import secrets
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from notifications.headers import POLICY, Plain, Subject, To, is_token
from notifications.sentences import Sentences
from notifications.typesetting import Composed, compose, link, one_line
from workflows.dates import day_in_brussels
from workflows.notices import Addressee, Letter


def render(letter: Letter, *, public_url: str, mail_from: str) -> EmailMessage:
    """The mail of a letter, in the addressee's language. `public_url`: where the cases are read, without a slash.

    Raises jinja2.TemplateError, KeyError or ValueError for a letter that cannot be put into words.
    """
    composed = compose(letter.notice, letter.to.language, _said(letter, public_url))
    message = envelope(letter.to, letter.notice, letter.message_id, letter.created_at, mail_from)
    if letter.thread is not None:
        _put(message, "References", letter.thread)
        _put(message, "In-Reply-To", letter.thread)
    if letter.case is not None:
        reference = letter.case.reference or ""
        _put(message, "X-Slagboom-Case", reference if is_token(reference) else letter.case.id)
    if letter.event_hash is not None:
        _put(message, "X-Slagboom-Event", letter.event_hash)
    return put_into_words(message, composed)


def envelope(to: Addressee, notice: str, message_id: str, created_at: datetime, mail_from: str) -> EmailMessage:
    """What all our mails have on their outside. `created_at` is the Date: the same at every attempt."""
    message = EmailMessage(POLICY)
    message["From"] = _sender(mail_from)
    message["To"] = To(one_line(to.name), to.email)
    _put(message, "Date", format_datetime(created_at))
    _put(message, "Message-ID", message_id)
    _put(message, "Auto-Submitted", "auto-generated")
    _put(message, "X-Slagboom-Notice", notice)
    return message


def put_into_words(message: EmailMessage, composed: Composed) -> EmailMessage:
    """The same message with its subject, its text and, for those whose program shows it, its HTML."""
    message["Subject"] = Subject(composed.subject)
    _put(message, "MIME-Version", "1.0")
    boundary = f"=_{secrets.token_hex(12)}"  # never stands in quoted-printable (RFC 2045, 6.7)
    _put(message, "Content-Type", f'multipart/alternative; boundary="{boundary}"')
    _put(message, "Content-Language", composed.language)
    message.set_payload([_part("plain", composed.text), _part("html", composed.html)])
    return message


def _part(kind: str, text: str) -> EmailMessage:
    part = EmailMessage(POLICY)
    _put(part, "Content-Type", f'text/{kind}; charset="utf-8"')
    _put(part, "Content-Transfer-Encoding", "quoted-printable")
    part.set_payload(_quoted_printable(text))
    return part


@lru_cache(maxsize=32)
def _quoted_printable(text: str) -> str:
    """As the text travels; the same for all who read the same."""
    return binascii.b2a_qp(text.encode(), istext=True).decode("ascii")


def _put(message: EmailMessage, name: str, text: str) -> None:
    message[name] = Plain(name, text)


@lru_cache(maxsize=8)
def _sender(mail_from: str) -> Any:
    """The header From, read once."""
    return POLICY.header_factory("From", mail_from)


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
