"""A maildir: mail as files in a folder, for development and for whoever reads mail with another program."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from notifications.channels import WayClosed, Written, check_address, nothing


class Maildir:
    """One maildir for all addresses; the file's name is made from Message-ID and address, so nothing comes twice."""

    def __init__(self, folder: str) -> None:
        """`folder`: absolute path; made, with `tmp`, `new` and `cur` in it, when the first message comes."""
        self._folder = Path(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing stays open between messages."""

    def send(self, letter: Written, to: str, meanwhile: Callable[[], None] = nothing) -> None:
        """Keep one message; the same message for the same address takes the place of the earlier one."""
        name = _name(letter, check_address(to))
        content = letter.content.replace(b"\r\n", b"\n")
        try:
            self._deliver(name, f"Delivered-To: {to}\n".encode() + content)
        except OSError as error:
            raise WayClosed("maildir_unwritable", error.strerror or str(error)) from error

    def _deliver(self, name: str, content: bytes) -> None:
        for part in ("tmp", "new", "cur"):
            (self._folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self._place(name)
        descriptor, draft = tempfile.mkstemp(prefix=f"{name}.", dir=self._folder / "tmp")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(place)
        except OSError:
            Path(draft).unlink(missing_ok=True)
            raise
        _keep_entry(place.parent)

    def _place(self, name: str) -> Path:
        """Where the message is to stand: in `new`, unless a reader has moved it to `cur` and put marks behind it."""
        read = next((self._folder / "cur").glob(f"{name}*"), None)
        return read or self._folder / "new" / name


def _name(letter: Written, to: str) -> str:
    return hashlib.sha256(f"{letter.message_id}\n{to}".encode()).hexdigest()[:40]


def _keep_entry(folder: Path) -> None:
    """A new name in a folder outlives a power cut only when the folder itself was written."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
