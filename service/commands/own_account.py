"""The own account: what a person changes about herself, without anybody's help."""

from __future__ import annotations

from service.store import register
from service.store.work import Work
from workflows.errors import DataInvalid, Fault
from workflows.procedures import LANGUAGES


def choose_language(language: str, work: Work) -> None:
    """Write to the actor, and show her the pages, in this language from now on. Raises DataInvalid."""
    if language not in LANGUAGES:
        raise DataInvalid([Fault("/language", "not_a_choice")])
    with work:
        register.change_person(work.connection, work.actor.person, {"language": language})
