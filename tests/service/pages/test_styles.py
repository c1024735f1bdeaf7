"""The style sheet: it is what its sources were compiled to, and asks for nothing from elsewhere."""

from __future__ import annotations

import hashlib
import json
import re

from tests.architecture.source import ROOT

PAGES = ROOT / "service" / "pages"
THEME = PAGES / "theme"
STYLES = PAGES / "static" / "slagboom.css"


def test_the_style_sheet_was_made_from_what_there_is() -> None:
    sources = [*sorted(THEME.glob("*.scss")), THEME / "package-lock.json"]
    now = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    said = re.search(r"/\* made from (\w+) \*/\s*\Z", STYLES.read_text())
    assert said is not None, "`make styles` writes what the style sheet was made from at its end"
    assert said[1] == now, "the theme has changed since the style sheet was compiled: `make styles`"


def test_the_style_sheet_asks_for_nothing_from_elsewhere() -> None:
    text = STYLES.read_text()
    assert "@import" not in text
    assert not re.findall(r"url\((?!\s*[\"']?data:)", text)


def test_the_packages_that_compile_it_are_locked_by_their_content_and_to_no_host() -> None:
    lock = json.loads((THEME / "package-lock.json").read_text())
    asked = json.loads((THEME / "package.json").read_text())["devDependencies"]
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert all(about.get("integrity", "").startswith("sha512-") for about in packages.values())
    assert not any("resolved" in about for about in packages.values())
    assert {name: packages[f"node_modules/{name}"]["version"] for name in asked} == asked
