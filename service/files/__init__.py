"""The bytes of documents: what may come in, and where it is kept under its hash."""

from service.files.errors import FileRefused, FilesUnusable
from service.files.kinds import LARGEST, accepted
from service.files.shelves import Files, Staged

__all__ = ["LARGEST", "FileRefused", "Files", "FilesUnusable", "Staged", "accepted"]
