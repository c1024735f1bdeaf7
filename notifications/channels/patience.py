"""Patience: how long a mail server may take, for one answer and for everything that one letter takes."""

from __future__ import annotations

import io
import smtplib
import socket
import ssl
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Patience:
    """`answer`: seconds for each piece of an answer; `longest`: for all of them since `begin`.

    The second is what ends a server that sends one letter of its answer every twenty seconds.
    """

    def __init__(self, answer: float, longest: float) -> None:
        self.answer, self.longest = answer, longest
        self.begin()

    def begin(self) -> None:
        """From now on."""
        self._until = time.monotonic() + self.longest

    def left(self) -> float:
        """How many seconds the other side has for what comes next. Raises TimeoutError when there are none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return min(self.answer, left)


class _Answers(io.RawIOBase):
    """What the other side says, as long as there is patience."""

    def __init__(self, connection: socket.socket, patience: Patience) -> None:
        self._connection, self._patience = connection, patience

    def readable(self) -> bool:
        """It is read."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """The next piece."""
        self._connection.settimeout(self._patience.left())
        return self._connection.recv_into(buffer)


class Patient(smtplib.SMTP):
    """A connection to a mail server that is given up when it takes too long. Opened when it is made."""

    def __init__(self, patience: Patience, host: str, port: int, name: str | None) -> None:
        self._patience = patience
        super().__init__(host, port, name, timeout=patience.left())

    def getreply(self) -> tuple[int, bytes]:
        """The next answer."""
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Answers(self.sock, self._patience))
        return super().getreply()

    def send(self, s: Any) -> None:
        """Send text or bytes, all of it."""
        if self.sock is not None:
            self.sock.settimeout(self._patience.left())
        super().send(s)


class PatientInside(Patient, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""

    def __init__(self, patience: Patience, host: str, port: int, name: str | None, context: ssl.SSLContext) -> None:
        self._patience = patience
        smtplib.SMTP_SSL.__init__(self, host, port, name, timeout=patience.left(), context=context)
