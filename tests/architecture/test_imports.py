"""The import contracts: every room has a place in them, and each of them bites."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import PACKAGES, ROOT

FORBIDDEN = {  # a file that must not be -> the contract that says so
    "workflows/bad_service.py": ("import service.words", "The service stands on the notices, the notices on the rules"),
    "service/commands/bad_front.py": ("import service.api", "Every room of the service has a floor"),
    "service/unplaced.py": ("", "Every room of the service has a floor"),
    "workflows/bad_files.py": ("import os", "The rules touch no machine"),
    "notifications/bad_tables.py": ("import sqlalchemy", "Notices never touch the database or the web"),
    "service/commands/bad_notice.py": ("import notifications", "Only the composition roots send notices"),
    "service/files/bad_rule.py": ("import workflows", "Who asks the rules"),
    "service/auth/bad_rule.py": ("import workflows", "Who asks the rules"),
    "service/api/bad_store.py": ("import service.store", "Only commands and queries open the store"),
    "service/pages/bad_files.py": ("import service.files", "Only commands and queries open the files"),
    "service/commands/bad_settings.py": ("import service.settings", "Settings are read where something is opened"),
    "service/store/bad_words.py": ("import service.words", "Labels are for those who speak to people"),
    "service/auth/bad_command.py": ("import service.commands", "Who gives commands"),
    "service/commands/bad_query.py": ("import service.queries", "Who asks questions"),
    "service/imports/bad_auth.py": ("import service.auth", "Who asks who is asking"),
    "service/pages/bad_api.py": ("import service.api", "The fronts are put in place by the composition roots alone"),
    "service/demo/journey.py": ("import workflows", "The journey is a client"),
}
CIRCLE = {"workflows/ring.py": "import workflows.round", "workflows/round.py": "import workflows.ring"}


def test_the_floors_name_every_room_of_the_service() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    floors = set(re.findall(r"\w+", contracts["importlinter:contract:floors"]["layers"]))
    rooms = {
        path.stem for path in (ROOT / "service").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert rooms - {"__init__"} == floors


def test_the_contracts_are_kept_here_and_broken_by_what_they_forbid(tmp_path: Path) -> None:
    house = copy_of_the_house(tmp_path)
    assert lint(house).returncode == 0, lint(house).stdout
    for name, (line, _) in FORBIDDEN.items():
        (house / name).write_text(f'"""Not allowed."""\n{line}\n')
    for name, line in CIRCLE.items():
        (house / name).write_text(f'"""Not allowed."""\n{line}\n')
    linted = lint(house)
    assert linted.returncode == 1
    kept = [line for line in linted.stdout.splitlines() if line.endswith("KEPT")]
    assert kept == [], linted.stdout
    for name in set(FORBIDDEN) - {"service/unplaced.py"}:
        assert name.removesuffix(".py").replace("/", ".") in linted.stdout, name


def copy_of_the_house(folder: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "data", "static")
        )
    (folder / "service/imports/data").mkdir()
    (folder / "service/imports/data/__init__.py").write_text('"""Data."""\n')
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(house), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False)
