from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import BinaryIO

import pytest

from service.files import FileRefused, Files
from tests.service.files.papers import PDF


def all_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_bytes_lie_under_their_hash(tmp_path: Path) -> None:
    files = Files(tmp_path / "files")
    with files.stage(io.BytesIO(PDF)) as staged:
        assert (staged.sha256, staged.size) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
        assert staged.media_type("nota.pdf") == "application/pdf"
        staged.keep()
    assert files.place(staged.sha256).read_bytes() == PDF
    assert all_files(tmp_path) == [files.place(staged.sha256)]


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    files = Files(tmp_path)
    for _ in range(2):
        with files.stage(io.BytesIO(PDF)) as staged:
            staged.keep()
    assert all_files(tmp_path) == [files.place(staged.sha256)]


def test_what_is_not_kept_leaves_nothing_behind(tmp_path: Path) -> None:
    files = Files(tmp_path)
    with files.stage(io.BytesIO(PDF)):
        pass
    assert all_files(tmp_path) == []


def test_a_file_that_is_too_large_is_refused_while_it_arrives(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="file_too_large"):
        Files(tmp_path).stage(io.BytesIO(bytes(2_000_000)), largest=1024 * 1024)
    assert all_files(tmp_path) == []


def test_a_scanner_has_the_last_word(tmp_path: Path) -> None:
    class Wary:
        def scan(self, stream: BinaryIO) -> None:
            if b"%PDF" in stream.read():
                raise FileRefused("file_disguised")

    files = Files(tmp_path, scanner=Wary())
    with files.stage(io.BytesIO(PDF)) as staged, pytest.raises(FileRefused):
        staged.media_type("nota.pdf")
