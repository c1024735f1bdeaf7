"""A seeded service that listens on loopback, to be shot at: people of every role, cases in every stage."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from sqlalchemy import select

from service.api.connections import Limits, connection_with
from service.api.limits import Pace
from service.auth.keys import signer
from service.auth.tokens import Signer
from service.main import build
from service.settings import Settings
from service.store.engine import Store
from service.store.tables import ConsultationRow, InstrumentRow, MeasureRow
from tests.service.seeds import NOW, PEOPLE, House, seed

STAGES = (
    "draft", "submitted", "admissibility", "information_requested", "inadmissible", "exploration", "consultation",
    "common_position", "drafting", "council", "adoption", "implementation", "resolved",
)  # fmt: skip
Places = dict[str, list[str]]


@dataclass(frozen=True)
class Target:
    """Where to shoot, who may, and what there is to hit: the name of a path's parameter -> what exists."""

    url: str
    database_url: str
    house: House
    signer: Signer
    places: Places

    def headers(self, name: str) -> dict[str, str]:
        """The token of a person of the seeds."""
        return {"Authorization": f"Bearer {self.signer.issue(f'person-{name}', self.house.now)}"}

    def version(self, path: str, name: str) -> str:
        """The ETag of what stands at a path now; of nothing: one that fits nothing."""
        found = httpx.get(f"{self.url}{path}", headers=self.headers(name), trust_env=False)
        return str(found.headers.get("etag", '"1"'))


def furnish(house: House) -> Places:
    """Cases in every stage with all that hangs on them."""
    cases = [house.bring(stage) for stage in STAGES]
    listed: Places = {"case": cases, "person": [f"person-{name}" for name in PEOPLE]}
    with house.store.reading() as connection:
        for name, table in (("consultation", ConsultationRow), ("instrument", InstrumentRow), ("measure", MeasureRow)):
            listed[name] = list(connection.execute(select(table.__table__.c.id)).scalars())
    return {
        **listed,
        "country": ["BE", "LU", "NL"],
        "language": ["nl", "fr", "de", "en"],
        "organisation": ["NL-GM0980", "BE-24107", "BE-FED", "LU", "NL"],
        "working_group": ["transport", "energy"],
        "procedure": ["benelux-obstacle"],
        "version": ["1"],
        "document": [],
    }


@contextmanager
def listening(database_url: str, folder: Path, signing_key: str, limits: Limits | None = None) -> Iterator[Target]:
    """The service in a thread, until the block ends. Its clock stands still, and nobody asks too often."""
    settings = Settings.read(database_url=database_url, signing_key=signing_key, files=folder / "files")
    with closing(Store.open(database_url)) as store:
        house = seed(store)
        places = furnish(house)
        app = build(settings, lambda: NOW)
        app.state.doors = replace(app.state.doors, pace=Pace(limit=10**9))
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            http = connection_with(limits or Limits())
            with _served(uvicorn.Config(app, http=http, ws="none", log_config=None, access_log=False), bound):
                url = f"http://127.0.0.1:{bound.getsockname()[1]}"
                yield Target(url, database_url, house, signer(settings), places)


@contextmanager
def _served(config: uvicorn.Config, bound: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, name="target")
    thread.start()
    try:
        until = time.monotonic() + 60
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            assert time.monotonic() < until, "the service did not start in time"
            time.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join(60)


def codes_in(document: Mapping[str, Any]) -> set[str]:
    """Every code of a problem that an OpenAPI document knows."""
    return set(document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"])
