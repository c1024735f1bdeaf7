"""Lettering: how much room a text takes, from a table, so that it is the same on every machine."""

from __future__ import annotations

import unicodedata

_WIDTHS = {  # thousandths of the size, as of Arial and of what is made to its measure
    191: "'",
    222: "ijl",
    278: " !,./:;It[]\\f",
    333: "-()r`",
    355: '"',
    469: "^",
    500: "ckvxyzJs",
    556: "abdeghnopqu0123456789#$?_L",
    584: "+<=>~",
    611: "FTZ",
    667: "ABEKPSVXY&",
    722: "CDHNRUw",
    778: "GOQ",
    833: "mM",
    889: "%",
    944: "W",
    1015: "@",
}
_OF_SIGN = {sign: width for width, signs in _WIDTHS.items() for sign in signs}
_UNKNOWN = 1000
_ROOM, _ROOM_BOLD = 119, 138
"""Percent: what the widest of the usual faces that stand in for Arial takes, DejaVu Sans."""


def width(text: str, size: int, bold: bool = False) -> int:
    """The room that a line of text takes at most, in whole pixels; accents take none."""
    plain = unicodedata.normalize("NFD", text)
    thousandths = sum(_OF_SIGN.get(sign, _UNKNOWN) for sign in plain if not unicodedata.combining(sign))
    return -(-thousandths * size * (_ROOM_BOLD if bold else _ROOM) // 100_000)


def wrapped(text: str, size: int, room: int, bold: bool = False) -> tuple[str, ...]:
    """The text in lines that fit the room. A word that is too long by itself is cut."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if width(longer, size, bold) <= room:
            lines[-1] = longer
            continue
        pieces = _cut(word, size, room, bold)
        lines = [*(line for line in lines if line), *pieces]
    return tuple(lines)


def _cut(word: str, size: int, room: int, bold: bool) -> list[str]:
    pieces = [""]
    for sign in word:
        if pieces[-1] and width(f"{pieces[-1]}{sign}-", size, bold) > room:
            pieces[-1] += "-"
            pieces.append("")
        pieces[-1] += sign
    return pieces
