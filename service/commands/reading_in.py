"""Reading in: what the file of a word processor says, for somebody to look at before it is kept as a text."""

from __future__ import annotations

from typing import BinaryIO

from service.files.errors import FileRefused
from service.files.lines import lines_of
from workflows.errors import DataInvalid, Fault
from workflows.expressions import MOST_ARTICLES
from workflows.read_in import ReadIn, articles_in

FILE = "/file"


def read_in(name: str, stream: BinaryIO | None, language: str) -> ReadIn:
    """The text of a file. `stream` is None where none came. Nothing is kept. Raises DataInvalid at `FILE`."""
    if stream is None:
        raise DataInvalid([Fault(FILE, "missing")])
    try:
        read = articles_in(lines_of(name, stream), language)
    except FileRefused as refused:
        values = (("value", refused.value),) if refused.value is not None else ()
        raise DataInvalid([Fault(FILE, refused.code, values)]) from refused
    if not read.articles:
        raise DataInvalid([Fault(FILE, "file_empty")])
    if len(read.articles) > MOST_ARTICLES:
        raise DataInvalid([Fault(FILE, "too_many", (("limit", str(MOST_ARTICLES)),))])
    return read
