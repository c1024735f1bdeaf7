"""The working groups that a plan names, and the codes made from their names."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from service.commands.imports import ImportGroup

LONGEST_CODE = 64
MARK = 6


def groups_of(names: Iterable[str], origin: str) -> tuple[ImportGroup, ...]:
    """Each group once, under the first of its spellings."""
    found: dict[str, ImportGroup] = {}
    for name in names:
        code = group_code(name)
        found.setdefault(code, ImportGroup(code=code, name=name, origin=origin))
    return tuple(found.values())


def group_code(name: str) -> str:
    """A code from a name: lower case, no accents, hyphens. A long one is cut at a word, and marked to stay unique."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    code = "-".join(re.findall(r"[a-z0-9]+", plain))
    if code and len(code) <= LONGEST_CODE:
        return code
    kept = code[: LONGEST_CODE - MARK].rpartition("-")[0] or "group"
    return f"{kept}-{hashlib.sha256(name.encode()).hexdigest()[: MARK - 1]}"
