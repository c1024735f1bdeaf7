"""What a newcomer reads first is true: every link leads to a file, and every path that is named is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

GUIDES = ("README.md", "docs/tour.md")
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
NAMED = re.compile(r"`((?:workflows|notifications|service|migrations|tests|docs)/[\w./*-]*)`")


def missing(guide: Path) -> Iterator[str]:
    text = guide.read_text(encoding="utf-8")
    for link in LINK.findall(text):
        if "://" not in link and not (guide.parent / link).exists():
            yield link
    for name in NAMED.findall(text):
        if not any(ROOT.glob(name.rstrip("/"))):
            yield name


@pytest.mark.parametrize("guide", GUIDES)
def test_every_path_that_a_guide_names_is_there(guide: str) -> None:
    assert list(missing(ROOT / guide)) == []


def test_a_wrong_path_is_found(tmp_path: Path) -> None:
    guide = tmp_path / "guide.md"
    guide.write_text("See [this](nowhere.md#part), `service/nowhere.py` and `service/api/`, not [that](https://a.eu).")
    assert list(missing(guide)) == ["nowhere.md", "service/nowhere.py"]
