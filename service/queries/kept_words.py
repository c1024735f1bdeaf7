"""Kept words: what somebody typed in a form and has not sent yet, for that person alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from service.store import kept
from workflows.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWords:
    """Words of a form: name of the field -> what was typed or chosen. `version`: the case's, when they were typed."""

    fields: Mapping[str, Sequence[str]]
    version: int | None
    kept_at: datetime

    @property
    def speaks(self) -> bool:
        """Is there anything to be read in them? A form that was sent empty is kept too."""
        return any(text.strip() for texts in self.fields.values() for text in texts)


def kept_words(connection: Connection, actor: Actor, form: str, about: str) -> KeptWords | None:
    """What the actor typed in this form; None when nothing is kept."""
    row = connection.execute(kept.FIND, {"person": actor.person, "which": form, "what": about}).one_or_none()
    return KeptWords(fields=row.fields, version=row.version, kept_at=row.kept_at) if row is not None else None


def last_forms(connection: Connection, actor: Actor, cases: Collection[str], prefix: str) -> Mapping[str, str]:
    """For each of these cases (ids) in whose forms words of the actor are kept: the key of the last such form."""
    statement = (
        select(kept.KEPT.c.about, kept.KEPT.c.form)
        .where(
            kept.KEPT.c.person_id == actor.person,
            kept.KEPT.c.about.in_(cases),
            kept.KEPT.c.form.startswith(prefix, autoescape=True),
        )
        .order_by(kept.KEPT.c.kept_at)
    )
    return {row.about: row.form for row in connection.execute(statement)}
