"""`slagboom import` and `slagboom plan`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.cli import status_of
from tests.service.imports.plans import an_item

TITLES = {f"title_{language}": "Plan" for language in ("nl", "fr", "de", "en")}


@pytest.fixture
def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SLAGBOOM_DATABASE_URL", database_url)
    return database_url


def written(folder: Path, name: str, document: object) -> str:
    (folder / name).write_text(json.dumps(document))
    return str(folder / name)


@pytest.mark.usefixtures("database")
def test_a_plan_comes_in_and_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, "instruments.json", {"benelux_instruments": []})
    items = [an_item(), an_item("2030-1.1-02", countries=["XX"])]
    file = written(tmp_path, "plan.json", {"plan": {"id": "p", "year": 2024, **TITLES}, "items": items})
    assert status_of(["import", "annual-plan", file]) == 1
    said = capsys.readouterr()
    assert "items: 1 added, 0 already there, 1 left out" in said.out
    assert "  2030-1.1-02: countries.0: " in said.out
    assert said.err == "slagboom: 1 entry was left out, for the reason above\n"
    assert status_of(["plan", "2024"]) == 0
    assert "PRJ-2024-0001  preparing  Titel van 2030-1.1-01" in capsys.readouterr().out
    assert status_of(["plan", "2023"]) == 1
    assert capsys.readouterr().err == "slagboom: there is no plan of 2023 here\n"


@pytest.mark.usefixtures("database")
def test_a_register_comes_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["import", "cases", written(tmp_path, "register.json", [])]) == 0
    assert "cases: 0 added, 0 already there, 0 left out" in capsys.readouterr().out


@pytest.mark.parametrize("sort", ["annual-plan", "cases"])
def test_a_file_that_is_not_there_is_one_line(sort: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "none.json"
    assert status_of(["import", sort, str(file)]) == 1
    assert capsys.readouterr().err == f"slagboom: {file} cannot be read: No such file or directory\n"


def test_a_database_that_is_not_ready_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLAGBOOM_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    assert status_of(["plan", "2023"]) == 1
    assert "`slagboom db upgrade`" in capsys.readouterr().err


@pytest.mark.usefixtures("database")
def test_a_title_does_not_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, "instruments.json", {"benelux_instruments": []})
    items = [an_item(title_nl="Rood \x1b[31m en \u202edraaiend"), an_item("twee\nregels")]
    file = written(tmp_path, "plan.json", {"plan": {"id": "p", "year": 2024, **TITLES}, "items": items})
    assert status_of(["import", "annual-plan", file]) == 1
    assert "  twee\\nregels: id: " in capsys.readouterr().out
    assert status_of(["plan", "2024"]) == 0
    assert "Rood \\x1b[31m en \\u202edraaiend" in capsys.readouterr().out
