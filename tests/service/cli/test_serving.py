"""`slagboom serve` and `slagboom worker`, as processes: what is told, who ends with whom."""

from __future__ import annotations

import mailbox
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from service.cli import COMMANDS, status_of
from service.demo.people import ADDRESSES, PASSWORD
from service.store.engine import upgrade

SLAGBOOM = [sys.executable, "-P", "-c", "from service.cli import run; run()"]
OBSTACLE = {
    "procedure": "benelux-obstacle",
    "title": "Schoolbus over de grens",
    "language": "nl",
    "countries": ["BE", "NL"],
    "content": {
        "situation": "Een schoolbus mag de grens niet over met leerlingen aan boord.",
        "who_is_hindered": "Leerlingen uit Budel die in Hamont naar school gaan.",
    },
}


@dataclass
class Running:
    """A process of ours, with what it has said so far."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def said(self, pattern: str, seconds: float = 60) -> str:
        """The first group of the first line that fits; waits for it."""
        found = self._until(
            lambda: next((m for line in list(self.lines) if (m := re.search(pattern, line))), None), seconds
        )
        assert found is not None, "\n".join(self.lines)
        return found[1] if found.lastindex else found[0]

    def _until(self, look: Callable[[], re.Match[str] | None], seconds: float) -> re.Match[str] | None:
        waiting = threading.Event()
        for _ in range(int(seconds * 20)):
            found = look()
            if found is not None:
                return found
            waiting.wait(0.05)
        return None

    def ends(self, seconds: float = 30) -> int:
        return self.process.wait(seconds)


@contextmanager
def running(folder: Path, *arguments: str, **settings: str) -> Iterator[Running]:
    """A command that runs in a folder of its own until the block ends."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SLAGBOOM_")}
    environment |= {"SLAGBOOM_PORT": "0", **{f"SLAGBOOM_{name}": value for name, value in settings.items()}}
    process = subprocess.Popen(
        [*SLAGBOOM, *arguments], cwd=folder, env=environment, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    started = Running(process)
    assert process.stdout is not None
    assert process.stdin is not None
    reader = threading.Thread(target=lambda: started.lines.extend(process.stdout or ()))
    reader.start()
    try:
        yield started
    finally:
        process.kill()
        process.wait(30)
        process.stdin.close()
        reader.join(30)
        process.stdout.close()


def file_a_case(address: str) -> str:
    """Sign in as an officer of the demo, file a case and submit it; its reference."""
    with httpx.Client(base_url=f"{address}/api/v1", timeout=20) as client:
        form = {"grant_type": "password", "username": ADDRESSES["grensbeek"], "password": PASSWORD}
        token = client.post("/token", data=form).raise_for_status().json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        begun = client.post("/cases", json=OBSTACLE).raise_for_status()
        case = f"/cases/{begun.json()['id']}/moves"
        moved = client.post(case, json={"move": "submit"}, headers={"If-Match": begun.headers["ETag"]})
        return str(moved.raise_for_status().json()["reference"])


def processes_of(parent: int) -> list[int]:
    """The children of a process, as Linux lists them."""
    lists = [path.read_text() for path in Path(f"/proc/{parent}/task").glob("*/children")]
    return [int(child) for listed in lists for child in listed.split()]


def is_gone(process: int, seconds: float = 30) -> bool:
    waiting = threading.Event()
    for _ in range(int(seconds * 20)):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":  # ended; whoever is its parent now has not looked yet
            return True
        waiting.wait(0.05)
    return False


def test_everything_at_once_from_an_empty_folder_to_a_mail(tmp_path: Path) -> None:
    with running(tmp_path, "serve", "--demo", "--with-worker") as serving:
        address = serving.said(r"answers at (http://127\.0\.0\.1:\d+)$")
        assert serving.said("documentation of the API: (.*)") == f"{address}/api/v1/docs"
        for page in (serving.said("whom to sign in as: +(.*)"), serving.said("the mails that went out: +(.*)")):
            assert httpx.get(page).status_code == 200
        assert serving.said("with the password (.*)") == PASSWORD
        assert serving.said(rf"{ADDRESSES['intake']} .*(secretary)") == "secretary"
        folder = Path(serving.said("mail becomes files in: +(.*)"))
        assert folder == tmp_path / "var/mail/new"
        assert httpx.get(f"{address}/readyz").json()["status"] == "ready"

        reference = file_a_case(address)
        waiting = threading.Event()
        for _ in range(100):  # a notice is out within five seconds
            if folder.exists() and len(list(folder.iterdir())) >= 2:
                break
            waiting.wait(0.05)
        mails = list(mailbox.Maildir(folder.parent, create=False))
        assert {mail["X-Slagboom-Case"] for mail in mails} == {reference}
        text = mails[0].get_payload()[0].get_payload(decode=True).decode()  # type: ignore[union-attr, index] # multipart
        assert f"{address}/cases/{reference}" in text

        (worker,) = processes_of(serving.process.pid)
        serving.process.send_signal(signal.SIGTERM)
        assert serving.ends() == 0
        assert is_gone(worker)
    assert not [line for line in serving.lines if "Traceback" in line]
    assert (tmp_path / "var/slagboom.db").exists()


def test_the_worker_ends_with_a_server_that_is_killed_and_is_replaced_when_it_is_killed_itself(tmp_path: Path) -> None:
    with running(tmp_path, "serve", "--with-worker") as serving:
        serving.said("answers at")
        assert not [line for line in serving.lines if "password" in line]
        (first,) = processes_of(serving.process.pid)
        os.kill(first, signal.SIGKILL)
        serving.said("the worker ended with status -9; another takes its place")
        serving.said(rf'worker_started.*-(?!{first}-)\d+-\w+"')
        (second,) = processes_of(serving.process.pid)
        assert second != first
        serving.process.kill()
        assert is_gone(second)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_waits_for_the_database_and_ends_when_it_is_told_to(
    database_url: str, tmp_path: Path, told: int
) -> None:
    with running(tmp_path, "worker", DATABASE_URL=f"sqlite:///{tmp_path / 'later.db'}") as worker:
        worker.said("waiting_for_database")
        upgrade(f"sqlite:///{tmp_path / 'later.db'}")
        worker.process.send_signal(told)
        assert worker.ends() == 0
    with running(tmp_path, "worker", DATABASE_URL=database_url) as worker:
        worker.said('"event": "worker_started"')
        worker.process.send_signal(told)
        assert worker.ends() == 0
        worker.said('"event": "worker_stopped"', 5)


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with running(tmp_path, "serve", "--port", port) as serving:
            assert serving.ends() == 1
        assert serving.lines == [f"slagboom: cannot listen at 127.0.0.1, port {port}: Address already in use\n"]
    assert not (tmp_path / "var").exists()


def test_production_makes_no_demo_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = subprocess.run(["openssl", "genrsa", "2048"], capture_output=True, text=True, check=True).stdout
    settings = {"ENVIRONMENT": "production", "MAIL_FROM": "post@benelux.int", "SIGNING_KEY": key}
    with running(tmp_path, "serve", "--demo", **settings) as serving:
        assert serving.ends() == 1
    (line,) = serving.lines
    assert "production does without them" in line


def test_a_setting_that_cannot_be_used_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLAGBOOM_MAIL_URL", "pigeon:")
    assert status_of(["serve"]) == 1
    assert capsys.readouterr().err.startswith("slagboom: SLAGBOOM_MAIL_URL: ")


def test_the_list_of_commands_imports_none_of_them() -> None:
    looked = f"import sys; sys.argv[0] = 'slagboom'; {SLAGBOOM[-1]}"
    quick = looked.replace("run()", "status_of(['--help']); assert not {'sqlalchemy', 'fastapi'} & set(sys.modules)")
    quick = quick.replace("import run", "import status_of")
    done = subprocess.run([sys.executable, "-P", "-c", quick], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name, (_, said) in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(said)}$", done.stdout, re.MULTILINE)


def test_letters_that_a_terminal_does_not_know_are_no_reason_to_stop() -> None:
    done = subprocess.run(
        [*SLAGBOOM[:-1], "import sys; sys.argv[1:] = ['procedure', 'show', 'benelux-obstacle']; " + SLAGBOOM[-1]],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u2013" in done.stdout
