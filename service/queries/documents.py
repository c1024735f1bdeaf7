"""Documents of a case, the oldest first, and where their bytes lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from service.files import Files
from service.queries.keyset import Order, Page, Place
from service.queries.paging import read_page
from service.queries.within import Within, within_whole
from service.store.holders import PEOPLE
from service.store.loading import DOCUMENTS
from workflows.actor import Actor
from workflows.errors import NotFound

ORDER = Order((DOCUMENTS.c.id,))  # ids sort as they were made


@dataclass(frozen=True, slots=True)
class Document:
    """A file of a case. `size` in bytes, `sha256` of its bytes; `attached_by` is a name."""

    id: str
    title: str
    language: str
    audience: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    attached_by: str
    attached_at: datetime


def documents(
    connection: Connection,
    actor: Actor,
    case: str | Within,
    *,
    place: Place | None = None,
    limit: int,
    count: bool = False,
) -> Page[Document]:
    """The documents of a case, as far as this person may read them. Raises NotFound."""
    statement = _seen(within_whole(connection, actor, case))
    return read_page(connection, statement, ORDER, place=place, limit=limit, count=count, read=_read)


def document(connection: Connection, actor: Actor, case: str, id: str) -> Document:
    """One of them. Raises NotFound."""
    statement = _seen(within_whole(connection, actor, case)).where(DOCUMENTS.c.id == id)
    row = connection.execute(statement).mappings().one_or_none()
    if row is None:
        raise NotFound(id)
    return _read(row)


def document_file(connection: Connection, actor: Actor, case: str, id: str, folder: Path) -> tuple[Document, Path]:
    """One of them, with the file in which its bytes lie. Raises NotFound, and FilesUnusable where it is lost."""
    found = document(connection, actor, case, id)
    return found, Files(folder).found(found.sha256)


def _seen(case: Within) -> Select[Any]:
    statement = (
        select(DOCUMENTS, PEOPLE.c.name)
        .join(PEOPLE, PEOPLE.c.id == DOCUMENTS.c.attached_by)
        .where(DOCUMENTS.c.case_id == case.id)
    )
    return statement if case.inner else statement.where(DOCUMENTS.c.audience == "shared")


def _read(row: RowMapping) -> Document:
    return Document(
        id=row["id"],
        title=row["title"],
        language=row["language"],
        audience=row["audience"],
        file_name=row["file_name"],
        media_type=row["media_type"],
        size=row["size"],
        sha256=row["sha256"],
        attached_by=row["name"],
        attached_at=row["attached_at"],
    )
