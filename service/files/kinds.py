"""Kinds of files: which may come in, and whether the bytes are what the name says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

import puremagic

from service.files.archives import macros_in_office, macros_in_open_document, main_part_of, open_archive
from service.files.archives import open_document_type as type_of
from service.files.errors import FileRefused

__all__ = ["KINDS", "LARGEST", "FileRefused", "accepted", "media_type_of"]

LARGEST = 25 * 1024 * 1024  # bytes
HEAD = 64 * 1024  # bytes: enough for every signature, and for a page that pretends to be a text
BLOCK = 1024 * 1024

Check = Callable[[BinaryIO, bytes, str], None]
"""Raises FileRefused unless the bytes (the stream, and its head) are of the media type."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file with an extension must be."""

    media_type: str
    check: Check


def media_type_of(name: str, stream: BinaryIO) -> str:
    """The media type of a file that may come in; what the sender says of it does not count.

    The extension must be one of KINDS and the bytes must be of that kind. Raises FileRefused.
    """
    kind = KINDS.get(extension_of(name))
    if kind is None:
        raise FileRefused("file_kind", ", ".join(accepted()))
    stream.seek(0)
    head = stream.read(HEAD)
    if not head:
        raise FileRefused("file_empty")
    kind.check(stream, head, kind.media_type)
    return kind.media_type


def extension_of(name: str) -> str:
    """The last extension, in small letters and without its dot."""
    return PurePosixPath(name).suffix.lower().removeprefix(".")


def accepted() -> tuple[str, ...]:
    """The extensions that may come in, sorted."""
    return tuple(sorted(KINDS))


def _signed(stream: BinaryIO, head: bytes, media_type: str) -> None:
    """The signature at the start says so."""
    if media_type not in _sniffed(head):
        raise FileRefused("file_disguised")


def _pdf(stream: BinaryIO, head: bytes, media_type: str) -> None:
    if not head.startswith(b"%PDF-"):
        raise FileRefused("file_disguised")


def _office(stream: BinaryIO, head: bytes, media_type: str) -> None:
    """A Word, Excel or PowerPoint file: its list of parts names a document of that kind, and no macros travel along."""
    with open_archive(stream, head) as archive:
        if macros_in_office(archive):
            raise FileRefused("file_macros")
        if main_part_of(archive) != f"{media_type}.main+xml":
            raise FileRefused("file_disguised")


def _open_document(stream: BinaryIO, head: bytes, media_type: str) -> None:
    with open_archive(stream, head) as archive:
        if type_of(archive) != media_type:
            raise FileRefused("file_disguised")
        if macros_in_open_document(archive):
            raise FileRefused("file_macros")


PAGES = frozenset({"text/html", "image/svg+xml", "application/xml", "text/xml", "application/rtf", "text/rtf"})
"""What a browser or an office would run or draw. Other signatures prove nothing of a text: `ID;` opens many a table."""
SCRIPTS = (b"#!", b"<?", b"<!", b"<html", b"<svg", b"<script", b"{\\rtf", b"%!ps", b"regedit")


def _text(stream: BinaryIO, head: bytes, media_type: str) -> None:
    """Words in UTF-8 or in one byte a letter, without the control characters that only programs hold."""
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if plain.startswith(SCRIPTS) or _sniffed(head) & PAGES:
        raise FileRefused("file_disguised")
    stream.seek(0)
    while block := stream.read(BLOCK):
        if block.translate(None, CONTROLS) != block:
            raise FileRefused("file_disguised")


CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f")


def _mail(stream: BinaryIO, head: bytes, media_type: str) -> None:
    """A mail begins with a header: a name, a colon, a value."""
    _text(stream, head, media_type)
    name, colon, _ = head.removeprefix(b"\xef\xbb\xbf").partition(b":")
    if not colon or not name or not all(33 <= code <= 126 for code in name):
        raise FileRefused("file_disguised")


def _sniffed(head: bytes) -> frozenset[str]:
    """The media types whose signature the bytes bear; none for plain text."""
    try:
        return frozenset(match.mime_type for match in puremagic.magic_string(head))
    except (puremagic.PureError, ValueError):
        return frozenset()


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
KINDS: Mapping[str, Kind] = {
    "pdf": Kind("application/pdf", _pdf),
    "docx": Kind(f"{_OFFICE}.wordprocessingml.document", _office),
    "xlsx": Kind(f"{_OFFICE}.spreadsheetml.sheet", _office),
    "pptx": Kind(f"{_OFFICE}.presentationml.presentation", _office),
    "odt": Kind(f"{_OPEN}.text", _open_document),
    "ods": Kind(f"{_OPEN}.spreadsheet", _open_document),
    "odp": Kind(f"{_OPEN}.presentation", _open_document),
    "png": Kind("image/png", _signed),
    "jpg": Kind("image/jpeg", _signed),
    "jpeg": Kind("image/jpeg", _signed),
    "txt": Kind("text/plain", _text),
    "csv": Kind("text/csv", _text),
    "eml": Kind("message/rfc822", _mail),
}
"""Extension -> what it must be. No pages, scripts or drawings that a browser would run, no archives, no programs."""
