"""A real mail server on loopback for the tests, with the faults that real ones have."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

OK = "250 OK"


@dataclass
class Kept:
    sender: str
    recipients: list[str]
    content: bytes
    options: list[str]
    encrypted: bool
    logged_in: bool


@dataclass
class Mailbox:
    """What came in, and what the server is to answer instead of 250: per address, or once per word of SMTP.

    `slow`: seconds that it takes over a word.
    """

    kept: list[Kept] = field(default_factory=list)
    connections: int = 0
    addresses: dict[str, str] = field(default_factory=dict)
    once: dict[str, str] = field(default_factory=dict)
    hang_up_on: list[str] = field(default_factory=list)
    slow: dict[str, float] = field(default_factory=dict)
    offers: list[str] = field(default_factory=list)

    async def _answer(self, word: str, server: SMTP) -> str:
        if word in self.slow:
            await asyncio.sleep(self.slow[word])
        if word in self.hang_up_on:
            self.hang_up_on.remove(word)
            server.transport.abort()
        return self.once.pop(word, OK)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        await self._answer("EHLO", server)
        responses[-1:-1] = [f"250-{word}" for word in self.offers]
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._answer("MAIL", server)
        if answer == OK:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.addresses.get(address) or await self._answer("RCPT", server)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await self._answer("DATA", server)
        if answer == OK:
            content = bytes(envelope.original_content or b"")
            self.kept.append(
                Kept(
                    str(envelope.mail_from),
                    list(envelope.rcpt_tos),
                    content,
                    list(envelope.mail_options),
                    session.ssl is not None,
                    bool(session.authenticated),
                )
            )
        return answer


class Loopback(Controller):
    """Listens at a port that the system chooses."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def factory(self) -> SMTP:
        self.handler.connections += 1
        return super().factory()


@contextmanager
def mail_server(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """A running server; gives its port."""
    server = Loopback(mailbox, hostname="127.0.0.1", port=0, **options)
    server.start()
    mailbox.connections = 0
    try:
        yield server.port
    finally:
        server.stop()


def plain(port: int) -> str:
    """The address of the server at this port, with nothing said of encryption."""
    return f"smtp://127.0.0.1:{port}"


def knows(user: str, password: str) -> Any:
    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=given == LoginPassword(user.encode(), password.encode()), handled=False)

    return check


@dataclass(frozen=True)
class Certificate:
    """A certificate for this machine that signed itself: for the server, and for whoever is to believe it."""

    server: ssl.SSLContext
    trust: ssl.SSLContext


def make_certificate(folder: Path, host: str = "localhost") -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    here = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))] if host == "localhost" else []
    names = x509.SubjectAlternativeName([x509.DNSName(host), *here])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    path = folder / "certificate.pem"
    public = made.public_bytes(Encoding.PEM)
    path.write_bytes(public + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(path)
    return Certificate(server, ssl.create_default_context(cadata=public.decode()))


@contextmanager
def odd_server(speak: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does what no mail server does; gives its port. `speak` has one connection at a time."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    speak(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)
