"""A move over HTTP: the whole service in one process, against the reference application in one, in turn."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from bench import ground
from bench.load import CONNECTIONS
from bench.timing import Figure, compare
from service.auth.tokens import Signer, generate_key

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 30.0  # seconds that a server may take to answer first
FILED = 3  # the version of a case that was filed and registered


class Side:
    """One of the two: its port, and its cases as they stand."""

    def __init__(self, port: int, cases: list[str]) -> None:
        self.port = port
        self.cases: list[list[Any]] = [[case, FILED, 0] for case in cases]

    def rate(self, tokens: dict[str, list[str]], seconds: float) -> float:
        """Moves a second, under the load for so many seconds."""
        plan = json.dumps({"port": self.port, "seconds": seconds, "cases": self.cases, **tokens})
        load = subprocess.run(
            [sys.executable, "-m", "bench.load"], input=plan, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT
        )
        came_to = json.loads(load.stdout)
        self.cases = came_to["cases"]
        return float(came_to["moves"] / came_to["seconds"])


def measure(new_database: ground.NewDatabase, *, seconds: float = 2.0, runs: int = 15) -> Figure:
    """Moves a second with eight connections and one worker, in interleaved runs of some seconds."""
    key = generate_key()
    tokens = _tokens(Signer(key))
    with tempfile.TemporaryDirectory(prefix="slagboom-bench-") as folder:
        ours_url, reference_url = new_database("web"), new_database("web_reference")
        with (
            _ours(Path(folder), ours_url, key) as ours,
            _reference(Path(folder), reference_url, key) as reference,
        ):
            for side in (ours, reference):
                side.rate(tokens, seconds / 2)  # not counted
            return compare(lambda: ours.rate(tokens, seconds), lambda: reference.rate(tokens, seconds), runs=runs)


def _tokens(signer: Signer) -> dict[str, list[str]]:
    now = datetime.now(UTC)
    return {
        "officers": [signer.issue(actor.person, now) for actor in ground.OFFICERS],
        "secretaries": [signer.issue(actor.person, now) for actor in ground.SECRETARIES],
    }


@contextmanager
def _ours(folder: Path, url: str, key: str) -> Iterator[Side]:
    """The service as `slagboom serve` runs it."""
    (folder / "key.pem").write_text(key)
    cases, port = ground.prepare(url, CONNECTIONS), free_port()
    settings = {
        "SLAGBOOM_ENVIRONMENT": "development",
        "SLAGBOOM_PORT": str(port),
        "SLAGBOOM_DATABASE_URL": url,
        "SLAGBOOM_SIGNING_KEY": str(folder / "key.pem"),
        "SLAGBOOM_FILES": str(folder / "files"),
        "SLAGBOOM_MAIL_URL": f"maildir:{folder / 'mail'}",
    }
    starting = "from service.main import serve; from service.settings import Settings; serve(Settings.read())"
    with running(["-c", starting], settings, port, "/livez"):
        yield Side(port, cases)


@contextmanager
def _reference(folder: Path, url: str, key: str) -> Iterator[Side]:
    """The reference application, by the same server."""
    cases, port = ground.prepare(url, CONNECTIONS), free_port()
    public = load_pem_private_key(key.encode(), None).public_key()
    settings = {
        "BENCH_URL": url,
        "BENCH_KEY": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
    }
    command = ["-m", "uvicorn", "bench.reference_app:app", "--port", str(port), "--no-access-log"]
    with running(command, settings, port, "/openapi.json"):
        yield Side(port, cases)


@contextmanager
def running(command: list[str], settings: dict[str, str], port: int, path: str) -> Iterator[None]:
    """A server of our own, until the end of the block. `path`: what it answers as soon as it stands."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SLAGBOOM_")}
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 - this Python, with commands from this file
            [sys.executable, *command], env=environment | settings, cwd=ROOT, stdout=said, stderr=said
        ) as server,
    ):
        try:
            if not _answers(server, f"http://127.0.0.1:{port}{path}"):
                said.seek(0)
                raise SystemExit(f"a server did not start:\n{said.read().decode()[-2000:]}")
            yield
        finally:
            server.terminate()


def _answers(server: subprocess.Popen[bytes], address: str) -> bool:
    until = time.monotonic() + PATIENCE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < until and server.poll() is None:
        try:
            with opener.open(address, timeout=5):
                return True
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    return False


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
