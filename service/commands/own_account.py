"""The own account: what a person changes about herself, without anybody's help."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.commands.people import Hashing
from service.store import register
from service.store.work import Work
from workflows.errors import DataInvalid, Fault
from workflows.procedures import LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """Take another password. `instead_of`: what was kept of the one that the person has just shown to know."""

    password: str = field(repr=False)
    instead_of: str | None = field(repr=False)
    hashing: Hashing


def choose_language(language: str, work: Work) -> None:
    """Write to the actor, and show her the pages, in this language from now on. Raises DataInvalid."""
    if language not in LANGUAGES:
        raise DataInvalid([Fault("/language", "not_a_choice")])
    with work:
        register.change_person(work.connection, work.actor.person, {"language": language})


def change_password(command: ChangePassword, work: Work) -> None:
    """Give the actor another password; what was begun with the one before ends, and a mail tells her so.

    Raises DataInvalid: for a password that cannot be kept, and where somebody changed the one before in the meantime.
    """
    kept = command.hashing(command.password)  # slow: before others have to wait
    with work:
        known = register.person(work.connection, work.actor.person)
        if known is None or known["password_hash"] != command.instead_of:
            raise DataInvalid([Fault("/current", "password_wrong")])
        register.change_person(work.connection, work.actor.person, {"password_hash": kept})
        context = {"person": work.actor.person, "what": "password"}
        register.tell_person(work.connection, work.id(), context, work.now)
