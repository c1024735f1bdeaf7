"""Lines on a terminal."""

from __future__ import annotations

import os

import pytest

from service.cli.lines import shown


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("Één fiets, 5 km: naïef\u00a0? 👩‍👧 vélo", "Één fiets, 5 km: naïef\u00a0? 👩‍👧 vélo"),
        ("rood \x1b[31m\x9b0m", "rood \\x1b[31m\\x9b0m"),
        ("twee\r\nregels\u2028drie\t", "twee\\r\\nregels\\u2028drie\\t"),
        ("gnp.\u202eexe\u202c", "gnp.\\u202eexe\\u202c"),
        (os.fsdecode(b"\xff"), "\\udcff"),
    ],
)
def test_what_would_steer_the_terminal_stands_as_its_code(written: str, seen: str) -> None:
    assert shown(written) == seen
