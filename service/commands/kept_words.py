"""Kept words: what somebody typed and has not sent yet is kept for them, and forgotten when it was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from service.store import kept
from service.store.work import Work

MOST_FORMS = 100
"""Forms of one person whose words are kept at once; then the oldest go."""
KEPT_FOR = timedelta(days=30)
"""So long words are kept after the last time that something was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepWords:
    """Words of a form. `about`: the id of the case, or empty; `version`: the case's, when the form was opened."""

    form: str
    about: str
    fields: Mapping[str, Sequence[str]]
    version: int | None


def keep_words(command: KeepWords, work: Work) -> None:
    """Keep what the actor typed, in place of what was kept for this form before.

    U+0000, which the database cannot hold, and halves of surrogate pairs become the replacement character.
    """
    fields = {_clean(name): [_clean(text) for text in texts] for name, texts in command.fields.items()}
    with work:
        kept.keep(
            work.connection,
            work.actor.person,
            command.form,
            command.about,
            fields,
            command.version,
            work.now,
            MOST_FORMS,
        )


def forget_words(form: str, about: str, work: Work) -> None:
    """Forget what the actor typed in this form."""
    with work:
        kept.forget(work.connection, work.actor.person, form, about)


def _clean(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
