"""Shelves: bytes kept under their own hash, written whole or not at all, never overwritten."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from service.files.errors import FileRefused, FilesUnusable, told_plainly
from service.files.kinds import BLOCK, LARGEST, media_type_of

ARRIVING = "arriving"
HASH = re.compile("[0-9a-f]{64}")


class Scanner(Protocol):
    """Looks for what must not come in. None is built in: a house that has one hands it to Files."""

    def scan(self, stream: BinaryIO) -> None:
        """Raises FileRefused for what must not come in."""


@dataclass(slots=True)
class Staged:
    """Bytes that have arrived and are on the disk, but not yet on their shelf. Used as a block: left there or gone."""

    sha256: str
    size: int
    _file: Path
    _files: Files = field(repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # gone already, or to be found among what arrived and stayed
            self._file.unlink()

    def media_type(self, name: str) -> str:
        """What the bytes are, if they may come in under this name. Raises FileRefused and FilesUnusable."""
        with told_plainly(), self._file.open("rb") as stream:
            found = media_type_of(name, stream)
            if self._files.scanner is not None:
                stream.seek(0)
                self._files.scanner.scan(stream)
        return found

    def keep(self) -> None:
        """Put the bytes on their shelf. Called before the commit: bytes that no row names do no harm.

        Raises FilesUnusable.
        """
        with told_plainly():
            self._files.shelve(self._file, self.sha256)


class Files:
    """The folder in which documents are kept. Every process of the service may share it."""

    def __init__(self, folder: Path, scanner: Scanner | None = None) -> None:
        self._folder, self.scanner = folder, scanner

    def stage(self, stream: BinaryIO, largest: int = LARGEST) -> Staged:
        """Write the bytes down and take their hash. Raises FileRefused for more than `largest` bytes, FilesUnusable."""
        with told_plainly():
            return self._staged(stream, largest)

    def _staged(self, stream: BinaryIO, largest: int) -> Staged:
        arriving = self._folder / ARRIVING
        arriving.mkdir(parents=True, exist_ok=True)
        file, digest, size = arriving / secrets.token_hex(16), hashlib.sha256(), 0
        try:
            with file.open("xb") as kept:
                while block := stream.read(BLOCK):
                    size += len(block)
                    if size > largest:
                        raise FileRefused("file_too_large", str(largest // (1024 * 1024)))
                    digest.update(block)
                    kept.write(block)
                kept.flush()
                os.fsync(kept.fileno())
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        return Staged(digest.hexdigest(), size, file, self)

    def shelve(self, file: Path, sha256: str) -> None:
        """Move a whole file to where its hash says; one that lies there already is the same."""
        place = self.place(sha256)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            file.replace(place)
            for folder in (place.parent, place.parent.parent, self._folder):
                _settle(folder)

    def found(self, sha256: str) -> Path:
        """The file with these bytes. Raises FilesUnusable where it is not there, as when a disk was not mounted."""
        place = self.place(sha256)
        if not place.is_file():
            raise FilesUnusable(f"{place} is not there")
        return place

    def altered(self, sha256: str) -> bool:
        """Whether other bytes lie where those with this hash should; where none lie, none were altered."""
        place = self.place(sha256)
        if not HASH.fullmatch(sha256) or not place.is_file():
            return False
        with place.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() != sha256

    def place(self, sha256: str) -> Path:
        """Where the bytes with this hash lie."""
        return self._folder / sha256[:2] / sha256[2:4] / sha256


def _settle(folder: Path) -> None:
    """Make the new name itself survive a power cut; a system that cannot open folders settles it on its own."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
