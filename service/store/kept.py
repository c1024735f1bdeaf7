"""Kept words: what a person typed in a form and has not sent yet, so that nothing can take it away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Insert, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from service.store.tables import KeptWordsRow

KEPT = KeptWordsRow.__table__

OF = (KEPT.c.person_id == bindparam("person"), KEPT.c.form == bindparam("which"), KEPT.c.about == bindparam("what"))
FIND = select(KEPT.c.fields, KEPT.c.version, KEPT.c.kept_at).where(*OF)
FORGET = delete(KEPT).where(*OF)
PRUNE = delete(KEPT).where(KEPT.c.kept_at < bindparam("older_than", type_=KEPT.c.kept_at.type))
HOW_MANY = select(func.count()).select_from(KEPT).where(KEPT.c.person_id == bindparam("person"))
OLDEST = (
    select(KEPT.c.form, KEPT.c.about)
    .where(KEPT.c.person_id == bindparam("person"))
    .order_by(KEPT.c.kept_at, KEPT.c.form, KEPT.c.about)
    .limit(1)
)


def _upsert(insert: Any) -> Insert:
    statement = insert(KEPT)
    changed: Insert = statement.on_conflict_do_update(
        index_elements=["person_id", "form", "about"],
        set_={name: statement.excluded[name] for name in ("fields", "version", "kept_at")},
    )
    return changed


KEEP = {"postgresql": _upsert(postgresql.insert), "sqlite": _upsert(sqlite.insert)}


def keep(
    connection: Connection,
    person: str,
    form: str,
    about: str,
    fields: Mapping[str, Any],
    version: int | None,
    now: datetime,
    most: int,
) -> None:
    """Keep the words of one form in place of those kept before; the oldest go when there are more than `most`."""
    row = {"person_id": person, "form": form, "about": about, "fields": fields, "version": version, "kept_at": now}
    connection.execute(KEEP[connection.dialect.name], row)
    while connection.execute(HOW_MANY, {"person": person}).scalar_one() > most:
        oldest = connection.execute(OLDEST, {"person": person}).one()
        forget(connection, person, oldest.form, oldest.about)


def forget(connection: Connection, person: str, form: str, about: str) -> None:
    """The words were sent, or are not wanted any more."""
    connection.execute(FORGET, {"person": person, "which": form, "what": about})


def prune(connection: Connection, older_than: datetime) -> int:
    """Forget what was kept before this moment. Gives how many forms."""
    return connection.execute(PRUNE, {"older_than": older_than}).rowcount
