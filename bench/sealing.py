"""What a move leaves in the log, for the references: the same texts and hashes that ours are, written plainly."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workflows.events import SCHEMAS, EventKind

SCHEMA = SCHEMAS[EventKind.CASE_MOVED]


@dataclass(frozen=True, slots=True)
class Happened:
    """A sealed event."""

    id: str
    body: str
    private: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Told:
    """A notice for the outbox."""

    id: str
    notice: str
    roles: list[str]
    context: dict[str, str]


def canonical(value: Any) -> str:
    """JSON in the one form that is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """Hex SHA-256 of the UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def clocks_after(asks: bool, clocks: Mapping[str, Mapping[str, Any]], today: date, reply_by: str) -> dict[str, Any]:
    """The clocks that a move changes, by name, as they stand after it: asking suspends one and starts another."""
    day = today.isoformat()
    running = {"state": "running", "suspended_on": None, "ended_on": None}
    kept = {
        "starts_on": clocks["admissibility"]["starts_on"],
        "due_on": clocks["admissibility"]["due_on"],
        "suspended_days": clocks["admissibility"]["suspended_days"],
    }
    waiting = running | kept | ({"state": "suspended", "suspended_on": day} if asks else {})
    reply = running | {"starts_on": day, "due_on": reply_by, "suspended_days": 0}
    if not asks:
        reply |= {"state": "met", "ended_on": day}
    quiet = running | {"starts_on": day, "due_on": clocks["quiet"]["due_on"], "suspended_days": 0}
    return {"admissibility": waiting, "reply": reply, "quiet": quiet}


def happened(
    case: Mapping[str, Any], move: str, stage: str, *, by: Mapping[str, str], data: Any, clocks: Any, now: datetime
) -> Happened:
    """The event of a move of this case (its row). `by`: person, name, mandate and organisation of who made it."""
    private = canonical({"actor": by["name"], "data": data, "salt": secrets.token_bytes(16).hex()})
    id = str(uuid.uuid4())
    body = {
        "id": id,
        "case": case["id"],
        "position": case["events"] + 1,
        "kind": "CaseMoved",
        "schema": SCHEMA,
        "at": now.isoformat(),
        "on": now.date().isoformat(),
        "move": move,
        "from": case["stage"],
        "to": stage,
        "anchor": case["anchor"],
        "actor": by["person"],
        "mandate": by["mandate"],
        "on_behalf_of": by["organisation"],
        "data": {name: data[name] for name in ("reply_by",) if name in data},
        "clocks": [{"clock": name, "rung": [], **clock} for name, clock in clocks.items()],
        "previous": case["head"],
        "private_sha256": digest(private),
    }
    text = canonical(body)
    return Happened(id, text, private, digest(text))


def told(move: str, before: str, after: str) -> list[Told]:
    """The notices of a move: who is asked is told, and who asked; the filer hears of progress."""
    notices = (
        [("question", "filer")] if move == "request_information" else [("answered", "secretary"), ("progress", "filer")]
    )
    context = {"move": move, "from": before, "to": after}
    return [Told(str(uuid.uuid4()), notice, [role], context) for notice, role in notices]
