"""A PostgreSQL of a test's own, that can be stopped and started, and a way to it that can be cut."""

from __future__ import annotations

import asyncio
import signal
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests import postgres

RESET = struct.pack("ii", 1, 0)  # closing the socket tells the other side at once, and what was under way is lost
HOW = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}


class OwnPostgres:
    """A server whose commits are on disk before they are acknowledged, unlike those of the common test server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process, self.url = postgres.start(folder)
        self.stop("fast")
        self.start()

    def stop(self, how: str) -> None:
        """`fast` ends every connection well, `immediate` is a crash that the next start recovers from."""
        self._process.send_signal(HOW[how])
        self._process.wait(postgres.PATIENCE)

    def start(self) -> None:
        """Start it at the same place, and wait until it answers."""
        settings = postgres.FAST | {
            "synchronous_commit": "on", "listen_addresses": "127.0.0.1", "port": str(urlsplit(self.url).port),
            "unix_socket_directories": str(self._folder),
        }  # fmt: skip
        command = [str(postgres.programs() / "postgres"), "-D", str(self._folder / "data")]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self._folder, **postgres.account()
            )
        postgres.await_ready(self._process, self.url, self._folder / "log")

    def terminate_connections(self) -> int:
        """End every connection but this one from the server's side; how many there were."""
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            statement = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'slagboom'"
            return len(connection.execute(statement).fetchall())

    def end(self) -> None:
        """For good."""
        postgres.stop(self._process)


@dataclass
class Wire:
    """A way to a server through which everything passes, until it is cut."""

    target: int
    port: int = field(default_factory=postgres.free_port)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def cut(self) -> int:
        """Cut every connection, without a word to either side; how many there were."""
        return asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(10)

    async def _cut(self) -> int:
        writers = list(self._writers)
        for writer in writers:
            self._abort(writer)
        return len(writers) // 2

    @staticmethod
    def _abort(writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        writer.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        await asyncio.gather(self._copy(reader, back), self._copy(there, writer))
        self._writers -= {writer, back}

    async def _copy(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while block := await source.read(65_536):
                to.write(block)
                await to.drain()
        self._abort(to)

    def run(self, ready: threading.Event) -> None:
        """Pass on what comes until the loop is stopped."""
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._pass_on, "127.0.0.1", self.port))
        ready.set()
        try:
            self._loop.run_forever()
            server.close()
            self._loop.run_until_complete(self._cut())
            pending = asyncio.all_tasks(self._loop)
            for task in pending:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        finally:
            self._loop.close()

    def stop(self) -> None:
        """No more."""
        self._loop.call_soon_threadsafe(self._loop.stop)


@contextmanager
def wire(target: int) -> Iterator[Wire]:
    """A way to a port of this machine, until the block ends."""
    opened, ready = Wire(target), threading.Event()
    thread = threading.Thread(target=opened.run, args=(ready,))
    thread.start()
    assert ready.wait(10)
    try:
        yield opened
    finally:
        opened.stop()
        thread.join(10)
