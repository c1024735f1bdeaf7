"""Mail over SMTP: one connection for a batch, encrypted unless it never leaves the machine."""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qs, unquote, urlsplit

from notifications.channels import TryLater, WayClosed, Written, check_address, nothing
from notifications.channels.patience import Patience, Patient, PatientInside
from notifications.channels.talk import ConnectionLost, Talk, told

ANSWER: Final = 30.0  # seconds, for each answer of the server
LETTER: Final = 120.0  # seconds, for everything that one letter takes
RELAY_PORT, SUBMISSION_PORT, TLS_PORT = 25, 587, 465


class Smtp:
    """A mail server. STARTTLS is required except on this machine itself, or with `?starttls=never`."""

    def __init__(
        self, url: str, trust: ssl.SSLContext | None = None, *, timeout: float = ANSWER, longest: float = LETTER
    ) -> None:
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
        self._patience = Patience(timeout, longest)
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        server, self._server = self._server, None
        if server is not None:
            self._patience.begin()
            with suppress(OSError):  # includes SMTPException; the messages are handed over, so nobody is told
                server.quit()
            server.close()

    def send(self, letter: Written, to: str, meanwhile: Callable[[], None] = nothing) -> None:
        """Hand over one message; a connection that died since the last one is opened anew, once."""
        check_address(to)
        self._patience.begin()
        if self._server is not None:
            try:
                return Talk(self._server, letter, to).hand_over(meanwhile)
            except ConnectionLost as lost:
                self._drop()
                if lost.perhaps:  # it may have kept the message: no second one at once
                    raise TryLater("server_gone", lost.said) from lost
        try:
            return Talk(self._open(), letter, to).hand_over(meanwhile)
        except ConnectionLost as lost:
            self._drop()
            raise (TryLater if lost.greeted else WayClosed)("server_gone", lost.said) from lost

    def _open(self) -> smtplib.SMTP:
        try:
            self._server = server = self._connect()
            if self._starttls:
                server.starttls(context=self._context())
            if self._login is not None:
                server.login(*self._login)
        except (OSError, UnicodeError) as error:
            self._drop()
            raise _closed(error) from error
        return server

    def _connect(self) -> smtplib.SMTP:
        name = "localhost" if is_loopback(self._host) else None  # else smtplib asks the network for our own name
        if self._tls:
            return PatientInside(self._patience, self._host, self._port, name, self._context())
        return Patient(self._patience, self._host, self._port, name)

    def _context(self) -> ssl.SSLContext:
        if self._trust is None:
            self._trust = ssl.create_default_context()
        return self._trust

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


def is_loopback(host: str) -> bool:
    """Does what is sent to this host stay on this machine?"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _closed(error: OSError | UnicodeError) -> WayClosed:
    """Why the way is not open. The settings stay out of it: they hold a password."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return WayClosed("login_refused", told((error.smtp_code, error.smtp_error)))
    if isinstance(error, smtplib.SMTPResponseException):
        return WayClosed("server_refuses", told((error.smtp_code, error.smtp_error)))
    if isinstance(error, UnicodeError):  # its own words would show a piece of the password
        return WayClosed("login_refused", "user name or password with other letters than ASCII")
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return WayClosed("server_silent")
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return WayClosed("server_gone", str(error))
    if isinstance(error, smtplib.SMTPException):  # no STARTTLS, no way to log in
        return WayClosed("server_lacks", str(error))
    if isinstance(error, ssl.SSLCertVerificationError):
        return WayClosed("certificate_untrusted", error.verify_message)
    return WayClosed("server_unreachable", error.strerror or str(error))
