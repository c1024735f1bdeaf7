"""Permissions: the written table of who may do what, read from its file and told as a page of the documentation.

`python -m tests.service.api.permissions` writes docs/permissions.md anew.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("permissions.toml")
PAGE = Path(__file__).parents[3] / "docs" / "permissions.md"
ROLES: Mapping[str, str] = {
    "officer": "officer of the authority that filed the case",
    "delegate": "delegate of a country; all three are asked in every consultation",
    "adviser": "delegate of an adviser who is asked in this consultation",
    "office": "minister's office of a country that the case concerns",
    "secretary": "secretary of the case's working group; as every secretary of the Secretariat-General, also intake",
    "intake": "secretary of the Secretariat-General without a working group",
    "secretary_general": "Secretariat-General",
    "auditor": "auditor",
    "admin": "administrator, who reads no cases",
    "follower": "somebody without a mandate who follows the case",
    "nobody": "somebody who can sign in, without a mandate",
}
KINDS = ("own", "other", "unknown")
OPEN = ("GET /livez", "GET /readyz", "GET /metrics", "POST /token")
"""What is answered to whoever asks, signed in or not."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one operation answers: kind of case -> role -> status. `on`: how far the case is; `what` is sent."""

    call: str
    on: str
    what: str
    expected: Mapping[str, Mapping[str, int]]

    @property
    def name(self) -> str:
        """How a test calls it."""
        return " ".join(filter(None, (self.call, self.on and f"({self.on})", self.what)))


def rows() -> tuple[Row, ...]:
    """The table, as it stands in its file."""
    written = tomllib.loads(FILE.read_text(encoding="utf-8"))["row"]
    return tuple(
        Row(
            call=row["call"],
            on=row.get("on", ""),
            what=row.get("what", ""),
            expected={kind: _each(row[kind]) for kind in KINDS if kind in row},
        )
        for row in written
    )


def _each(said: Mapping[str, str]) -> dict[str, int]:
    """Role -> status. Raises ValueError for a role that is unknown or stands twice."""
    found: dict[str, int] = {}
    others = 404
    for status, names in said.items():
        match names:
            case "everybody":
                return dict.fromkeys(ROLES, int(status))
            case "others":
                others = int(status)
            case _:
                for name in names.split():
                    if name in found or name not in ROLES:
                        raise ValueError(f"{name} in {said}")
                    found[name] = int(status)
    return {role: found.get(role, others) for role in ROLES}


def page() -> str:
    """The documentation that the table makes."""
    return "\n".join([*_head(), *_table(), ""])


def _head() -> Iterator[str]:
    yield "# Who may do what over HTTP"
    yield ""
    yield "Made from `tests/service/api/permissions.toml`, where it is written down by hand; the tests send every"
    yield "operation as everybody, on every kind of case, and compare. Renew it with"
    yield "`python -m tests.service.api.permissions`."
    yield ""
    yield "A cell says what is answered *on one's own case / on a case of others / where there is no such thing*: 2xx"
    yield "done, 403 readable but not yours to do, 404 not there or not yours to read (the same answer, after the same"
    yield "queries), 409 yours, but not now, 422 it names what is not there for you. One figure: no case is meant."
    yield "Whoever is not signed in is answered 401, but for the documentation itself and"
    yield f"{', '.join(f'`{call}`' for call in OPEN)}."
    yield "Which move a role may make in which stage stands with [each procedure](procedures)."
    yield ""
    for role, told in ROLES.items():
        yield f"- **{role}**: {told}"
    yield ""


def _table() -> Iterator[str]:
    yield "| Operation | The case | Sent | " + " | ".join(role.replace("_", " ") for role in ROLES) + " |"
    yield "| --- " * (3 + len(ROLES)) + "|"
    for row in rows():
        cells = (_cell(row, role) for role in ROLES)
        yield f"| `{row.call}` | {row.on} | {row.what} | " + " | ".join(cells) + " |"


def _cell(row: Row, role: str) -> str:
    return " / ".join(str(row.expected[kind][role]) for kind in KINDS if kind in row.expected)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
