"""Why a file may not come in, or its bytes cannot be had."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class FileRefused(Exception):
    """The file may not come in. `code` is stable, the sentence is made by who speaks to people.

    `file_kind` (`value`: the extensions that are taken), `file_empty`, `file_disguised` (the bytes are not what the
    name says), `file_macros`, `file_bomb` (it unpacks to far more than it is), `file_too_large` (`value`: megabytes),
    `file_changes` (a text with changes that are neither accepted nor rejected).
    """

    def __init__(self, code: str, value: str | None = None) -> None:
        super().__init__(code)
        self.code, self.value = code, value


class FilesUnusable(Exception):
    """The folder of files cannot be written to or read from; the message is for the operator."""


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what the system says of the folder into FilesUnusable."""
    try:
        yield
    except OSError as error:
        raise FilesUnusable(f"the folder of files cannot be used: {error}") from error
