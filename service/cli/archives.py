"""Archives: a backup as one tar file, with a manifest that says what every part of it must be."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO

from service.cli import Failed
from service.store.copying import Contents

FORMAT = 1
DATABASE, MANIFEST, FILES = "database", "manifest.json", "files/"
SHA256 = re.compile(r"[0-9a-f]{64}")
BLOCK = 1 << 20
LARGEST_MANIFEST = 1 << 28

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `parts`: each member's name with its size and SHA-256."""

    made_at: str
    made_by: str
    contents: Contents
    parts: dict[str, tuple[int, str]]

    def written(self) -> bytes:
        """As it stands in the archive."""
        parts = [{"name": name, "size": size, "sha256": sha256} for name, (size, sha256) in self.parts.items()]
        said = {"format": FORMAT, "made_at": self.made_at, "made_by": self.made_by}
        said |= {"database": asdict(self.contents), "parts": parts}
        return json.dumps(said, indent=1).encode() + b"\n"

    @classmethod
    def read(cls, text: bytes) -> Manifest:
        """Raises Failed for what is none of ours."""
        try:
            said = json.loads(text)
            if said["format"] != FORMAT:
                raise Failed(f"the backup has format {said['format']}, which this version of Slagboom does not know")
            parts = {part["name"]: (int(part["size"]), str(part["sha256"])) for part in said["parts"]}
            return cls(str(said["made_at"]), str(said["made_by"]), Contents(**said["database"]), parts)
        except (ValueError, KeyError, TypeError) as error:
            raise Failed("the manifest of the backup cannot be read") from error


def documents_in(folder: Path) -> list[Path]:
    """The files of documents, which are called by their hash; nothing that is still arriving."""
    return sorted(path for path in folder.glob("??/??/*") if SHA256.fullmatch(path.name) and path.is_file())


def write(
    target: Path, database: Path, files: list[Path], contents: Contents, *, made_by: str, now: datetime, more: Progress
) -> Manifest:
    """Write the archive, readable by its owner alone; it has its name only when it is whole. `more`: bytes written."""
    parts: dict[str, tuple[int, str]] = {}
    with _appearing(target) as stream, tarfile.open(fileobj=stream, mode="w") as archive:
        for name, path in [(DATABASE, database), *((FILES + path.name, path) for path in files)]:
            parts[name] = _add(archive, name, path, now, more)
        manifest = Manifest(now.isoformat(), made_by, contents, parts)
        text = manifest.written()
        archive.addfile(_member(MANIFEST, len(text), now), io.BytesIO(text))
    return manifest


def read(source: Path, more: Progress) -> Manifest:
    """The manifest of an archive, after every part was compared with it. `more`: bytes read. Raises Failed."""
    found: dict[str, tuple[int, str]] = {}
    manifest = None
    with opened(source) as archive:
        for member, content in _members(archive):
            if member.name == MANIFEST:
                manifest = Manifest.read(content.read(LARGEST_MANIFEST))
            else:
                found[member.name] = (member.size, _digest(content, more))
    if manifest is None:
        raise Failed(f"{source} is no backup: it has no manifest")
    wrong = sorted(name for name in {*found, *manifest.parts} if found.get(name) != manifest.parts.get(name))
    if wrong or DATABASE not in found:
        raise Failed(f"{source} is not whole: {', '.join(wrong[:3]) or DATABASE} is not what its manifest says")
    return manifest


@contextmanager
def opened(source: Path) -> Iterator[tarfile.TarFile]:
    """An archive to read. Raises Failed for a file that is none."""
    try:
        with tarfile.open(source, mode="r:") as archive:
            yield archive
    except tarfile.TarError as error:
        raise Failed(f"{source} is no backup, or was cut off: {error}") from error


def documents_of(archive: tarfile.TarFile) -> Iterator[tuple[str, BinaryIO]]:
    """The hash and the bytes of every document in an archive that was read before."""
    for member, content in _members(archive):
        if member.name.startswith(FILES):
            yield member.name.removeprefix(FILES), content


def extract_database(archive: tarfile.TarFile, target: Path) -> None:
    """Put the copy of the database into a file."""
    for member, content in _members(archive):
        if member.name == DATABASE:
            with target.open("wb") as file:
                while block := content.read(BLOCK):
                    file.write(block)


def _members(archive: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, BinaryIO]]:
    """Plain files with names of ours, and nothing else: nothing of an archive is ever written by its own path."""
    for member in archive:
        known = member.name in (DATABASE, MANIFEST) or (
            member.name.startswith(FILES) and SHA256.fullmatch(member.name.removeprefix(FILES))
        )
        content = archive.extractfile(member) if known and member.isreg() else None
        if not isinstance(content, io.BufferedReader):
            raise Failed(f"the backup holds something that is none of ours: {member.name!r}")
        with content:
            yield member, content


def _add(archive: tarfile.TarFile, name: str, path: Path, now: datetime, more: Progress) -> tuple[int, str]:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        counted = _Counted(file, more)
        archive.addfile(_member(name, size, now), counted)
        return size, counted.digest.hexdigest()


class _Counted(io.RawIOBase):
    """A file whose hash is taken while it is read."""

    def __init__(self, file: IO[bytes], more: Progress) -> None:
        self._file, self._more, self.digest = file, more, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.digest.update(block)
        self._more(len(block))
        return block


def _member(name: str, size: int, now: datetime) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size, int(now.timestamp()), 0o600
    return member


def _digest(content: IO[bytes], more: Progress) -> str:
    digest = hashlib.sha256()
    while block := content.read(BLOCK):
        digest.update(block)
        more(len(block))
    return digest.hexdigest()


@contextmanager
def _appearing(target: Path) -> Iterator[Any]:
    """A new file that has its name only once it is whole and on the disk. Raises Failed where one is already."""
    if target.exists():
        raise Failed(f"{target} is there already; a backup never takes the place of another")
    draft = target.with_name(f".{target.name}.partial")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.rename(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
