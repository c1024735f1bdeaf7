"""Papers: the rows of comments, documents and links, which are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from service.store.carrying import LINKS, link_cases
from service.store.loading import DOCUMENTS
from service.store.sight import CASES, Sight
from service.store.tables import CommentRow

COMMENTS = CommentRow.__table__

ADD_COMMENT = insert(COMMENTS)
ADD_DOCUMENT = insert(DOCUMENTS)
REMOVE_DOCUMENT = delete(DOCUMENTS).where(
    DOCUMENTS.c.id == bindparam("document"), DOCUMENTS.c.case_id == bindparam("case")
)
LINKED_BACK = select(LINKS.c.kind).where(
    LINKS.c.case_id == bindparam("other"), LINKS.c.kind == bindparam("what"), LINKS.c.to_case == bindparam("case")
)

BOTH_WAYS = frozenset({"related"})
"""Kinds that say the same from either side: one row stands for both."""


def add_comment(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a comment."""
    connection.execute(ADD_COMMENT, row)


def add_document(connection: Connection, row: dict[str, Any]) -> None:
    """Keep what is known of a document whose bytes are on their shelf."""
    connection.execute(ADD_DOCUMENT, row)


def remove_document(connection: Connection, case: str, document: str) -> None:
    """Forget a document of a draft, which no event tells of. Its bytes may be those of another document too."""
    connection.execute(REMOVE_DOCUMENT, {"case": case, "document": document})


def link(connection: Connection, case: str, kind: str, other: str, now: datetime, person: str) -> bool:
    """Link a case to another; False when they are linked so already, from whichever side where that is the same."""
    back = {"other": other, "what": kind, "case": case}
    if kind in BOTH_WAYS and connection.execute(LINKED_BACK, back).first() is not None:
        return False
    return link_cases(connection, case, kind, other, now, person)


def reads_whole(connection: Connection, sight: Sight, case: str) -> bool:
    """Whether the person reads the whole case (its id), not only what a follower sees of it."""
    return connection.execute(select(CASES.c.id).where(CASES.c.id == case, sight.whole())).first() is not None
