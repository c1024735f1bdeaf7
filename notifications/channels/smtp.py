"""Mail over SMTP: one connection for a batch, encrypted unless it never leaves the machine."""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qs, unquote, urlsplit

from notifications.channels import NotDelivered, RefusedForGood, TryLater, check_address

TIMEOUT: Final = 30.0  # seconds, for each answer of the server
RELAY_PORT, SUBMISSION_PORT, TLS_PORT = 25, 587, 465
CLOSING: Final = 421  # "I am going away": the connection is lost, whatever was said before
NOT_LET_IN: Final = 530  # "log in first" or "STARTTLS first": a matter of settings, not of this message
TOO_LARGE: Final = 552


class ConnectionLost(Exception):
    """The server is gone; what was under way was not promised to be kept."""


class Smtp:
    """A mail server. STARTTLS is required except on this machine itself, or with `?starttls=never`."""

    def __init__(self, url: str, trust: ssl.SSLContext | None = None, timeout: float = TIMEOUT) -> None:
        """`url`: smtp://user:password@host:port or smtps://…; ports 25 (587 with a user), 465. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("an address of a mail server begins with smtp:// or smtps:// and a host")
        self._host = parts.hostname
        self._tls = parts.scheme == "smtps"
        self._login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self._port = parts.port or (TLS_PORT if self._tls else SUBMISSION_PORT if self._login else RELAY_PORT)
        wanted = parse_qs(parts.query).get("starttls", ["never" if is_loopback(self._host) else "required"])
        if wanted not in (["never"], ["required"]):
            raise ValueError("starttls is either required or never")
        self._starttls = not self._tls and wanted == ["required"]
        self._trust = trust
        self._timeout = timeout
        self._server: smtplib.SMTP | None = None
        self._closed: str | None = None

    def __enter__(self) -> Self:
        self._closed = None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError):  # includes SMTPException; the messages are handed over, so nobody is told
                server.quit()
            server.close()

    def send(self, message: EmailMessage, to: str) -> None:
        """Hand over one message; a connection that died since the last one is opened anew, once."""
        check_address(to)
        if self._server is not None:
            try:
                return self._hand_over(self._server, message, to)
            except ConnectionLost:
                self._drop()
        try:
            return self._hand_over(self._open(), message, to)
        except ConnectionLost as lost:
            self._drop()
            raise TryLater(f"the mail server {self._host} went away: {lost}") from lost

    def _open(self) -> smtplib.SMTP:
        # A server that does not answer would cost every message of the batch the whole timeout.
        if self._closed is not None:
            raise TryLater(self._closed)
        try:
            self._server = server = self._connect()
            if self._starttls:
                server.starttls(context=self._context())
            if self._login is not None:
                server.login(*self._login)
        except (OSError, UnicodeError) as error:
            self._drop()
            self._closed = f"the mail server {self._host}:{self._port} {_why_closed(error)}"
            raise TryLater(self._closed) from error
        return server

    def _connect(self) -> smtplib.SMTP:
        name = "localhost" if is_loopback(self._host) else None  # else smtplib asks the network for our own name
        if self._tls:
            tls = self._context()
            return smtplib.SMTP_SSL(self._host, self._port, name, timeout=self._timeout, context=tls)
        return smtplib.SMTP(self._host, self._port, name, timeout=self._timeout)

    def _context(self) -> ssl.SSLContext:
        if self._trust is None:
            self._trust = ssl.create_default_context()
        return self._trust

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _hand_over(self, server: smtplib.SMTP, message: EmailMessage, to: str) -> None:
        try:
            server.ehlo_or_helo_if_needed()
            sender = _sender(message)
            content, options = _wire(server, message, sender, to)
            server.sendmail(sender, [to], content, options)
        except smtplib.SMTPServerDisconnected as gone:
            raise ConnectionLost(str(gone)) from gone
        except smtplib.SMTPRecipientsRefused as refused:
            code, answer = refused.recipients[to]
            raise _refusal(code, answer, f"the address {to} was refused") from refused
        except smtplib.SMTPSenderRefused as refused:
            raise _sender_refusal(refused) from refused
        except smtplib.SMTPResponseException as refused:
            raise _refusal(refused.smtp_code, refused.smtp_error, "the message was refused") from refused
        except OSError as broken:
            raise ConnectionLost(broken.strerror or str(broken)) from broken


def is_loopback(host: str) -> bool:
    """Does what is sent to this host stay on this machine?"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _sender(message: EmailMessage) -> str:
    header = message["From"]
    if header is None or not header.addresses:
        raise RefusedForGood("the message has no sender")
    return str(header.addresses[0].addr_spec)


def _wire(server: smtplib.SMTP, message: EmailMessage, sender: str, to: str) -> tuple[bytes, list[str]]:
    """The message as it travels, and what the server must be told about it."""
    international = not f"{sender}{to}".isascii()
    if international and not server.has_extn("smtputf8"):
        raise RefusedForGood(f"the mail server takes no address with other letters than a-z, such as {to}")
    eight_bits = international or server.has_extn("8bitmime")
    content = message.as_bytes(policy=SMTP.clone(utf8=international, cte_type="8bit" if eight_bits else "7bit"))
    options = ["SMTPUTF8"] if international else []
    return content, options if content.isascii() else [*options, "BODY=8BITMIME"]


def _refusal(code: int, answer: bytes | str, what: str) -> NotDelivered | ConnectionLost:
    said = f"{code} {_text(answer)}"
    if code == CLOSING:
        return ConnectionLost(said)
    if code >= 500 and code != NOT_LET_IN:
        return RefusedForGood(f"{what}: {said}")
    return TryLater(f"{what} for now: {said}")


def _sender_refusal(refused: smtplib.SMTPSenderRefused) -> NotDelivered | ConnectionLost:
    """Our own address is refused for every message alike until somebody mends the settings: no message is given up."""
    code, answer = refused.smtp_code, refused.smtp_error
    if code == TOO_LARGE:  # the size is announced together with the sender
        return _refusal(code, answer, "the message is too large")
    if code == CLOSING:
        return ConnectionLost(f"{code} {_text(answer)}")
    return TryLater(f"the sender {refused.sender} was refused: {code} {_text(answer)}")


def _why_closed(error: OSError | UnicodeError) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"refuses our user name or password: {error.smtp_code} {_text(error.smtp_error)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"lets nobody in: {error.smtp_code} {_text(error.smtp_error)}"
    if isinstance(error, UnicodeError):  # its own words would show a piece of the password
        return "cannot be given our user name or password: they hold other letters than ASCII"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "hung up, or did not answer in time"
    if isinstance(error, smtplib.SMTPException):
        return f"does not offer what the settings ask for: {error}"  # no STARTTLS, no way to log in
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"shows a certificate that is not trusted: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "does not answer"
    return f"cannot be reached: {error.strerror or error}"


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
