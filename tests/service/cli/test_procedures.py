"""`slagboom procedure diagram`: in Mermaid, as a picture, or as pages with their pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli.procedures import procedure
from workflows import shelf


def run(*words: str) -> Result:
    return CliRunner().invoke(procedure, ["diagram", *words])


def test_a_diagram_is_mermaid_unless_a_picture_is_asked_for() -> None:
    assert run("benelux-project").output.startswith("stateDiagram-v2\n")
    picture = run("benelux-project/1", "--svg", "--language", "fr").output
    assert picture.startswith("<svg ")
    assert 'lang="fr"' in picture
    assert picture.endswith("</svg>\n")


def test_one_picture_at_a_time_is_printed() -> None:
    refused = run("--svg")
    assert refused.exit_code == 2
    assert "NAME" in refused.output


@pytest.mark.parametrize(("option", "kinds"), [((), {".md", ".svg"}), (("--svg",), {".svg"})])
def test_pages_are_written_with_their_pictures(option: tuple[str, ...], kinds: set[str], tmp_path: Path) -> None:
    written = run("--write", str(tmp_path / "new"), *option)
    assert written.exit_code == 0
    found = sorted((tmp_path / "new").iterdir())
    assert sorted(written.output.split()) == [str(path) for path in found]
    assert {(path.stem, path.suffix) for path in found} == {(name, kind) for name in shelf.names() for kind in kinds}
