"""The database gone: connections cut, the server stopped and started; who asks is told, and it goes on by itself."""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests import postgres
from tests.faults.mailroom import Mailroom
from tests.faults.own_postgres import HOW, OwnPostgres, Wire, wire
from tests.faults.processes import Site, seed_people, site
from tests.faults.siege import Report, settle, undisturbed
from tests.faults.stubborn import Line
from tests.faults.traffic import Traffic

CUTS = 8
PATIENCE = 60.0  # seconds until somebody must have got an answer again


@pytest.fixture
def own_server() -> Iterator[OwnPostgres]:
    """A PostgreSQL that this test may stop."""
    with tempfile.TemporaryDirectory(prefix="slagboom-own-postgres-") as folder:
        Path(folder).chmod(0o755)
        try:
            server = OwnPostgres(Path(folder))
        except postgres.NoPostgres as reason:
            message = f"NOTHING WAS TESTED ON POSTGRESQL: {reason}"
            if os.environ.get(postgres.REQUIRED) == "1":
                pytest.fail(message, pytrace=False)
            pytest.skip(message)
        try:
            yield server
        finally:
            server.end()


@pytest.fixture
def cable(own_server: OwnPostgres) -> Iterator[Wire]:
    """The way to it."""
    with wire(urlsplit(own_server.url).port or 0) as opened:
        yield opened


@pytest.fixture
def far(tmp_path: Path, own_server: OwnPostgres, cable: Wire, post: Mailroom) -> Iterator[Site]:
    """An installation that reaches its database by that way only."""
    made = postgres.create_database(own_server.url, "far")
    url = postgres.for_alchemy(made.replace(f":{cable.target}/", f":{cable.port}/"))
    with site(tmp_path / "site", url, post.url) as opened:
        yield opened


@pytest.mark.timeout(400)
def test_whatever_happens_to_the_database_people_are_told_and_work_goes_on(
    own_server: OwnPostgres, cable: Wire, far: Site, post: Mailroom, seed: int
) -> None:
    chance = random.Random(seed)
    seed_people(far)
    far.start("server")
    far.start("worker")
    far.wait_until_ready()
    processes = {name: process.pid for name, process in far.running.items()}
    traffic = Traffic(Line(far.address), seed, pause=0.02)
    dossier, heard = undisturbed(far, traffic.line, post)
    traffic.dossiers.append(dossier)
    report = Report(seed, "postgresql")
    traffic.start(people=4)
    try:
        cut = 0
        for what in chance.sample([own_server.terminate_connections, cable.cut] * CUTS, 2 * CUTS):
            time.sleep(chance.random() * 0.5)
            cut += what()
        wait_for_answers(traffic)
        for how in HOW:
            own_server.stop(how)
            tells_that_it_is_gone(far)
            own_server.start()
            wait_for_answers(traffic)
        settle(far, post, report, traffic, heard, patience=0)
    finally:
        traffic.stop()
        traffic.line.close()
    assert report.faults == []
    assert cut > CUTS, "nothing was under way when it was cut"
    assert traffic.line.seen["503"], "nobody was told"
    assert processes.keys() == {"server", "worker"}
    assert not far.running, "both went on until they were told to end"


def wait_for_answers(traffic: Traffic) -> None:
    """Until every one of those who work has got on."""
    before, until = traffic.answers, time.monotonic() + PATIENCE
    while traffic.answers < before + 8:
        assert time.monotonic() < until, f"nobody got an answer again: {traffic.faults}"
        assert not traffic.faults, traffic.faults
        time.sleep(0.05)


def tells_that_it_is_gone(at: Site) -> None:
    """While there is no database: alive, not ready, and a problem for whoever wants something."""
    with httpx.Client(base_url=at.address, timeout=30, trust_env=False) as client:
        assert client.get("/livez").status_code == 200
        for path in ("/readyz", "/metrics"):
            answer = client.get(path)
            assert answer.status_code == 503, answer.text
            assert answer.headers["retry-after"]
        form = {"grant_type": "password", "username": "sg@slagboom.example", "password": "x"}
        answer = client.post("/api/v1/token", data=form, headers={"Accept-Language": "fr"})
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == "fr"
        assert int(answer.headers["retry-after"]) >= 1
