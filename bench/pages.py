"""Pages at size: the inbox, lists and cases as people of each role get them from a server, one at a time."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from sqlalchemy import select

from bench import people, plays
from bench.large import Large
from bench.web import free_port, running
from service.auth.sessions import IDLE, LONGEST, name_of, new_secret
from service.commands.visits import visit_inbox
from service.main import build, configure_log
from service.pages.visitor import SESSION
from service.settings import Settings
from service.store.engine import Store
from service.store.sessions import BrowserSessions
from service.store.sight import CASES, Sight
from service.store.work import Work
from workflows.actor import Actor

BAR = 30.0
"""Milliseconds that the middle one of many pages may take."""
WARM, PAGES = 10, 100
SHOWN = 50
"""How many cases are opened in turn."""
YESTERDAY = plays.NOW - timedelta(days=1)

WHO: dict[str, Actor] = {
    "secretary": people.SECRETARIES["education"],
    "delegate": people.DELEGATES["BE"],
    "office": people.OFFICE_OF["BE"],
    "secretary_general": people.SECRETARY_GENERAL,
    "officer": people.OFFICERS["NL-GM000"],
}


@dataclass(frozen=True, slots=True)
class Served:
    """How long a page took from the request to its last byte, in milliseconds, and its bytes over the wire."""

    p50: float
    p95: float
    size: int

    def written(self) -> dict[str, Any]:
        """As it stands in var/bench.json."""
        return {"p50_ms": round(self.p50, 1), "p95_ms": round(self.p95, 1), "bytes": self.size, "pages": PAGES}

    def said(self) -> str:
        """In words, with the load of the machine, which these figures hang on."""
        over = "" if self.p50 <= BAR else "  over the bar"
        size, load = f"{self.size / 1000:.1f} kB", f"load {os.getloadavg()[0]:.1f}"
        return f"p50 {self.p50:6.1f} ms, p95 {self.p95:6.1f} ms, {size}, {load}{over}"


def measure(large: Large, wanted: Callable[[str], bool]) -> Iterator[tuple[str, Served]]:
    """Every page that is wanted, by name."""
    asked = [(name, who, paths) for name, who, paths in _pages() if wanted(name)]
    if not asked:
        return
    with _serving(large) as port:
        for name, who, paths in asked:
            yield name, _served(port, _signed_in(large, WHO[who]), paths or _readable(large, WHO[who]))


def _pages() -> Iterator[tuple[str, str, list[str]]]:
    """Name, whose, and which pages in turn; none where they are the cases that the person reads."""
    for who in WHO:
        if who != "officer":  # an officer has no inbox
            yield f"page_inbox_{who}", who, ["/inbox"]
        yield f"page_cases_{who}", who, ["/cases", "/cases?status=open"]
        yield f"page_case_{who}", who, []
    yield "page_my_cases_officer", "officer", ["/my-cases"]


def _readable(large: Large, actor: Actor) -> list[str]:
    """The pages of cases that the person reads, of every stage."""
    of_stages = select(CASES.c.stage, CASES.c.id).where(CASES.c.events > 0, Sight(actor).whole()).limit(SHOWN * 40)
    store = Store.open(large.url)
    try:
        with store.reading() as connection:
            found = connection.execute(of_stages).all()
    finally:
        store.close()
    stages: dict[str, list[str]] = {}
    for stage, case in found:
        stages.setdefault(stage, []).append(case)
    each = max(1, SHOWN // max(1, len(stages)))
    return [f"/cases/{case}" for cases in stages.values() for case in cases[:each]]


def _signed_in(large: Large, actor: Actor) -> dict[str, str]:
    """What the browser of somebody sends who was last here yesterday."""
    secret, store = new_secret(), Store.open(large.url)
    try:
        BrowserSessions(store, idle=IDLE, longest=LONGEST).begin(name_of(secret), actor.person, plays.NOW)
        visit_inbox(Work(store, actor, YESTERDAY, None))
    finally:
        store.close()
    return {"Cookie": f"{SESSION}={secret}", "Accept-Encoding": "gzip", "Host": "127.0.0.1"}


def _served(port: int, headers: dict[str, str], paths: list[str]) -> Served:
    connection, turn = HTTPConnection("127.0.0.1", port, timeout=60), cycle(paths)
    for _ in range(max(WARM, len(paths))):
        _page(connection, next(turn), headers)
    took, sizes = zip(*(_page(connection, next(turn), headers) for _ in range(PAGES)), strict=True)
    connection.close()
    return Served(statistics.median(took), statistics.quantiles(took, n=20)[-1], max(sizes))


def _page(connection: HTTPConnection, path: str, headers: dict[str, str]) -> tuple[float, int]:
    started = time.perf_counter()
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    took = (time.perf_counter() - started) * 1000
    if answer.status != 200:
        raise SystemExit(f"{path} was answered {answer.status}")
    return took, len(content)


@contextmanager
def _serving(large: Large) -> Iterator[int]:
    """The service in a process of its own, on the day on which the plays end; the port on which it answers."""
    port = free_port()
    with TemporaryDirectory(prefix="slagboom-bench-") as folder:
        settings = {
            "SLAGBOOM_PORT": str(port),
            "SLAGBOOM_DATABASE_URL": large.url,
            "SLAGBOOM_SIGNING_KEY": str(Path(folder) / "key.pem"),
            "SLAGBOOM_FILES": str(Path(folder) / "files"),
            "SLAGBOOM_MAIL_URL": f"maildir:{folder}/mail",
        }
        with running(["-c", "from bench.pages import serve; serve()"], settings, port, "/livez"):
            yield port


def serve() -> None:
    """Answer until the process is told to end; the clock stands at the end of the plays."""
    configure_log()
    settings = Settings.read()
    application = build(settings, lambda: plays.NOW)
    uvicorn.run(application, host=settings.host, port=settings.port, ws="none", log_config=None, access_log=False)
