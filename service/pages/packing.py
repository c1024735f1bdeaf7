"""Packing: pages are compressed on their way, where the browser takes that."""

from __future__ import annotations

import gzip
from collections.abc import Mapping

SMALLEST = 1_000
"""Bytes below which packing saves nothing."""
LEVEL = 5
"""Beyond it a page takes twice the time for some hundred bytes."""


def packed(text: str, accepted: str) -> tuple[bytes, Mapping[str, str]]:
    """A page as it is sent, with the headers that say how. `accepted`: what the browser says that it takes.

    What stands on a page cannot be guessed from how well it packs (BREACH): its one secret, the token of its forms,
    is masked anew for every form, and the cookie never stands on a page.
    """
    content = text.encode()
    headers = {"Vary": "Accept-Encoding"}
    if len(content) < SMALLEST or not _takes_gzip(accepted):
        return content, headers
    return gzip.compress(content, LEVEL, mtime=0), headers | {"Content-Encoding": "gzip"}


def _takes_gzip(accepted: str) -> bool:
    """Does the header name gzip, and not with a weight of nought?"""
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() == "gzip":
            return not weight.replace(" ", "").startswith("q=0") or any(digit in weight for digit in "123456789")
    return False
