"""The web: addresses that people give as a source or a proof."""

from __future__ import annotations

import re

LONGEST_ADDRESS = 2000
ADDRESS = {"type": "string", "minLength": 1, "maxLength": LONGEST_ADDRESS}
_ADDRESS = re.compile(r"https?://[^\s/?#@\"<>]+(?:[/?#][^\s\"<>]*)?", re.IGNORECASE)


def is_address(text: str) -> bool:
    """Is this an address that a page may link to: http or https, a host, no name and password, no spaces?"""
    return _ADDRESS.fullmatch(text) is not None
