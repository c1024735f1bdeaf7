"""Lines: what others wrote, as a terminal may show it."""

from __future__ import annotations

import re
import unicodedata

STEERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of what stands behind them, on the line or even after it."""


def shown(line: str) -> str:
    """One line, in which whatever would steer the terminal stands as its code: `\\x1b[31m` does not colour the rest."""
    return "".join(_code(sign) if _steers(sign) else sign for sign in line)


def _steers(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} or STEERING.match(sign) is not None


def _code(sign: str) -> str:
    return sign.encode("unicode_escape").decode()
