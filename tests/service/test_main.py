"""The server as it is started: it says where it listens, answers, logs nobody's name, and ends when told to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx

STARTED = """
from service.main import serve
from service.settings import Settings
serve(Settings.read(), lambda address: print(address, flush=True))
"""


def test_the_server_answers_until_it_is_told_to_end(tmp_path: Path) -> None:
    environment = {"SLAGBOOM_PORT": "0", "PATH": ""}
    with subprocess.Popen(
        [sys.executable, "-c", STARTED],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip()
            assert not address.endswith(":0")
            assert httpx.get(f"{address}/readyz").json()["status"] == "ready"
            form = {"grant_type": "password", "username": "sanne@example.org", "password": "zuiver-geheim"}
            assert httpx.post(f"{address}/api/v1/token?who=sanne", data=form).status_code == 401
        finally:
            server.send_signal(signal.SIGTERM)
        _, log = server.communicate(timeout=30)
    assert (tmp_path / "var" / "slagboom.db").exists()
    (line,) = [json.loads(line) for line in log.splitlines()]
    assert (line["event"], line["route"], line["status"]) == ("answered", "/api/v1/token", 401)
    assert line["request_id"]
    assert "sanne" not in log
    assert "geheim" not in log
