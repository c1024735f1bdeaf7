"""The commands on the page for clients, as somebody pastes them into a shell."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.journeys.running import Running

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="NOT TRIED: there is no curl or no jq")
def test_the_commands_on_the_page_for_clients_do_what_it_says(service: Running) -> None:
    (commands,) = re.findall(r"^```sh\n(.+?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    commands = commands.replace("http://127.0.0.1:8000", service.settings.public_url)
    done = subprocess.run(
        ("bash", "-euo", "pipefail", "-c", commands),
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "no_proxy": "*"},
    )
    assert done.returncode == 0, done.stderr + done.stdout
    for told in ('"reference": "OBS-', '"admissibility"', "Hoeveel bussen?", "Die Meldung wurde eingereicht."):
        assert told in done.stdout
