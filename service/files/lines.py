"""Lines: what stands in a text of a word processor (Office Open XML), paragraph by paragraph."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final
from zipfile import BadZipFile

from service.files.archives import open_archive
from service.files.errors import FileRefused
from service.files.kinds import HEAD, extension_of, media_type_of

KIND: Final = "docx"
LARGEST_PART: Final = 20 * 1024 * 1024
"""Bytes, unpacked. The text of the thickest treaty is a tenth of it."""


def lines_of(name: str, stream: BinaryIO) -> tuple[str, ...]:
    """Every paragraph, and every row of a table as one line; not what stands in headers, footers and footnotes.

    Raises FileRefused, also for a text with changes that nobody accepted or rejected yet: who reads it could not tell
    what it says.
    """
    if extension_of(name) != KIND:
        raise FileRefused("file_kind", KIND)
    media_type_of(name, stream)
    stream.seek(0)
    with open_archive(stream, stream.read(HEAD)) as archive:
        if any(part.file_size > LARGEST_PART for part in archive.infolist() if part.filename.endswith(".xml")):
            raise FileRefused("file_bomb")
    stream.seek(0)
    return tuple(_lines(stream))


def _lines(stream: BinaryIO) -> Iterator[str]:
    import docx  # it takes longer to import than all the rest of the service's files
    from docx.exceptions import PythonDocxError
    from docx.opc.exceptions import OpcError
    from docx.oxml.ns import qn
    from docx.table import Table

    broken = (PythonDocxError, OpcError, SyntaxError, KeyError, ValueError, AttributeError, BadZipFile, zlib.error)
    try:
        document = docx.Document(stream)
        changed = next(document.element.body.iter(qn("w:ins"), qn("w:del"), qn("w:moveFrom"), qn("w:moveTo")), None)
        found = list(document.iter_inner_content())
    except broken as error:
        raise FileRefused("file_disguised") from error
    if changed is not None:
        raise FileRefused("file_changes")
    for one in found:
        if isinstance(one, Table):
            yield from (" | ".join(cell.text.strip() for cell in row.cells) for row in one.rows)
        else:
            yield from one.text.splitlines()
