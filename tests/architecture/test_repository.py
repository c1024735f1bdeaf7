"""The repository as a whole: nothing of one machine, no keys, and locks that agree with what is asked."""

import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, tracked_files

# In pieces, so that this file does not hold what it looks for.
DOT = r"\."
HOSTS = ["pypi" + DOT + "org", "pythonhosted" + DOT + "org", "registry" + DOT + "npmjs", "deb" + DOT + "debian"]
HOSTS += ["crates" + DOT + "io", "rubygems" + DOT + "org", "raw" + DOT + "githubusercontent", "ghcr" + DOT + "io"]
HOSTS += ["unpkg" + DOT + "com", "cdn" + DOT + "jsdelivr", "cdnjs" + DOT]
HOMES = ["work", "root", r"home/\w+", r"Users/\w+", "opt/pypi", "opt/wheels", "tmp/venv"]
FOREIGN = re.compile("|".join([*HOSTS, r"(?<![\w.<])/(?:" + "|".join(HOMES) + r")(?:/|\b)"]), re.IGNORECASE)
KEY = re.compile("-----BEGIN [A-Z ]*PRIVATE" + " KEY-----")


def foreign(text: str) -> Iterator[str]:
    for pattern in (FOREIGN, KEY):
        for found in pattern.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield f"line {line}: {found.group()}"


def test_nothing_of_one_machine_is_kept() -> None:
    found = []
    for path in tracked_files():
        text = path.read_text(encoding="utf-8", errors="ignore")
        found += [f"{path.relative_to(ROOT)}: {fault}" for fault in foreign(text)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "index = https://" + "pypi" + ".org/simple",
        "see /" + "work/main",
        "cd '/" + "root/x'",
        "/" + "home/ann/slagboom",
        "-----BEGIN RSA PRIVATE" + " KEY-----",
    ],
)
def test_what_belongs_to_one_machine_is_found(text: str) -> None:
    assert list(foreign(text))


@pytest.mark.parametrize("text", ["/api/v1/work", "on the way home", "the root/of it", "working/rooted", "</work>"])
def test_ordinary_words_are_not(text: str) -> None:
    assert not list(foreign(text))


def locked(name: str) -> dict[str, str]:
    """Each package of a lock file with its version; several versions when the Python decides."""
    found: dict[str, str] = {}
    for package, version in re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE):
        found[package] = f"{found[package]} {version}" if package in found else version
    return found


def asked(name: str) -> set[str]:
    lines = (ROOT / name).read_text().splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith(("#", "-"))}


def test_the_package_asks_for_what_the_lock_is_made_from() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(project["dependencies"]) == asked("requirements.in")


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_what_is_asked_for_is_locked(name: str) -> None:
    wanted = {re.split(r"[\[<>=]", package)[0].lower() for package in asked(f"{name}.in")}
    assert wanted <= set(locked(f"{name}.txt"))


def test_both_locks_hold_the_same_versions() -> None:
    checked = locked("requirements-dev.txt")
    assert {name: checked.get(name) for name in locked("requirements.txt")} == locked("requirements.txt")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_file_has_a_hash_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text


def test_every_make_target_explains_itself() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.findall(r"^\.PHONY: (\S+)", makefile, re.MULTILINE)
    explained = re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)
    assert phony == explained
    assert {"setup", "run", "demo", "test", "check"} <= set(phony)


def test_the_shipped_plan_travels_with_its_package() -> None:
    shipped = {path.name for path in Path(ROOT / "service/imports/data").glob("*.json")}
    assert shipped >= {"annual-plan-2023.json", "instruments.json", "glossary.json"}


def test_the_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    """Procedures, words, templates and migrations are data; an installation without them does not start."""
    backend = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", backend, tmp_path], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packages = ("workflows/", "notifications/", "service/", "migrations/")
    kept = {path.relative_to(ROOT).as_posix() for path in tracked_files()}
    with zipfile.ZipFile(wheel) as archive:
        assert {name for name in kept if name.startswith(packages)} <= set(archive.namelist())
