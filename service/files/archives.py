"""Archives: what office files are inside, read without unpacking more than two small parts."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from service.files.errors import FileRefused

SIGNATURE = b"PK\x03\x04"
MOST_PARTS = 5_000
LARGEST_UNPACKED = 500 * 1024 * 1024  # bytes, all parts together
LARGEST_LIST = 1024 * 1024  # bytes of the list of parts
LISTED = "[Content_Types].xml"
STATED = "mimetype"
MAIN = re.compile(
    rb"application/vnd\.openxmlformats-officedocument\."
    rb"(?:wordprocessingml\.document|spreadsheetml\.sheet|presentationml\.presentation)\.main\+xml"
)
ENABLED = re.compile(rb"macroenabled|vbaproject|activex", re.IGNORECASE)


@contextmanager
def open_archive(stream: BinaryIO, head: bytes) -> Iterator[zipfile.ZipFile]:
    """The archive that a stream is, not one behind a program. Raises FileRefused for one made to burst as well."""
    if not head.startswith(SIGNATURE):
        raise FileRefused("file_disguised")
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise FileRefused("file_bomb")
            yield archive
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as broken:
        raise FileRefused("file_disguised") from broken  # or locked with a password: nobody can look inside


def main_part_of(archive: zipfile.ZipFile) -> str | None:
    """The content type of the main part of an Office Open XML file (ECMA-376, part 2)."""
    found = MAIN.search(_part(archive, LISTED))
    return found.group().decode() if found else None


def macros_in_office(archive: zipfile.ZipFile) -> bool:
    """Does a program travel in an Office Open XML file?"""
    names = (name.lower().rpartition("/")[2] for name in archive.namelist())
    return any(name.startswith("vbaproject") for name in names) or bool(ENABLED.search(_part(archive, LISTED)))


def open_document_type(archive: zipfile.ZipFile) -> str | None:
    """The media type that an OpenDocument file states (ISO/IEC 26300, part 2)."""
    return _part(archive, STATED).decode("ascii", "replace").strip() or None


def macros_in_open_document(archive: zipfile.ZipFile) -> bool:
    """Do libraries of Basic or scripts travel in an OpenDocument file?"""
    return any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in archive.namelist())


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """The start of one part; nothing where there is no such part."""
    if name not in archive.namelist():
        return b""
    with archive.open(name) as part:
        return part.read(LARGEST_LIST)
