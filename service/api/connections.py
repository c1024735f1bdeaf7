"""Connections: what one caller may do before there is a request, and how it is cut off with an answer."""

from __future__ import annotations

import asyncio
from asyncio import TimerHandle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from service.api.errors import problem
from service.api.middleware import Envelope
from service.api.refusals import AddressTooLong, BrokenRequest, HeadTooLarge, TooSlow
from workflows.errors import Refused

log = structlog.get_logger("slagboom.api")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a connection one caller may take. Bytes, and seconds.

    `address`: the line that asks. `head`, `fields`: what comes before a body. `head_seconds`: for a head to arrive,
    from its first byte or from the connection's. `stalled`: how long an answer may wait for its reader. `lingering`:
    how long an unread rest is thrown away, so that the answer arrives before the connection is reset. `pipelined`:
    requests that may wait behind the one that is answered; what comes after them is not read any more.
    """

    address: int = 16 * 1024
    head: int = 64 * 1024
    fields: int = 200
    head_seconds: float = 10.0
    stalled: float = 30.0
    lingering: float = 5.0
    pipelined: int = 100


def connection_with(limits: Limits) -> type[HttpToolsProtocol]:
    """What uvicorn makes of every connection that comes in."""

    class Limited(_Connection):
        """A connection within these limits."""

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self.limits = limits

    return Limited


class _Patient:
    """A transport that closes only when the other side can have read the last answer.

    To close while bytes are unread makes the system reset the connection, and the answer is lost with it. So what
    still comes is thrown away for a while. Whoever does not read is not waited for beyond that.
    """

    def __init__(self, transport: asyncio.Transport, connection: _Connection) -> None:
        self._transport, self._connection = transport, connection
        self._closing = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        """Is nothing more to be said?"""
        return self._closing or self._transport.is_closing()

    def close(self) -> None:
        """Let the last answer arrive, then close."""
        if self.is_closing():
            return
        self._closing = True
        connection, limits = self._connection, self._connection.limits
        if connection.unread:
            if self._transport.can_write_eof():
                self._transport.write_eof()
            connection.flow.resume_reading()
            connection.later(limits.lingering, self._transport.close)
        else:
            self._transport.close()
        connection.later(limits.lingering + limits.stalled, self._transport.abort)


class _Connection(HttpToolsProtocol):
    """One connection. Parsing and answering are uvicorn's; the limits on what it would wait for and keep are here."""

    limits: Limits

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.url = b""
        self._in_body = False  # of a request whose head is known
        self._head_bytes = 0  # of a head that is not whole
        self._begun = False
        self._deaf = False  # too much was asked at once
        self._late: TimerHandle | None = None
        self._stalled: TimerHandle | None = None
        self._last: list[TimerHandle] = []

    @property
    def unread(self) -> bool:
        """May the other side be sending something still?"""
        return self._in_body or self._begun

    @property
    def _answering(self) -> RequestResponseCycle | None:
        """What is being answered. (Before the first request uvicorn has None there, whatever its type says.)"""
        last: RequestResponseCycle | None = self.cycle
        return None if last is None or last.response_complete else last

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do this in a while, if the connection is there still."""
        self._last.append(self.loop.call_later(seconds, act))

    # From the transport

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Somebody is there."""
        super().connection_made(transport)
        self.transport = _Patient(transport, self)  # type: ignore[assignment] # all that is used of a transport
        self.flow = FlowControl(self.transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Something came."""
        if self.transport.is_closing() or self._deaf:
            return
        if not self._in_body:
            self._expect_head()
            self._begun = True
            self._head_bytes += len(data)
        super().data_received(data)
        if not self._in_body and self._head_bytes > self.limits.head and not self.transport.is_closing():
            self._refuse(AddressTooLong() if len(self.url) > self.limits.address else HeadTooLarge())

    def eof_received(self) -> bool | None:  # type: ignore[override] # uvicorn's never keeps it open
        """The other side has said all. What it asked for before is still answered."""
        asked = self._answering
        if asked is None or asked.more_body or self.transport.is_closing():
            return None
        asked.keep_alive = False
        self._in_body = self._begun = False
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        for timer in (self._late, self._stalled, *self._last):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The answer goes faster than it is read."""
        super().pause_writing()
        self._stalled = self.loop.call_later(self.limits.stalled, self.transport.abort)

    def resume_writing(self) -> None:
        """It is read again."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()

    # From the parser

    def on_message_begin(self) -> None:
        """The first letter of a request."""
        super().on_message_begin()
        if not self._deaf:
            self._begun = True
            self._expect_head()

    def on_headers_complete(self) -> None:
        """The head is whole: ask for an answer, or refuse."""
        if self._deaf:
            return
        self._in_body, self._begun, self._head_bytes = True, False, 0
        self._head_is_in()
        if len(self.pipeline) >= self.limits.pipelined:
            self._deaf = self._begun = True
            self.cycle.keep_alive = False
            return
        refusal = self._refusal()
        if refusal is None:
            super().on_headers_complete()
            return
        app, self.app = self.app, refusing(refusal)
        try:
            super().on_headers_complete()
        finally:
            self.app = app

    def on_body(self, body: bytes) -> None:
        """A piece of a body."""
        if not self._deaf:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self._deaf:
            return
        self._in_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """It is answered. Who goes on sending what was asked for is not listened to any longer."""
        super().on_response_complete()
        if self.pipeline:
            self.flow.pause_reading()  # uvicorn reads on, however many wait already
        elif self._in_body and self._answering is None:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """It is no HTTP."""
        asked = self._answering
        if asked is not None and asked.more_body and not asked.response_started:
            asked.disconnected = asked.response_complete = True  # of its body nothing more will come
            asked.message_event.set()
        self._refuse(BrokenRequest())

    # Limits

    def _refusal(self) -> Refused | None:
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (hosts == 0 and self.parser.get_http_version() == "1.1"):
            return BrokenRequest()  # RFC 9112, 3.2
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if len(self.url) > self.limits.address:
            return AddressTooLong()
        if size > self.limits.head or len(self.headers) > self.limits.fields:
            return HeadTooLarge()
        return None

    def _expect_head(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(self.limits.head_seconds, self._is_late)

    def _head_is_in(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _is_late(self) -> None:
        self._late = None
        if self._begun and not self._in_body:
            self._refuse(TooSlow())
        elif not self._in_body:
            self.transport.close()

    def _refuse(self, refusal: Refused) -> None:
        """Answer what is no whole request, unless another is being answered: then that was the last."""
        self._begun = True
        if self.transport.is_closing():
            return
        if self._answering is not None:
            self._answering.keep_alive = False
            return
        scope: Any = {"type": "http", "method": "GET", "path": "/", "headers": [], "http_version": "1.1", "state": {}}
        self.cycle = RequestResponseCycle(
            scope=scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=False,
            on_response=lambda: None,
        )
        self._start_asgi_task(self.cycle, refusing(refusal))  # type: ignore[arg-type] # ASGI by another's names


def refusing(refusal: Refused) -> ASGIApp:
    """What answers every request with this problem, and ends the connection."""

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        log.info("cut_off", code=refusal.code)
        await problem(Request(scope), refusal, {"Connection": "close"})(scope, receive, send)

    return Envelope(answered)
