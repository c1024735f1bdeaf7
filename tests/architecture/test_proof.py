"""The report page of the attacks: its figures are those of the files that the attacks left, and its links lead.

`SLAGBOOM_WRITE_PROOF=1` writes the figures into the page.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.architecture.source import ROOT

PAGE = ROOT / "docs" / "proof.md"
FOLDER = ROOT / "docs" / "proof"


def kept(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def kills() -> str:
    report = kept("faults")
    lines = [
        f"Begun {report['begun_at']}, ended {report['ended_at']}, on {report['machine']}; seed {report['seed']}.",
        "",
        "| | PostgreSQL | SQLite |",
        "| --- | --: | --: |",
    ]
    found: Mapping[str, Any] = report["databases"]
    both = [found["postgresql"], found["sqlite"]]
    by_target = [Counter[str]() for _ in both]
    for counter, one in zip(by_target, both, strict=True):
        for what, number in one["kills"].items():
            counter[what.partition(",")[0]] += number
    for target in ("server", "worker", "migration"):
        lines.append(f"| {target} killed | {by_target[0][target]} | {by_target[1][target]} |")
    rows = {
        "requests acknowledged": "acknowledged_requests",
        "letters": "letters",
        "doubles, each with the same Message-ID": "doubles_with_the_same_message_id",
        "longest way back, seconds": "longest_restart_seconds",
    }
    lines += [f"| {told} | {both[0][key]} | {both[1][key]} |" for told, key in rows.items()]
    lines.append(f"| faults found | {len(both[0]['faults'])} | {len(both[1]['faults'])} |")
    return "\n".join(lines)


BLOCKS: Mapping[str, Callable[[], str]] = {"kills": kills}


def renewed(text: str) -> str:
    """The page with every block of figures made anew."""
    for name, made in BLOCKS.items():
        block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
        assert block.search(text), f"the page has no place for {name}"
        text = block.sub(lambda match, made=made: f"{match[1]}{made()}\n{match[2]}", text)  # type: ignore[misc]  # bound here
    return text


def test_the_page_tells_the_figures_that_were_kept() -> None:
    text = PAGE.read_text(encoding="utf-8")
    if os.environ.get("SLAGBOOM_WRITE_PROOF") == "1":
        PAGE.write_text(renewed(text), encoding="utf-8")
        text = PAGE.read_text(encoding="utf-8")
    assert renewed(text) == text, "SLAGBOOM_WRITE_PROOF=1 renews it"


@pytest.mark.parametrize("report", sorted(path.name for path in FOLDER.glob("*.md")))
def test_every_report_is_led_to(report: str) -> None:
    assert f"proof/{report}" in PAGE.read_text(encoding="utf-8")
