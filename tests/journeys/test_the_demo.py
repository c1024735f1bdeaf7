"""`slagboom demo`: the whole journey with one command, and nothing of it left behind, however it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.auth.tokens import generate_key
from service.cli.demonstration import SLAGBOOM
from service.settings import PREFIX, Settings

PATIENCE = 60.0


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment without any setting, and a folder for whatever is temporary."""
    settings = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name not in settings}
    return kept | {"TMPDIR": str(tmp_path)}


def demo(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run((*SLAGBOOM, "demo"), env=environment, capture_output=True, text=True, check=False)


@pytest.mark.timeout(300)
def test_the_demo_shows_every_step_and_leaves_nothing_behind(environment: dict[str, str], tmp_path: Path) -> None:
    done = demo(environment)
    assert (done.returncode, done.stderr) == (0, "")
    for shown in (
        r"OBS-\d{4}-0001\s+resolved",
        r"the decision is M\(\d{4}\)1",
        r"PRP-\d{4}-0001\s+exploration",
        r"fr\s+valmosan@slagboom.example\s+Dossier clos",
        r"nl\s+minister-nl@slagboom.example\s+Weekoverzicht",
        r"3 digests of \d{4}-W\d\d on the way",
        r"\d+ cases, \d+ events: the log holds\n\Z",
    ):
        assert re.search(shown, done.stdout), done.stdout
    assert list(tmp_path.iterdir()) == []
    assert not someone_listens(address(done.stdout))


def test_it_refuses_where_real_people_work(environment: dict[str, str]) -> None:
    real = {"ENVIRONMENT": "production", "SIGNING_KEY": generate_key(), "MAIL_FROM": "slagboom@benelux.int"}
    done = demo(environment | {f"{PREFIX}{name}": value for name, value in real.items()})
    assert done.returncode == 1
    assert "does not run in production" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_it_must_be_able_to_read_its_mail(environment: dict[str, str], tmp_path: Path) -> None:
    named = {"DATABASE_URL": f"sqlite:///{tmp_path}/named.db", "MAIL_URL": "smtp://localhost:2525"}
    done = demo(environment | {f"{PREFIX}{name}": value for name, value in named.items()})
    assert done.returncode == 1
    assert "let SLAGBOOM_MAIL_URL name one" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_its_server_ends_with_it(environment: dict[str, str], told: signal.Signals) -> None:
    process = subprocess.Popen(
        (*SLAGBOOM, "demo"),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        assert process.stdout is not None
        where = address("".join(until_it_listens(process.stdout)))
        assert someone_listens(where)
        process.send_signal(told)
        process.communicate(timeout=PATIENCE)
    until = time.monotonic() + PATIENCE
    while someone_listens(where) and time.monotonic() < until:
        time.sleep(0.1)
    assert not someone_listens(where)


def until_it_listens(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if "It listens at" in line:
            return


def address(said: str) -> tuple[str, int]:
    found = re.search(r"It listens at http://([\d.]+):(\d+)", said)
    assert found is not None, said
    return found[1], int(found[2])


def someone_listens(where: tuple[str, int]) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(where) == 0
