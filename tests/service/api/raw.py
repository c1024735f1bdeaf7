"""Raw: requests as bytes on a socket, for what no client would send."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

PIECE = b"x" * 1024**2


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the headers by their small names, the body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The code of the problem that it is."""
        assert self.headers["content-type"] == "application/problem+json", self
        assert self.headers["api-version"] == "1"
        problem: dict[str, Any] = json.loads(self.body)
        assert problem["status"] == self.status
        return str(problem["code"])


@dataclass
class Caller:
    """A connection, and what came over it and is not looked at yet."""

    sock: socket.socket
    came: bytes = field(default=b"")

    @classmethod
    def at(cls, url: str, seconds: float = 20) -> Self:
        """A new connection to this address."""
        there = urlsplit(url)
        return cls(socket.create_connection((there.hostname or "", there.port or 80), seconds))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def send(self, *pieces: bytes) -> Self:
        """Send these bytes."""
        self.sock.sendall(b"".join(pieces))
        return self

    def pour(self, pieces: Iterable[bytes]) -> Self:
        """Send pieces as long as somebody takes them."""
        try:
            for piece in pieces:
                self.sock.sendall(piece)
        except (ConnectionError, TimeoutError):
            pass
        return self

    def answer(self) -> Answer:
        """The next answer. Fails where none comes."""
        head = self._up_to(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = dict(re.split(r": ?", line.lower(), maxsplit=1) for line in lines[1:] if line)
        length = int(headers.get("content-length", "0"))
        while len(self.came) < length:
            self._read()
        body, self.came = self.came[:length], self.came[length:]
        return Answer(int(lines[0].split()[1]), headers, body)

    def ends(self) -> bool:
        """Does nothing more come, and does the other side say so?"""
        return not self.came and self.sock.recv(1) == b""

    def _up_to(self, mark: bytes) -> bytes:
        while mark not in self.came:
            self._read()
        found, _, self.came = self.came.partition(mark)
        return found

    def _read(self) -> None:
        piece = self.sock.recv(64 * 1024)
        assert piece, f"the connection ended after {self.came!r}"
        self.came += piece


def head(line: str, **headers: str) -> bytes:
    """The head of a request; `content_length` is Content-Length."""
    named = {"host": "localhost", **headers}
    lines = [line, *(f"{name.replace('_', '-')}: {value}" for name, value in named.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
