"""`slagboom db`: upgrade, check, backup, restore."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest
from sqlalchemy import text, update

from service.cli import status_of
from service.commands.documents import AttachDocument, attach_document
from service.files import Files
from service.store.checking import GUARDS, TRIGGERS
from service.store.engine import Store
from service.store.tables import CaseRow
from tests import postgres
from tests.service.seeds import House

CASES = CaseRow.__table__
PAPER = b"%PDF-1.7 a letter of the mayor"


def a_document(house: House, case: str, folder: Path) -> str:
    """A document of a case, with its bytes on their shelf; their hash."""
    asked = {"file": "brief.pdf", "title": "Brief", "language": "nl", "audience": "shared"}
    command = AttachDocument(case=case, stream=io.BytesIO(PAPER), asked=lambda: asked)
    attach_document(command, folder, house.work("officer"))
    return hashlib.sha256(PAPER).hexdigest()


def test_upgrade_makes_a_database_and_then_has_nothing_to_do(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLAGBOOM_DATABASE_URL", empty_database_url)
    for _ in range(2):
        assert status_of(["db", "upgrade"]) == 0
        assert "is at migration 0" in capsys.readouterr().out
    assert status_of(["db", "check"]) == 0
    assert capsys.readouterr().out.endswith("and sound\n")


def test_a_database_that_is_not_ready_is_one_line(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLAGBOOM_DATABASE_URL", empty_database_url)
    for command in (["db", "check"], ["audit", "verify"], ["user", "list"]):
        assert status_of(command) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
        assert said.err.endswith("run `slagboom db upgrade`\n")
    if empty_database_url.startswith("sqlite"):
        assert not Path(empty_database_url.removeprefix("sqlite:///")).exists()


def test_the_guards_that_are_looked_for_are_those_that_the_migrations_make(house: House) -> None:
    with house.store.reading() as connection:
        found = set(connection.scalars(TRIGGERS[house.store.dialect]))
    assert found == GUARDS[house.store.dialect]


@pytest.mark.usefixtures("at_home")
def test_check_names_a_missing_guard_a_loose_end_and_a_lost_document(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = house.bring("submitted")
    sha256 = a_document(house, case, tmp_path / "var/files")
    assert status_of(["db", "check"]) == 0
    place = Files(tmp_path / "var/files").place(sha256)
    place.write_bytes(PAPER[:-1])
    with house.store.writing() as connection:
        on = " ON events" if house.store.dialect == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER events_refuse_delete{on}"))
        connection.execute(update(CASES).values(events=7))
    capsys.readouterr()
    assert status_of(["db", "check"]) == 1
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "the trigger events_refuse_delete is not there, or does not always bite: the log is not guarded",
        "case OBS-2026-0001: its last event is not the one that the case names",
        f"the document {sha256} has {len(PAPER) - 1} bytes instead of {len(PAPER)}",
    ]
    assert said.err == "slagboom: 3 faults, named above\n"
    place.unlink()
    assert status_of(["db", "check"]) == 1
    assert f"the document {sha256} is not in the folder of files" in capsys.readouterr().out


@pytest.fixture
def empty_one(request: pytest.FixtureRequest, at_home: str, tmp_path: Path) -> str:
    """An empty database of the same kind as the one at home."""
    if at_home.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'elsewhere' / 'slagboom.db'}"
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    return str(request.getfixturevalue("fresh_postgres"))


def test_a_backup_comes_back_whole_with_its_documents(
    house: House, empty_one: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = house.bring("exploration")
    sha256 = a_document(house, case, tmp_path / "var/files")
    (tmp_path / "var/files/arriving").mkdir(exist_ok=True)
    (tmp_path / "var/files/arriving/half").write_bytes(b"x")
    assert status_of(["db", "backup", "kept.tar"]) == 0
    assert capsys.readouterr().out == "kept.tar: 1 case with 4 events, 1 document\n"
    assert (tmp_path / "kept.tar").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir() if path.name.startswith(".")} == set()

    house.bring("submitted")  # after the backup
    monkeypatch.setenv("SLAGBOOM_DATABASE_URL", empty_one)
    monkeypatch.setenv("SLAGBOOM_FILES", str(tmp_path / "elsewhere/files"))
    assert status_of(["db", "restore", "kept.tar"]) == 0
    assert "1 case with 4 events, 1 document, as of 20" in capsys.readouterr().out
    assert Files(tmp_path / "elsewhere/files").place(sha256).read_bytes() == PAPER
    assert status_of(["db", "check"]) == 0
    assert status_of(["audit", "verify"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 case, 4 events: the log holds"
    store = Store.open(empty_one)
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM people")).scalar() == 17
    store.close()

    assert status_of(["db", "restore", "kept.tar"]) == 1
    assert capsys.readouterr().err.endswith("is not empty; a backup goes into an empty one\n")


@pytest.mark.usefixtures("at_home")
def test_a_backup_never_takes_the_place_of_another(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kept.tar").write_text("the only copy")
    assert status_of(["db", "backup", "kept.tar"]) == 1
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / "kept.tar").read_text() == "the only copy"


def rewritten(source: Path, target: Path, change: dict[str, bytes | None]) -> None:
    """The same archive with some members changed, left out (None) or added."""
    with tarfile.open(source) as archive:
        parts: dict[str, bytes | None] = {}
        for member in archive:
            content = archive.extractfile(member)
            assert content is not None
            parts[member.name] = content.read()
    with tarfile.open(target, "w") as archive:
        for name, content in {**parts, **change}.items():
            if content is not None:
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))


@pytest.fixture
def kept(house: House, empty_one: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup, with the settings of an empty database."""
    a_document(house, house.bring("submitted"), tmp_path / "var/files")
    assert status_of(["db", "backup", str(tmp_path / "kept.tar")]) == 0
    monkeypatch.setenv("SLAGBOOM_DATABASE_URL", empty_one)
    monkeypatch.setenv("SLAGBOOM_FILES", str(tmp_path / "elsewhere/files"))
    return tmp_path / "kept.tar"


NAME = f"files/{hashlib.sha256(PAPER).hexdigest()}"
SPOILED: list[tuple[dict[str, bytes | None], str]] = [
    ({NAME: PAPER + b"!"}, f"is not whole: {NAME} is not what its manifest says"),
    ({NAME: None}, f"is not whole: {NAME} is not what its manifest says"),
    ({"database": b"nothing"}, "is not whole: database is not what its manifest says"),
    ({"manifest.json": None}, "is no backup: it has no manifest"),
    ({"manifest.json": b"{}"}, "the manifest of the backup cannot be read"),
    ({"manifest.json": b'{"format": 2}'}, "the backup has format 2, which this version of Slagboom does not know"),
    ({"../../etc/passwd": b"root"}, "holds something that is none of ours: '../../etc/passwd'"),
    ({"files/../x": b"root"}, "holds something that is none of ours: 'files/../x'"),
]


@pytest.mark.parametrize(("change", "told"), SPOILED, ids=[told for _, told in SPOILED])
def test_a_spoiled_backup_is_refused_before_anything_is_written(
    kept: Path, change: dict[str, bytes | None], told: str, empty_one: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoiled = kept.with_name("spoiled.tar")
    rewritten(kept, spoiled, change)
    capsys.readouterr()
    assert status_of(["db", "restore", str(spoiled)]) == 1
    assert told in capsys.readouterr().err.splitlines()[-1]
    assert not (kept.parent / "elsewhere/files").exists()
    assert status_of(["db", "check"]) == 1  # still nothing there


def test_a_file_that_is_no_backup_is_one_line(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut = kept.with_name("cut.tar")
    cut.write_bytes(kept.read_bytes()[:3000])
    assert status_of(["db", "restore", str(cut)]) == 1
    assert "cut" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("revision", "9999", "is at revision 9999, which this version of Slagboom does not know"),
        ("dialect", "oracle", "this is a backup of a oracle database, which does not go into"),
        ("cases", 8, "what came back is not what was kept: 1 case with 2 events instead of 8 cases with 2 events"),
    ],
)
def test_a_backup_that_does_not_fit_is_refused(
    kept: Path, key: str, value: object, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with tarfile.open(kept) as archive:
        content = archive.extractfile("manifest.json")
        assert content is not None
        manifest = json.load(content)
    manifest["database"][key] = value
    other = kept.with_name("other.tar")
    rewritten(kept, other, {"manifest.json": json.dumps(manifest).encode()})
    assert status_of(["db", "restore", str(other)]) == 1
    assert told in capsys.readouterr().err.splitlines()[-1]


def test_without_the_programs_of_postgresql_it_says_so(
    postgres_template: str, postgres_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    url = postgres.for_alchemy(postgres.create_database(postgres_server, "without_programs", postgres_template))
    try:
        monkeypatch.setenv("SLAGBOOM_DATABASE_URL", url)
        monkeypatch.setattr(shutil, "which", lambda _name: None)
        assert status_of(["db", "backup", str(tmp_path / "kept.tar")]) == 1
        assert "pg_dump is not installed" in capsys.readouterr().err
    finally:
        postgres.drop_database(postgres_server, "without_programs")
    assert list(tmp_path.iterdir()) == []
