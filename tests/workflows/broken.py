"""Procedures that are broken on purpose: the packaged text with one thing changed."""

from __future__ import annotations

from workflows import procedures
from workflows.procedure import Procedure
from workflows.source import parts_included

PARTS = ("decision-route",)


def broken(name: str, *edits: tuple[str, str]) -> Procedure:
    """A packaged procedure, or a part of it, in which each old text stands once and is replaced by the new one."""
    text = procedures.procedure_text(name, 1)
    parts = {part: procedures.part_text(part) for part in parts_included(text, name)}
    for old, new in edits:
        found = [source for source in (text, *parts.values()) if old in source]
        assert len(found) == 1, f"{old!r} stands in {len(found)} texts"
        assert found[0].count(old) == 1, f"{old!r} stands {found[0].count(old)} times"
        text = text.replace(old, new)
        parts = {part: source.replace(old, new) for part, source in parts.items()}
    return Procedure.parse(text, f"{name}/1.yaml", parts)


def move_of(name: str, move: str) -> str:
    """The text of one move, as it stands in the file."""
    return _block(name, "moves", move)


def act_of(name: str, act: str) -> str:
    """The text of one act, as it stands in the file."""
    return _block(name, "acts", act)


def _block(name: str, section: str, entry: str) -> str:
    text = procedures.procedure_text(name, 1)
    for source in (text, *(procedures.part_text(part) for part in parts_included(text, name))):
        inside = False
        lines: list[str] = []
        for line in source.splitlines(keepends=True):
            if line[0] not in " #\n":
                inside = line.startswith(f"{section}:")
            starts = inside and line.startswith("  ") and line[2] not in " #\n"
            if starts and lines:
                break
            if lines or (starts and line.startswith(f"  {entry}:")):
                if not line.strip() or line[0] not in " \n":
                    break
                lines.append(line)
        if lines:
            return "".join(lines)
    raise KeyError(entry)


def with_move(name: str, move: str, *edits: tuple[str, str]) -> Procedure:
    """A procedure in which one move is changed."""
    old = new = move_of(name, move)
    for before, after in edits:
        assert new.count(before) == 1, f"{before!r} stands {new.count(before)} times in {move}"
        new = new.replace(before, after)
    return broken(name, (old, new))


def without_move(name: str, move: str) -> Procedure:
    """A procedure from which one move is taken away."""
    return broken(name, (move_of(name, move), ""))
