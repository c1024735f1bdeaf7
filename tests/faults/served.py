"""Served: the service in a thread of this process, at an address of its own, by the clock of the seeds."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from service.auth.keys import signer
from service.auth.tokens import Signer, generate_key
from service.main import build
from service.settings import Settings
from tests.service.seeds import NOW

PATIENCE = 60.0  # seconds that a start or an end may take on a busy machine


@dataclass(frozen=True, slots=True)
class Served:
    """Where it answers, and who signs for its people."""

    url: str
    signer: Signer

    def headers(self, name: str) -> dict[str, str]:
        """What a person's requests carry."""
        return {"Authorization": f"Bearer {self.signer.issue(f'person-{name}', NOW)}"}


@contextmanager
def served(database_url: str, folder: Path) -> Iterator[Served]:
    """A service on this database until the block ends."""
    settings = Settings.read(database_url=database_url, signing_key=generate_key(), files=folder / "files")
    server = uvicorn.Server(uvicorn.Config(build(settings, lambda: NOW), log_config=None, access_log=False))
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, name="served")
        thread.start()
        try:
            until = time.monotonic() + PATIENCE
            while not server.started and thread.is_alive() and time.monotonic() < until:
                time.sleep(0.01)
            assert server.started, "the service did not start"
            yield Served(f"http://127.0.0.1:{bound.getsockname()[1]}", signer(settings))
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
